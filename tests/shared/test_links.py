"""Addresses that carry a right: bound to purpose, row and version, and never kept as they are."""

import re

import pytest
from django.contrib.auth.models import AnonymousUser, Permission
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.shortcuts import redirect
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from hub_portal.shared import links
from hub_portal.shared.links import (
    arrive,
    carries_a_right,
    fill_placeholders,
    fingerprint,
    leave,
    new_secret,
    placeholder,
    register_purpose,
    row_arrived_with,
    row_behind,
    sign,
    verify,
)

INVITATION = register_purpose("tests-invitation")
APPROVAL = register_purpose("tests-approval")
IDS = st.integers(min_value=0, max_value=2**63) | st.from_regex(
    r"[A-Za-z0-9_-]{1,64}", fullmatch=True
)
VERSIONS = st.integers(min_value=0, max_value=2**31)


@pytest.fixture(autouse=True)
def _link_keys(settings):
    settings.LINK_KEYS = ["the newest key " * 4, "an older key " * 4]


# ---- Tokens -------------------------------------------------------------------------------------


@given(id=IDS, version=VERSIONS)
def test_verify_accepts_the_token_signed_for_this_purpose_row_and_version(id, version):
    assert verify(sign(INVITATION, id, version), purpose=INVITATION, id=id, version=version)


@given(id=IDS, version=VERSIONS, other_id=IDS, other_version=VERSIONS)
def test_verify_refuses_a_token_of_another_purpose_row_or_version(
    id, version, other_id, other_version
):
    token = sign(INVITATION, id, version)

    assert not verify(token, purpose=APPROVAL, id=id, version=version)
    if str(other_id) != str(id):
        assert not verify(token, purpose=INVITATION, id=other_id, version=version)
        swapped = f"{other_id}.{token.partition('.')[2]}"
        assert not verify(swapped, purpose=INVITATION, id=other_id, version=version)
    if other_version != version:
        assert not verify(token, purpose=INVITATION, id=id, version=other_version)


@given(position=st.integers(0, 33), character=st.characters(exclude_categories=["Cs"]))
def test_verify_refuses_a_token_with_one_character_changed(position, character):
    token = sign(INVITATION, 7, 1)
    tampered = token[:position] + character + token[position + 1 :]

    assert verify(tampered, purpose=INVITATION, id=7, version=1) == (tampered == token)


@given(st.text())
def test_verify_refuses_any_text_that_was_not_signed(text):
    assert not verify(text, purpose=INVITATION, id=7, version=1)


def test_sign_carries_at_least_128_bits():
    signature = sign(INVITATION, 7, 1).partition(".")[2]

    assert re.fullmatch(r"[A-Za-z0-9_-]{32}", signature)  # 6 bits each: 192


def test_sign_repeats_itself_so_that_a_reminder_can():
    assert sign(INVITATION, 7, 1) == sign(INVITATION, 7, 1)


@pytest.mark.parametrize("id", ["", "a b", "a/b", "a.b", "a\nb", "x" * 65])
def test_sign_refuses_an_id_that_would_break_the_address(id):
    with pytest.raises(ValueError, match="letters, digits"):
        sign(INVITATION, id, 1)


def test_verify_accepts_an_older_key_and_refuses_one_that_was_taken_away(settings):
    with_the_older = sign(INVITATION, 7, 1)
    settings.LINK_KEYS = ["a fresh key " * 5, *settings.LINK_KEYS]

    assert verify(with_the_older, purpose=INVITATION, id=7, version=1)
    assert sign(INVITATION, 7, 1) != with_the_older

    settings.LINK_KEYS = settings.LINK_KEYS[:1]

    assert not verify(with_the_older, purpose=INVITATION, id=7, version=1)


@pytest.mark.parametrize("name", ["", "Invitation", "in vitation", "a.b", "tests-invitation"])
def test_register_purpose_refuses_a_bad_or_taken_name(name):
    with pytest.raises(ValueError, match="purpose"):
        register_purpose(name)


# ---- Placeholders -------------------------------------------------------------------------------


@given(id=IDS, version=st.integers(min_value=0, max_value=10**9))
def test_fill_placeholders_puts_the_token_where_its_placeholder_stood(id, version):
    body = f'<a href="https://hub.example/i/{placeholder(INVITATION, id, version)}/">Join</a>'

    filled = fill_placeholders(body)

    assert filled == f'<a href="https://hub.example/i/{sign(INVITATION, id, version)}/">Join</a>'


def test_a_placeholder_does_not_hold_the_token():
    assert sign(INVITATION, 7, 1).partition(".")[2] not in placeholder(INVITATION, 7, 1)
    assert not verify(placeholder(INVITATION, 7, 1), purpose=INVITATION, id=7, version=1)


def test_fill_placeholders_leaves_what_somebody_typed():
    typed = [
        "~~link.tests-invitation.7.1.AAAAAAAAAAAAAAAA~~",
        placeholder(INVITATION, 7, 1).replace(".7.", ".8."),
        placeholder(INVITATION, 7, 1).replace("invitation", "approval"),
        placeholder(INVITATION, 7, 1).replace(".1.", ".2."),
    ]

    assert [fill_placeholders(each) for each in typed] == typed


