"""Joining details in the admin: looked through, never changed there."""

from cpd.models import JoiningRead
from tests.makers.cpd import make_cohort
from tests.makers.joining import OTHER_WORDS, save
from tests.makers.schools import NOON

BASE = "/admin/cpd/joiningdetails/"


def text(response):
    return response.content.decode()


def test_every_version_is_listed_with_how_many_have_read_it(as_manager, cast):
    cohort = make_cohort()
    first = save(cohort, cast.hub_manager)
    save(cohort, cast.hub_manager, OTHER_WORDS, what_changed="Another gate")
    JoiningRead.objects.create(version=first, person=cast.rep, read_at=NOON)

    page = text(as_manager.get(f"{BASE}?q=Coaching"))

    assert "2 joining details" in page
    assert '<td class="field-read">1</td>' in page


def test_one_version_reads_as_delegates_read_it_and_leads_to_its_page(as_manager, cast):
    cohort = make_cohort()
    version = save(cohort, cast.hub_manager, OTHER_WORDS)

    page = text(as_manager.get(f"{BASE}{version.pk}/change/"))

    assert "<p>Use the gate in <strong>Lampton Avenue</strong>.</p>" in page
    assert f"/courses/{cohort.programme.slug}/{cohort.pk}/joining/1/" in page
    assert 'name="_save"' not in page


def test_none_is_added_changed_or_deleted_here(as_manager, cast):
    version = save(make_cohort(), cast.hub_manager)

    for page in ("add/", f"{version.pk}/delete/"):
        assert as_manager.get(f"{BASE}{page}").status_code == 403
    assert as_manager.post(f"{BASE}{version.pk}/change/", {"words": "x"}).status_code == 403


def test_a_course_shows_them_with_the_way_to_change_them(as_manager, cast):
    cohort = make_cohort()
    save(cohort, cast.hub_manager)

    page = text(as_manager.get(f"/admin/cpd/cohort/{cohort.pk}/change/"))

    assert '<div class="rich-text"><p>Sign in at main reception.</p></div>' in page
    assert "Version 1, read by 0 of 0" in page
    assert f"/courses/{cohort.programme.slug}/{cohort.pk}/joining/" in page
    assert '<textarea name="joining_details"' not in page
    assert '<textarea name="joining_details"' in text(as_manager.get("/admin/cpd/cohort/add/"))
