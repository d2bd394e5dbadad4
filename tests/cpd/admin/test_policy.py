import pytest

from cpd.models import BookingPolicy, CancellationBand
from cpd.services.policy import bands_in_force
from hub_portal.trail.models import Act
from tests.makers.cpd import give_credits, make_booking, make_cohort

URL = "/admin/cpd/bookingpolicy/1/change/"


def form_of(*bands, **settings):
    sent = {
        "places_per_school": "3",
        "limit_ends_school_days_before": "10",
        "reasons_kept_days": "30",
        "minimum_told_working_days_before": "10",
        "offer_school_days": "2",
        "late_call_school_days": "5",
        "approval_school_days": "5",
        "free_place_charge": "0",
        "bands-TOTAL_FORMS": str(len(bands)),
        "bands-INITIAL_FORMS": "0",
    }
    for number, (days, percent) in enumerate(bands):
        sent[f"bands-{number}-working_days"] = str(days)
        sent[f"bands-{number}-percent_returned"] = str(percent)
    return sent | settings


def test_policy_and_bands_are_changed_together_with_an_act(as_manager, cast):
    response = as_manager.post(URL, form_of((10, 100), (3, 50), (0, 0), places_per_school="4"))

    assert response.status_code == 302
    assert BookingPolicy.objects.get().places_per_school == 4
    assert bands_in_force() == [
        {"working_days": 10, "percent_returned": 100},
        {"working_days": 3, "percent_returned": 50},
        {"working_days": 0, "percent_returned": 0},
    ]
    assert Act.objects.get(verb="booking_policy.changed").by == cast.hub_manager


def test_bookings_made_before_keep_their_bands(as_manager, cast):
    give_credits(school=cast.our_school)
    booking = make_booking(cohort=make_cohort(), school=cast.our_school, by=cast.rep)
    frozen = booking.bands

    as_manager.post(URL, form_of((0, 0)))

    booking.refresh_from_db()
    assert booking.bands == frozen != bands_in_force()


@pytest.mark.parametrize("bands", [[(5, 100)], [], [(5, 101), (0, 0)], [(5, 50), (5, 60), (0, 0)]])
def test_bands_that_cannot_be_are_said_and_nothing_changes(as_manager, bands):
    before = bands_in_force()

    response = as_manager.post(URL, form_of(*bands))

    assert response.status_code == 200
    assert "Please correct the error" in response.content.decode()
    assert bands_in_force() == before
    assert not Act.objects.filter(verb="booking_policy.changed").exists()


def test_there_is_one_policy_for_ever(as_manager):
    assert as_manager.get("/admin/cpd/bookingpolicy/add/").status_code == 403
    assert as_manager.post(URL.replace("change", "delete"), {"post": "yes"}).status_code == 403
    assert CancellationBand.objects.exists()
