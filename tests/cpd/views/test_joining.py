"""The pages of joining details: the organiser's, the hub's, and the delegate's own."""

import pytest

from cpd.models import JoiningDetails, JoiningRead, JoiningReminder
from hub_portal.trail.models import Act
from tests.makers.cpd import give_credits, make_booking, make_cohort
from tests.makers.joining import OTHER_WORDS, WORDS, save
from tests.makers.schools import make_person

SAID = {"based_on": "0", "words": WORDS, "what_changed": "", "tells": "on"}


@pytest.fixture
def organiser(cast):
    return make_person(full_name="Olga Organiser", email="olga@hub.example")


@pytest.fixture
def cohort(cast, organiser):
    give_credits(school=cast.our_school)
    return make_cohort(organiser=organiser)


@pytest.fixture
def booking(cast, cohort):
    return make_booking(
        cohort=cohort,
        school=cast.our_school,
        by=cast.rep,
        full_name="Tom Teacher",
        email="tom@our.example",
    )


@pytest.fixture
def as_organiser(client, organiser, booking):
    client.force_login(organiser)
    return client


@pytest.fixture
def as_tom(client, booking):
    client.force_login(booking.delegate)
    return client


def url(cohort, rest=""):
    return f"/courses/{cohort.programme.slug}/{cohort.pk}/joining/{rest}"


def own(booking, rest=""):
    return f"/me/bookings/{booking.pk}/{rest}"


def text(response):
    return response.content.decode()


# ---- Writing ------------------------------------------------------------------------------------


def test_they_are_looked_at_before_they_are_saved_and_told(as_organiser, cohort):
    assert "No joining details yet" in text(as_organiser.get(url(cohort)))

    page = text(as_organiser.post(url(cohort), SAID))
    assert "1 delegate is told by email, and calendars follow." in page
    assert '<div class="prose"><p>Sign in at main reception.</p></div>' in page
    assert not JoiningDetails.objects.exists()

    answer = as_organiser.post(url(cohort), SAID | {"save": "yes"}, follow=True)
    assert answer.redirect_chain == [(url(cohort), 302)]
    assert "Saved as version 1, and the delegates are told." in text(answer)
    assert "Read by 0 of 1" in text(answer)
    assert JoiningDetails.objects.get().words == WORDS


def test_they_can_be_changed_before_they_are_saved(as_organiser, cohort):
    page = text(as_organiser.post(url(cohort), SAID | {"change": "yes"}))

    assert "Look at them" in page
    assert "&lt;p&gt;Sign in at main reception.&lt;/p&gt;" in page


def test_the_tick_is_on_until_it_is_taken_off(as_organiser, cohort):
    assert 'name="tells" aria-describedby="id_tells_helptext" id="id_tells" checked' in text(
        as_organiser.get(url(cohort))
    )
    quiet = {name: value for name, value in SAID.items() if name != "tells"}

    page = text(as_organiser.post(url(cohort), quiet))
    assert "Nobody is told by email." in page
    assert '<input type="hidden" name="tells" value="False"' in page
    as_organiser.post(url(cohort), quiet | {"tells": "False", "save": "yes"})

    assert not JoiningDetails.objects.get().are_told


@pytest.mark.parametrize(
    "wrong",
    [
        {"words": ""},
        {"words": "a\x00b"},
        {"words": "x" * 20_001},
        {"what_changed": "x" * 301},
        {"based_on": ""},
        {"based_on": "-1"},
    ],
)
def test_what_cannot_be_saved_is_said_and_nothing_is_saved(as_organiser, cohort, wrong):
    response = as_organiser.post(url(cohort), SAID | wrong | {"save": "yes"})

    assert response.status_code == 422
    assert not JoiningDetails.objects.exists()


def test_whoever_is_slower_keeps_what_was_typed_and_may_save_it_now(as_organiser, cohort, cast):
    save(cohort, cast.hub_manager)
    mine = SAID | {"words": OTHER_WORDS, "save": "yes"}

    refused = as_organiser.post(url(cohort), mine)

    assert refused.status_code == 422
    assert "saved other joining details" in text(refused)
    assert "Lampton Avenue" in text(refused)
    assert '<input type="hidden" name="based_on" value="1"' in text(refused)
    assert as_organiser.post(url(cohort), mine | {"based_on": "1"}).status_code == 302
    assert JoiningDetails.objects.count() == 2


def test_a_course_that_is_over_shows_them_and_no_form(as_organiser, cohort, organiser):
    save(cohort, organiser)
    cohort.status = "completed"
    cohort.completed_at = cohort.ends_at
    cohort.save()

    page = text(as_organiser.get(url(cohort)))

    assert "Look at them" not in page
    assert "Version 1" in page
    assert as_organiser.post(url(cohort), SAID | {"save": "yes"}).status_code == 422


def test_the_hub_manager_may_and_the_back_link_leads_to_the_admin(client, cast, cohort, booking):
    client.force_login(cast.hub_manager)

    assert f"/admin/cpd/cohort/{cohort.pk}/change/" in text(client.get(url(cohort)))
    assert client.post(url(cohort), SAID | {"save": "yes"}).status_code == 302


