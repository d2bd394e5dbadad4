"""Every page of the schools admin answers, and brings no style or script of its own."""

import re

import pytest
from django.urls import reverse

from schools.models import BankHoliday, SchoolYear, Term
from tests.makers.rolls import csv_upload
from tests.makers.school_rooms import make_rooms
from tests.makers.schools import make_hub_manager

pytestmark = pytest.mark.django_db
INLINE = re.compile(
    r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)(?![^>]*application/json)",
    re.I,
)


@pytest.fixture(autouse=True)
def _own_store(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def manager(client):
    manager = make_hub_manager()
    client.force_login(manager)
    return manager


def test_every_page_answers_without_inline_style_or_script(client, manager):
    found = {}
    for name, url in make_rooms(by=manager).items():
        answer = client.get(url)
        inline = INLINE.findall(answer.content.decode())
        if answer.status_code != 200 or inline:
            found[name] = (answer.status_code, inline)

    assert found == {}


def test_the_net_for_inline_parts_has_no_holes():
    for part in ("<style>", '<p style="x">', '<a onclick="x">', "<script>x</script>"):
        assert INLINE.search(part)
    assert not INLINE.search('<script src="/static/x.js"></script>')


def test_terms_that_may_be_a_mistake_are_warned_and_saved(client, manager):
    year = SchoolYear.objects.get(starts_on="2026-09-01")
    terms = list(Term.objects.filter(year=year).order_by("starts_on"))
    form = {
        "terms-TOTAL_FORMS": "3", "terms-INITIAL_FORMS": "3",
        "terms-MIN_NUM_FORMS": "0", "terms-MAX_NUM_FORMS": "3",
    }  # fmt: skip
    for number, term in enumerate(terms):
        form |= {
            f"terms-{number}-id": term.pk, f"terms-{number}-year": year.pk,
            f"terms-{number}-name": term.name,
        }  # fmt: skip
        for field in ("starts_on", "ends_on", "half_term_starts_on", "half_term_ends_on"):
            form[f"terms-{number}-{field}"] = str(getattr(term, field))
    form["terms-0-ends_on"] = "2027-01-09"

    answer = client.post(
        reverse("admin:schools_schoolyear_change", args=[year.pk]), form, follow=True
    )

    said = [str(message) for message in answer.context["messages"]]
    assert "The spring term begins before the autumn term has ended." in said
    terms[0].refresh_from_db()
    assert str(terms[0].ends_on) == "2027-01-09"
    assert terms[0].history.first().history_user == manager


def test_bank_holidays_come_in_through_the_safe_reader(client, manager):
    before = BankHoliday.objects.count()
    url = reverse("admin:schools_bankholiday_import")
    rows = (("on", "name"), ("2028-04-17", "Easter Monday"), ("2026-12-25", "Christmas"))

    looked_at = client.post(url, {"import_file": csv_upload(*rows), "format": "0", "resource": ""})
    confirm = looked_at.context["confirm_form"].initial
    client.post(reverse("admin:schools_bankholiday_process_import"), confirm)

    assert BankHoliday.objects.count() == before + 1
    assert BankHoliday.objects.get(on="2026-12-25").name == "Christmas"


def test_a_formula_among_bank_holidays_is_refused(client, manager):
    before = list(BankHoliday.objects.values_list("on", "name"))
    url = reverse("admin:schools_bankholiday_import")
    upload = csv_upload(("on", "name"), ("2028-04-17", "=1+1"))

    answer = client.post(url, {"import_file": upload, "format": "0", "resource": ""})

    assert "Row 2, column “name”, holds a formula." in answer.content.decode()
    assert list(BankHoliday.objects.values_list("on", "name")) == before