def test_fill_placeholders_fills_a_body_written_before_the_keys_were_rotated(settings):
    body = f"{placeholder(INVITATION, 7, 1)} and {placeholder(APPROVAL, 7, 1)}"
    settings.LINK_KEYS = ["a fresh key " * 5, *settings.LINK_KEYS]

    assert fill_placeholders(body) == f"{sign(INVITATION, 7, 1)} and {sign(APPROVAL, 7, 1)}"


# ---- Secrets shown once -------------------------------------------------------------------------


def test_new_secret_has_128_bits_and_never_comes_twice():
    secrets = {new_secret() for _ in range(200)}

    assert len(secrets) == 200
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{22}", secret) for secret in secrets)


def test_fingerprint_knows_a_secret_again_without_saying_it():
    secret = new_secret()

    assert fingerprint(secret) == fingerprint(secret)
    assert fingerprint(secret) != fingerprint(new_secret())
    assert secret not in fingerprint(secret)
    assert len(fingerprint(secret)) == 64


# ---- Pages behind a token -----------------------------------------------------------------------
# Django's own Permission stands for any row: its content type is the number that is its version.

OPEN = {"purpose": INVITATION, "version_field": "content_type_id"}


@pytest.fixture
def row(db):
    return Permission.objects.order_by("pk").first()


def token_of(row):
    return sign(INVITATION, row.pk, row.content_type_id)


def a_request(method="get"):
    request = getattr(RequestFactory(), method)("/i/token/")
    request.session = SessionStore()
    request.user = AnonymousUser()
    return request


def test_row_behind_finds_the_row_and_only_among_those_that_may_be_opened(row):
    rows = Permission.objects.all()

    assert row_behind(token_of(row), rows=rows, **OPEN) == row
    assert row_behind(token_of(row), rows=rows.exclude(pk=row.pk), **OPEN) is None


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["", ".", "1.", "no-such.x", "9" * 40 + ".x", "\x00.x", "é.é"])
def test_row_behind_finds_nothing_for_a_bad_token(token):
    assert row_behind(token, rows=Permission.objects.all(), **OPEN) is None


def test_arrive_moves_the_right_into_the_session_and_the_token_out_of_the_address(row):
    request = a_request()
    token = token_of(row)

    answer = arrive(request, token, rows=Permission.objects.all(), then="/invitation/", **OPEN)

    assert (answer.status_code, answer["Location"]) == (302, "/invitation/")
    assert row_arrived_with(request, rows=Permission.objects.all(), **OPEN) == row
    request.session.save()
    kept = str(SessionStore(request.session.session_key).load())
    assert str(row.pk) in kept
    assert token.partition(".")[2] not in kept
    assert token.partition(".")[2] not in Session.objects.get().session_data


def test_arrive_twenty_times_changes_nothing_but_the_session(row):
    for method in ["get", "head"] * 10:
        arrive(a_request(method), token_of(row), rows=Permission.objects.all(), then="/i/", **OPEN)

    assert row_behind(token_of(row), rows=Permission.objects.all(), **OPEN) == row


def test_arrive_with_a_bad_token_leads_to_the_same_page_and_forgets_an_earlier_right(row):
    request = a_request()
    rows = Permission.objects.all()
    arrive(request, token_of(row), rows=rows, then="/invitation/", **OPEN)

    answer = arrive(request, token_of(row) + "x", rows=rows, then="/invitation/", **OPEN)

    assert (answer.status_code, answer["Location"]) == (302, "/invitation/")
    assert row_arrived_with(request, rows=rows, **OPEN) is None


def test_row_arrived_with_finds_nothing_once_the_link_is_revoked(row):
    request = a_request()
    arrive(request, token_of(row), rows=Permission.objects.all(), then="/i/", **OPEN)
    other = Permission.objects.exclude(content_type_id=row.content_type_id).first()
    Permission.objects.filter(pk=row.pk).update(content_type_id=other.content_type_id)

    assert row_arrived_with(request, rows=Permission.objects.all(), **OPEN) is None


def test_row_arrived_with_finds_nothing_for_another_purpose(row):
    request = a_request()
    arrive(request, token_of(row), rows=Permission.objects.all(), then="/i/", **OPEN)

    found = row_arrived_with(
        request,
        purpose=APPROVAL,
        version_field="content_type_id",
        rows=Permission.objects.all(),
    )

    assert found is None


def test_leave_forgets_the_right(row):
    request = a_request()
    arrive(request, token_of(row), rows=Permission.objects.all(), then="/i/", **OPEN)

    leave(request, purpose=INVITATION)

    assert row_arrived_with(request, rows=Permission.objects.all(), **OPEN) is None


def test_carries_a_right_keeps_the_page_from_caches_referrers_and_engines():
    @carries_a_right
    def page(request, number):
        return HttpResponse(f"page {number}")

    answer = page(a_request(), 7)

    assert answer.content == b"page 7"
    assert answer["Cache-Control"] == "no-store, private"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"


def test_the_address_with_the_token_is_named_to_nobody():
    @carries_a_right
    def moving_on(request):
        return redirect("/i/")

    assert moving_on(a_request())["Referrer-Policy"] == "no-referrer"


def test_a_purpose_is_registered_once_for_the_whole_portal():
    assert links._registered["tests-invitation"] is INVITATION