# ---- Who has read them --------------------------------------------------------------------------


def test_the_page_of_a_version_says_who_and_reminds_the_others(
    as_organiser, cohort, organiser, booking
):
    save(cohort, organiser, what_changed="Another gate")
    page = text(as_organiser.get(url(cohort, "1/")))
    assert "0 of 1 delegate have said so." in page
    assert "Another gate" in page
    assert "Tom Teacher" in page
    assert "Not yet" in page
    assert "Remind 1 delegate who has not" in page

    answer = as_organiser.post(url(cohort, "1/remind/"), follow=True)

    assert "Reminded: 1 mail on the way." in text(answer)
    assert "reminded Friday 20 November 2026" in text(answer)
    assert "Remind 1 delegate" not in text(answer)
    refused = as_organiser.post(url(cohort, "1/remind/"))
    assert (refused.status_code, JoiningReminder.objects.count()) == (422, 1)


def test_the_list_is_taken_away_as_a_file_which_is_an_act(as_organiser, cohort, organiser, booking):
    save(cohort, organiser)

    answer = as_organiser.get(url(cohort, "1/readers.csv"))

    rows = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert rows.decode("utf-8-sig").splitlines() == [
        "Delegate,School,Reference,Joining details,Read,Reminded",
        f"Tom Teacher,{booking.school.name},{booking.reference},Has not said so,,",
    ]
    act = Act.objects.get(verb="joining_readers.exported")
    assert (act.by, act.after) == (organiser, {"format": "csv", "version": 1})
    assert as_organiser.get(url(cohort, "1/readers.doc")).status_code == 404


@pytest.mark.parametrize("rest", ["", "1/", "1/readers.csv"])
def test_to_anybody_else_they_do_not_exist(as_rep, cohort, organiser, booking, rest):
    save(cohort, organiser)

    assert as_rep.get(url(cohort, rest)).status_code == 404


def test_nobody_else_saves_or_reminds(as_rep, cohort, organiser, booking):
    save(cohort, organiser)

    assert as_rep.post(url(cohort), SAID | {"save": "yes"}).status_code == 404
    assert as_rep.post(url(cohort, "1/remind/")).status_code == 404
    assert (JoiningDetails.objects.count(), JoiningReminder.objects.count()) == (1, 0)


def test_a_version_that_is_not_there_is_not_there(as_organiser, cohort):
    assert as_organiser.get(url(cohort, "1/")).status_code == 404


def test_the_organisers_page_leads_to_them(as_organiser, cohort, organiser):
    save(cohort, organiser)

    page = text(as_organiser.get(f"/organise/{cohort.pk}/"))

    assert url(cohort) in page
    assert "Version 1, read by 0 of 1" in page


# ---- The delegate's own page --------------------------------------------------------------------


def test_a_look_at_the_page_says_nothing_and_a_press_says_it(as_tom, cohort, organiser, booking):
    save(cohort, organiser, what_changed="Another gate")
    for method in ("get", "head", "options"):
        getattr(as_tom, method)(own(booking))
    assert not JoiningRead.objects.exists()
    page = text(as_tom.get(own(booking)))
    assert "Another gate" in page
    assert "I have read them" in page

    answer = as_tom.post(own(booking, "read/"), {"version": "1"}, follow=True)

    assert answer.redirect_chain == [(own(booking), 302)]
    assert "You said on Friday 20 November 2026" in text(answer)
    assert "I have read them" not in text(answer)
    assert JoiningRead.objects.get().person == booking.delegate


def test_read_is_what_the_page_showed(as_tom, cohort, organiser, booking):
    save(cohort, organiser)
    save(cohort, organiser, OTHER_WORDS)

    refused = as_tom.post(own(booking, "read/"), {"version": "1"})

    assert refused.status_code == 422
    assert "have changed since" in text(refused)
    assert "Lampton Avenue" in text(refused)
    assert not JoiningRead.objects.exists()


@pytest.mark.parametrize("version", ["", "0", "x", "9" * 30])
def test_a_version_nobody_was_shown_is_turned_away(as_tom, cohort, organiser, booking, version):
    save(cohort, organiser)

    answer = as_tom.post(own(booking, "read/"), {"version": version})

    assert answer.status_code in (404, 422)
    assert not JoiningRead.objects.exists()


def test_a_scanner_that_follows_the_mailed_link_says_nothing(client, cohort, organiser, booking):
    save(cohort, organiser)

    assert client.get(own(booking)).status_code == 302
    assert client.get(own(booking, "read/")).status_code == 302
    assert client.post(own(booking, "read/"), {"version": "1"}).status_code == 302
    assert not JoiningRead.objects.exists()


def test_another_delegate_says_nothing_for_tom(as_rep, cohort, organiser, booking):
    save(cohort, organiser)

    assert as_rep.post(own(booking, "read/"), {"version": "1"}).status_code == 404
    assert not JoiningRead.objects.exists()
