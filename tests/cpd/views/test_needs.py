import pytest

from cpd.emails.reminder_mails import NEEDS
from cpd.models import Needs
from cpd.services.needs import WhatIsNeeded, keep_own_needs, own_needs, say_needs, see_needs
from cpd.services.needs_run import ask_for_needs
from hub_portal.shared.links import sign
from hub_portal.trail.models import Act
from schools.services.people import end_sessions
from tests.makers.cpd import IN_JANUARY, give_credits, make_booking, make_cohort
from tests.makers.schools import NOON, make_colleague, make_person

MARKER = "xylophone-intolerant"
SAID = {"food": ["vegan", "halal"], "access": ["parking"], "words": MARKER}


@pytest.fixture
def tom(cast):
    give_credits(school=cast.our_school)
    return make_colleague(school=cast.our_school)


@pytest.fixture
def organiser(cast):
    return make_person(full_name="Olga Organiser", email="olga@hub.example")


@pytest.fixture
def booking(cast, tom, organiser):
    return make_booking(
        cohort=make_cohort(organiser=organiser),
        school=cast.our_school,
        by=cast.rep,
        full_name=tom.full_name,
        email=tom.email,
    )


@pytest.fixture
def asked(booking):
    ask_for_needs(at=IN_JANUARY.replace(day=10))
    return Needs.objects.get()


def link(asked):
    return f"/needs/{sign(NEEDS, asked.pk, asked.link_version)}/"


def course(booking):
    return f"/courses/{booking.cohort.programme.slug}/{booking.cohort.pk}/needs/"


def text(response):
    return response.content.decode()


NEEDED = WhatIsNeeded(food=["vegan", "halal"], access=["parking"], words=MARKER)


# ---- By link ------------------------------------------------------------------------------------


def test_the_link_leads_to_a_form_that_names_nobody(client, asked):
    response = client.get(link(asked), follow=True)

    page = text(response)
    assert response.redirect_chain == [("/needs/", 302)]
    assert "Coaching conversations" in page
    assert "t•••@" in page
    assert "Tom Teacher" not in page
    assert "Lampton School" not in page.replace("Lampton School, Hounslow", "")
    assert response["Cache-Control"] == "no-store, private"
    assert response["X-Robots-Tag"] == "noindex, nofollow"


def test_scanners_that_open_it_change_nothing(client, asked):
    for _ in range(20):
        client.get(link(asked))
        client.head(link(asked))
        client.get("/needs/")

    asked.refresh_from_db()
    assert (asked.said_at, asked.sealed) == (None, "")


def test_an_answer_is_kept_and_the_right_is_used(client, cast, booking, asked):
    client.get(link(asked))

    response = client.post("/needs/", SAID, follow=True)

    assert response.redirect_chain == [("/needs/said/", 302)]
    assert MARKER not in text(response)
    people, _ = see_needs(cohort=booking.cohort, by=cast.hub_manager, at=NOON)
    assert people[0].needed == NEEDED
    assert client.get("/needs/").status_code == 404


def test_what_was_said_is_never_shown_by_link(client, asked):
    say_needs(asked=asked, needed=WhatIsNeeded(food=["vegan"], words=MARKER), at=NOON)

    page = text(client.get(link(asked), follow=True))

    assert MARKER not in page
    assert "checked" not in page
    assert "You have answered before." in page


def test_nothing_ticked_is_an_answer(client, asked):
    client.get(link(asked))

    client.post("/needs/", {})

    asked.refresh_from_db()
    assert (asked.said_at, asked.sealed) == (NOON, "")


def test_a_form_that_was_tampered_with_is_refused(client, asked):
    client.get(link(asked))

    for sent in ({"food": "gold"}, {"access": "helipad"}, {"words": "x" * 501}, {"words": "a\x00"}):
        response = client.post("/needs/", sent)
        assert response.status_code == 422
        assert "There is a problem" in text(response)
    asked.refresh_from_db()
    assert asked.said_at is None


def test_a_dead_or_forged_link_says_so_and_learns_nothing(client, asked, tom):
    forged = f"/needs/{asked.pk}.{'x' * 32}/"
    alive = link(asked)
    end_sessions(person=tom)

    for url in (alive, forged):
        response = client.get(url, follow=True)
        assert response.status_code == 404
        assert "This link no longer works" in text(response)
        assert client.post("/needs/", SAID).status_code == 404
    asked.refresh_from_db()
    assert asked.said_at is None


def test_no_log_line_holds_token_or_needs(client, asked, caplog):
    client.get(link(asked), follow=True)
    client.post("/needs/", SAID)

    said = str([vars(record) for record in caplog.records])
    assert "cpd:needs" in said
    assert MARKER not in said
    assert link(asked).split("/")[2] not in said


# ---- One's own page -----------------------------------------------------------------------------


def test_one_keeps_sees_changes_and_deletes_ones_own(client, tom, booking):
    client.force_login(tom)
    assert "Delete everything" not in text(client.get("/me/needs/"))

    response = client.post("/me/needs/", SAID, follow=True)

    assert own_needs(tom) == NEEDED
    page = text(response)
    assert MARKER in page
    assert page.count("checked") == 3
    client.post("/me/needs/", {"forget": "yes"})
    assert own_needs(tom) is None
    assert not Needs.objects.exists()


def test_a_mistake_on_ones_own_page_is_said(client, tom):
    client.force_login(tom)

    response = client.post("/me/needs/", {"food": "gold"})

    assert response.status_code == 422
    assert not Needs.objects.exists()


def test_the_rep_sees_nothing_of_it(client, cast, tom, booking):
    keep_own_needs(person=tom, needed=NEEDED, at=NOON)
    client.force_login(cast.rep)

    for page in ("/my/", "/my/bookings/", f"/my/bookings/{booking.pk}/", "/my/staff/"):
        assert MARKER not in text(client.get(page))
    assert client.get(course(booking)).status_code == 404
    assert client.post(course(booking)).status_code == 404
    assert not Act.objects.filter(verb="needs.seen").exists()


# ---- The organiser ------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["organiser", "hub_manager"])
def test_looking_is_a_post_and_an_act(client, cast, organiser, tom, booking, who):
    person = organiser if who == "organiser" else cast.hub_manager
    keep_own_needs(person=tom, needed=NEEDED, at=NOON)
    client.force_login(person)

    page = text(client.get(course(booking)))
    assert "Answered: 1 of 1 delegate." in page
    assert MARKER not in page
    assert not Act.objects.filter(verb="needs.seen").exists()

    response = client.post(course(booking))

    assert "Tom Teacher" in text(response)
    assert MARKER in text(response)
    assert response["Cache-Control"] == "private, no-store"
    assert Act.objects.get(verb="needs.seen").by == person


def test_an_empty_answer_is_said(client, organiser, booking):
    client.force_login(organiser)

    page = text(client.post(course(booking)))

    assert "Nobody needs anything out of the ordinary." in page


def test_the_organiser_finds_it_on_the_page_of_the_course(client, organiser, booking):
    client.force_login(organiser)

    assert course(booking) in text(client.get(f"/organise/{booking.cohort_id}/"))
