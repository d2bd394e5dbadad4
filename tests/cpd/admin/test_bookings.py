import csv
import io
from datetime import timedelta

import pytest

from cpd.models import Cohort
from cpd.services.cancelling import cancel_booking
from credits.services.figures import figures_of
from hub_portal.trail.models import Act
from schools.services.calendar import school_year_of
from tests.makers.cpd import give_credits, make_booking, make_cohort
from tests.makers.schools import NOON, make_finance_officer, sign_in


@pytest.fixture
def booking(cast):
    give_credits(school=cast.our_school, credits=100)
    return make_booking(
        cohort=make_cohort(price=12), school=cast.our_school, by=cast.rep, full_name="Tom Teacher"
    )


@pytest.fixture
def kept(cast, booking):
    """A booking cancelled too late, with a reason."""
    Cohort.objects.update(
        starts_at=NOON + timedelta(days=3), booking_closes_at=NOON + timedelta(days=2)
    )
    return cancel_booking(
        booking_id=booking.pk, shown_kept=12, reason_code="illness", by=cast.rep, at=NOON
    )


def url(booking, page):
    return f"/admin/cpd/booking/{booking.pk}/{page}/"


def test_bookings_are_looked_at_and_never_edited(as_manager, booking):
    assert as_manager.get("/admin/cpd/booking/").status_code == 200
    assert as_manager.get(url(booking, "change")).status_code == 200
    assert as_manager.post(url(booking, "change"), {"price": "0"}).status_code == 403
    assert as_manager.get("/admin/cpd/booking/add/").status_code == 403
    assert as_manager.post(url(booking, "delete"), {"post": "yes"}).status_code == 403


def test_what_was_kept_is_waived_with_a_reason(as_manager, cast, kept):
    page = as_manager.get(url(kept, "waive")).content.decode()
    as_manager.post(url(kept, "waive"), {"is_sure": "on", "reason": "Agreed by telephone"})

    kept.refresh_from_db()
    assert "12 credits" in page
    assert "Illness" in page
    assert (kept.kept, kept.returned) == (0, 12)
    assert figures_of(cast.our_school, school_year_of(NOON.date())).available == 100
    assert Act.objects.get(verb="booking.waived").reason == "Agreed by telephone"


def test_waiving_twice_is_refused_in_a_sentence(as_manager, kept):
    sent = {"is_sure": "on", "reason": "Agreed by telephone"}
    as_manager.post(url(kept, "waive"), sent)

    response = as_manager.post(url(kept, "waive"), sent)

    assert response.status_code == 422
    assert "Nothing was kept on this booking" in response.content.decode()


def test_waiving_without_a_reason_does_nothing(as_manager, kept):
    response = as_manager.post(url(kept, "waive"), {"is_sure": "on", "reason": " "})

    kept.refresh_from_db()
    assert response.status_code == 422
    assert kept.kept == 12


def test_the_hub_gives_a_place_to_somebody_else_after_the_first_session(as_manager, booking):
    session = booking.cohort.sessions.get()
    session.starts_at, session.ends_at = NOON - timedelta(days=1), NOON - timedelta(hours=20)
    session.save()

    as_manager.post(
        url(booking, "delegate"),
        {"is_sure": "on", "reason": "Swapped on the day", "full_name": "Nina New", "email": ""},
    )

    booking.refresh_from_db()
    assert booking.named_as == "Nina New"
    assert Act.objects.get(verb="booking.substituted").reason == "Swapped on the day"


def test_the_list_is_taken_away_as_it_is_filtered_and_that_is_an_act(client, cast, kept):
    sign_in(client, cast.hub_manager)

    none = client.get("/admin/cpd/booking/bookings.csv?status__exact=booked")
    rows = client.get("/admin/cpd/booking/bookings.csv?status__exact=cancelled")

    def delegates(response):
        text = response.getvalue().decode("utf-8-sig")
        return [row["Delegate"] for row in csv.DictReader(io.StringIO(text))]

    assert delegates(none) == []
    assert delegates(rows) == ["Tom Teacher"]
    assert Act.objects.filter(verb="bookings.exported", by=cast.hub_manager).count() == 2


def test_taking_the_list_away_asks_for_a_fresh_sign_in(as_manager, kept):
    response = as_manager.get("/admin/cpd/booking/bookings.xlsx")

    assert response.status_code == 302
    assert response.url.startswith("/accounts/sign-in-again/")
    assert not Act.objects.filter(verb="bookings.exported").exists()


def test_reasons_wait_in_a_list_of_their_own(as_manager, kept):
    page = as_manager.get("/admin/cpd/cancellationreason/").content.decode()

    assert "Illness" in page
    assert kept.school.name in page


@pytest.mark.parametrize("page", ["waive", "delegate", "change"])
def test_a_rep_and_the_finance_officer_do_none_of_it(client, cast, kept, page):
    for person in (cast.rep, make_finance_officer()):
        client.force_login(person)
        response = client.post(url(kept, page), {"is_sure": "on", "reason": "Because"})
        assert response.status_code in (302, 403, 404)

    kept.refresh_from_db()
    assert kept.kept == 12
