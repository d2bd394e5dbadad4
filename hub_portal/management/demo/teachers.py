"""What teachers of the demo hub do for themselves, and the mails of an ordinary morning."""

from datetime import datetime, timedelta

from cpd.choices import Access, BookingStatus, Food
from cpd.models import Booking, Cohort
from cpd.services.apologies import send_apologies
from cpd.services.asking import ask_for_place
from cpd.services.digests import send_digests
from cpd.services.joining import newest_of, save_details
from cpd.services.joining_readers import read_by, remind_of_details, say_read
from cpd.services.messaging import write_to_delegates
from cpd.services.needs import WhatIsNeeded, keep_own_needs
from cpd.services.needs_run import ask_for_needs
from cpd.services.reminders import ask_for_names, send_reminders
from hub_portal.desk.morning import send_morning_list
from hub_portal.management.demo.people import Cast, SchoolPeople
from hub_portal.shared.errors import Refused
from schools.models import Person
from schools.services.feeds import make_school_feed

ASK = 3
NEEDED = (
    WhatIsNeeded(food=[Food.VEGETARIAN], access=[Access.STEP_FREE]),
    WhatIsNeeded(food=[Food.HALAL, Food.NUT_ALLERGY], words="Carries an adrenaline pen."),
    WhatIsNeeded(access=[Access.HEARING_LOOP], words="Sits near the front."),
)


def speak_up(*, cast: Cast, at: datetime) -> None:
    """At the lead school three colleagues ask for a place, one cannot come, and the rep has the
    school's dates in a calendar of their own; an organiser has changed how to get there."""
    make_school_feed(school=cast.lead.school, by=cast.lead.rep, at=at - timedelta(hours=2))
    for person, needed in zip(cast.lead.staff[1:], NEEDED, strict=False):
        keep_own_needs(person=person, needed=needed, at=at - timedelta(days=1))
    _write_to_delegates(cast.lead, at - timedelta(hours=3))
    _change_joining_details(cast.lead, at)
    asking = 0
    for person in cast.lead.staff:
        if asking < ASK and _ask_for_something(person, cast.lead, at - timedelta(minutes=30)):
            asking += 1
    own = Booking.objects.for_school(cast.lead.school).upcoming(at).exclude(delegate=None)
    booking = own.order_by("cohort__starts_at", "pk").first()
    if booking is not None and booking.delegate is not None:
        send_apologies(booking_id=booking.pk, by=booking.delegate, at=at - timedelta(minutes=20))


def morning_post(*, at: datetime) -> None:
    """The mails the clock would have sent this morning, so that there are some to look at."""
    send_reminders(at=at)
    ask_for_names(at=at)
    ask_for_needs(at=at)
    send_digests(at=at)
    send_morning_list(at=at)


def _write_to_delegates(people: SchoolPeople, at: datetime) -> None:
    """The organiser tells everybody on the next course where to leave the car."""
    organised = Cohort.objects.upcoming(at).filter(organiser=people.staff[0])
    cohort = organised.filter(bookings__delegate__isnull=False).order_by("starts_at", "pk").first()
    if cohort is not None:
        write_to_delegates(
            cohort=cohort,
            key="demo-message-to-delegates",
            subject="Where to park",
            words="The car park is closed this term. Please use the one behind the library.",
            by=people.staff[0],
            at=at,
        )


def _change_joining_details(people: SchoolPeople, at: datetime) -> None:
    """The next course has moved to another gate: some delegates have read it, one is reminded."""
    organised = Cohort.objects.upcoming(at).filter(organiser=people.staff[0])
    named = organised.filter(
        bookings__status=BookingStatus.BOOKED, bookings__delegate__isnull=False
    )
    cohort = named.order_by("starts_at", "pk").first()
    newest = newest_of(cohort) if cohort is not None else None
    if cohort is None or newest is None:
        return
    version = save_details(
        cohort=cohort,
        words=f"{newest.words}<p>This term the way in is through the gate in Lampton Avenue.</p>",
        what_changed="Another gate",
        based_on=newest.number,
        tells=True,
        by=people.staff[0],
        at=at - timedelta(hours=2),
    )
    for reader in read_by(version).not_yet[::2]:
        if reader.booking.delegate is not None:
            say_read(
                booking_id=reader.booking.pk,
                number=version.number,
                by=reader.booking.delegate,
                at=at - timedelta(hours=1),
            )
    if read_by(version).to_remind:
        remind_of_details(version=version, by=people.staff[0], at=at - timedelta(minutes=40))


def _ask_for_something(person: Person, people: SchoolPeople, at: datetime) -> bool:
    """Ask for the first place the rules let this person ask for."""
    open_now = Cohort.objects.open_for_booking(at).with_places_left().filter(places_left__gt=0)
    for cohort in open_now.select_related("programme").order_by("starts_at", "pk"):
        try:
            ask_for_place(cohort=cohort, school=people.school, by=person, at=at)
        except Refused:
            continue
        return True
    return False
