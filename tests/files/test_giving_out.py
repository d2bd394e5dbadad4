"""One view gives files out: to those who may read them, in a way that runs nothing."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hub_portal.files.models import StoredFile
from hub_portal.files.services.reading import file_for, register_reader
from hub_portal.files.services.storing import keep_own_file, keep_paper
from hub_portal.files.storage import private_files
from hub_portal.shared.file_types import FileType
from hub_portal.shared.london import now

PDF = b"%PDF-1.7 words"


def _owner_only(reader, stored):
    return reader.pk == stored.owner_id


def _everybody(reader, stored):
    return True


register_reader("tests_private", _owner_only)
register_reader("tests_public", _everybody)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_store(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.X_ACCEL = ""


def person(name):
    model = get_user_model()
    return model.objects.create(**{model.USERNAME_FIELD: f"{name}@school.example"})


@pytest.fixture
def owner(db):
    return person("owner")


@pytest.fixture
def stranger(db):
    return person("stranger")


def kept(owner, *, kind="tests_private", file_type=FileType.PDF, content=PDF, **more):
    return keep_own_file(
        content=content,
        file_type=file_type,
        name="Minutes – “autumn”",
        kind=kind,
        by=owner,
        at=now() - timedelta(days=2),
        **more,
    )


def ask(client, address, method="get"):
    """The answer with its content read, which closes the file."""
    answer = getattr(client, method)(address)
    answer.words = answer.getvalue() if answer.streaming else answer.content
    return answer


def client_of(reader):
    client = Client()
    client.force_login(reader)
    return client


def test_the_owner_gets_the_file(owner):
    stored = kept(owner)

    answer = ask(client_of(owner), stored.get_absolute_url())

    assert answer.status_code == 200
    assert answer.words == PDF
    assert answer["Content-Length"] == str(len(PDF))


def test_for_a_stranger_and_for_nobody_there_is_no_such_file(owner, stranger):
    address = kept(owner).get_absolute_url()

    assert ask(client_of(stranger), address).status_code == 404
    assert ask(Client(), address).status_code == 404
    assert ask(client_of(owner), "/files/no-such-name/").status_code == 404
    assert ask(client_of(owner), "/files/..%2F..%2Fetc%2Fpasswd/").status_code == 404


def test_a_file_that_everybody_may_read_is_given_to_everybody(owner):
    assert ask(Client(), kept(owner, kind="tests_public").get_absolute_url()).status_code == 200


def test_a_file_whose_time_is_over_is_gone_before_the_night_deletes_it(owner):
    stored = kept(owner, delete_after=now() - timedelta(days=1))

    assert StoredFile.objects.filter(pk=stored.pk).exists()
    assert ask(client_of(owner), stored.get_absolute_url()).status_code == 404


def test_a_kind_that_nobody_answers_for_any_more_is_given_to_nobody(owner):
    stored = kept(owner)
    StoredFile.objects.filter(pk=stored.pk).update(kind="tests_forgotten")

    assert file_for(reader=owner, name=stored.name, at=now()) is None
    assert file_for(reader=AnonymousUser(), name=stored.name, at=now()) is None


def test_a_file_lost_from_the_store_is_not_found(owner):
    stored = kept(owner)
    private_files.delete(stored.path)

    assert ask(client_of(owner), stored.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_asking_for_a_file_in_any_other_way_is_refused(owner, method):
    stored = kept(owner)

    assert ask(client_of(owner), stored.get_absolute_url(), method).status_code == 405


def test_a_head_request_says_the_same_without_the_content(owner):
    answer = ask(client_of(owner), kept(owner).get_absolute_url(), "head")

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")


def headers_of(owner, stored):
    answer = ask(client_of(owner), stored.get_absolute_url())
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    policy = answer["Content-Security-Policy"]
    return answer["Content-Type"], answer["Content-Disposition"], policy.startswith("sandbox;")


def test_our_own_pdf_opens_in_the_browser(owner):
    content_type, disposition, is_sandboxed = headers_of(owner, kept(owner))

    assert content_type == "application/pdf"
    assert disposition.startswith("inline; filename*=utf-8''Minutes%20")
    assert not is_sandboxed


def test_a_picture_we_have_written_again_opens_in_the_browser(owner):
    stored = kept(owner, file_type=FileType.PNG, content=b"\x89PNG dots")

    content_type, disposition, is_sandboxed = headers_of(owner, stored)

    assert content_type == "image/png"
    assert disposition.startswith("inline")
    assert is_sandboxed


def test_somebody_elses_pdf_is_downloaded(owner):
    stored = keep_paper(
        upload=SimpleUploadedFile("agenda.pdf", PDF), kind="tests_private", by=owner, at=now()
    )

    assert headers_of(owner, stored) == (
        "application/pdf",
        'attachment; filename="agenda.pdf"',
        True,
    )


def test_our_own_spreadsheet_is_downloaded(owner):
    stored = kept(owner, file_type=FileType.TEXT, content=b"URN,Pupils")

    content_type, disposition, is_sandboxed = headers_of(owner, stored)

    assert content_type == "text/csv; charset=utf-8"
    assert disposition.startswith("attachment")
    assert is_sandboxed


def test_behind_nginx_the_content_is_left_to_it(owner, stranger, settings):
    settings.X_ACCEL = "/stored/"
    stored = kept(owner)

    answer = ask(client_of(owner), stored.get_absolute_url())

    assert answer["X-Accel-Redirect"] == f"/stored/kept/{stored.name[:2]}/{stored.name}"
    assert answer.content == b""
    assert answer["Content-Type"] == "application/pdf"
    refused = ask(client_of(stranger), stored.get_absolute_url())
    assert refused.status_code == 404
    assert "X-Accel-Redirect" not in refused


def test_no_header_is_lost_on_the_way_through_nginx(owner, settings):
    """nginx keeps these of an answer it redirects within; every other must be named again."""
    kept_by_nginx = {"Content-Type", "Content-Disposition", "Cache-Control", "Set-Cookie"}
    settings.X_ACCEL = "/internal/files"
    answer = ask(client_of(owner), kept(owner).get_absolute_url())
    configuration = (Path(__file__).resolve().parents[2] / "deploy" / "nginx.conf").read_text()
    location = configuration.partition("location /internal/files/ {")[2].partition("}")[0]
    named = set(re.findall(r"add_header ([A-Za-z-]+) \$upstream_http_", location))

    of_no_use = {"X-Accel-Redirect", "Content-Length", "Vary"}
    sent = set(answer.headers) - kept_by_nginx - of_no_use

    assert {"Content-Security-Policy", "X-Content-Type-Options", "X-Robots-Tag"} <= sent
    assert sent - named == set()


def test_one_kind_has_one_answer():
    register_reader("tests_private", _owner_only)

    with pytest.raises(ValueError, match="Somebody else"):
        register_reader("tests_private", _everybody)
