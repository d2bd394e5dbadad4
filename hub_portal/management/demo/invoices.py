"""Places by invoice: a course with a price in pounds, one given up late, and a guest."""

from datetime import datetime, timedelta

from cpd.choices import PaidBy
from cpd.models import Booking, Cohort, InvoiceLine
from cpd.services.bookings import Order, book_places
from cpd.services.cancelling import cancel_booking, effect_of_cancelling
from cpd.services.cohorts import change_cohort
from cpd.services.delegates import Delegate
from cpd.services.guests import GuestOrder, Payer, book_guest
from cpd.services.invoicing import mark_raised
from hub_portal.management.demo.catalogue import BY_INVOICE
from hub_portal.management.demo.courses import PlannedCohorts
from hub_portal.management.demo.people import Cast
from hub_portal.shared.errors import Refused
from schools.models import Person

PENCE = 45_000


def pay_by_invoice(*, cast: Cast, cohorts: PlannedCohorts, by: Person, at: datetime) -> None:
    """One date that is running and one to come, each with places by invoice."""
    running, to_come = sorted(cohorts.by_slug[BY_INVOICE], key=lambda each: each.pk)[:2]
    for cohort in (running, to_come):
        change_cohort(cohort=cohort, invoice_price=PENCE, by=by, at=at - timedelta(weeks=12))
    starts_at = running.starts_at or at
    late = _book(running, cast, at=starts_at - timedelta(weeks=3))
    if late is not None:
        _give_up(late, at=starts_at - timedelta(days=1))
        line = InvoiceLine.objects.get(booking=late)
        mark_raised(line_id=line.pk, number="INV 2041", by=by, at=starts_at)
    _book(to_come, cast, at=at - timedelta(hours=5))
    _book_guest(to_come, by=by, at=at - timedelta(hours=2))


def _book(cohort: Cohort, cast: Cast, *, at: datetime) -> Booking | None:
    """The first school with a colleague who may still come pays a place by invoice."""
    for people in cast.schools:
        there = set(cohort.bookings.live().values_list("delegate", flat=True))
        free = [person for person in people.staff if person.pk not in there]
        order = Order(
            key=f"demo-invoice-{cohort.pk}-{people.school.pk}",
            cohort_id=cohort.pk,
            school_id=people.school.pk,
            delegates=(Delegate(person_id=free[0].pk),),
            shown_price=PENCE,
            paid_by=PaidBy.INVOICE,
        )
        try:
            return book_places(order=order, by=people.rep, at=at)[0]
        except Refused:
            continue
    return None


def _give_up(booking: Booking, *, at: datetime) -> None:
    cancel_booking(
        booking_id=booking.pk,
        shown_kept=effect_of_cancelling(booking=booking, at=at).kept,
        by=booking.booked_by,
        at=at,
    )


def _book_guest(cohort: Cohort, *, by: Person, at: datetime) -> None:
    payer = Payer(
        name="Brunel University London",
        address="Accounts payable\nKingston Lane\nUxbridge UB8 3PH",
        email="accounts@brunel.example",
        reference="PO 4711",
    )
    order = GuestOrder(
        key=f"demo-guest-{cohort.pk}",
        cohort_id=cohort.pk,
        full_name="Gwendolen Marsh",
        email="gwendolen.marsh@brunel.example",
        comes_from="Brunel University London",
        payer=payer,
        shown_pence=PENCE,
    )
    book_guest(order=order, by=by, at=at)
