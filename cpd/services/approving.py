"""Bookings that wait for the headteacher: until when, and what a verdict does. Rules CR-14, BK-5.

Places and credits are held while they wait. Approved, they are booked as any other; declined or
lapsed, everything returns and the waiting list runs.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.urls import reverse

from cpd.choices import BOOKING_MOVES, BookingStatus, CancelledBy
from cpd.emails import booking_mails
from cpd.models import Booking, BookingRequest, Cohort
from cpd.services.cancelling import everything_back, mark_cancelled
from cpd.services.invoicing import invoice_places
from cpd.services.moving import BY_INVOICE, REQUEST, about_request, lock_cohort, school_of
from cpd.services.places import Places
from cpd.services.policy import policy_in_force
from cpd.services.promotion import places_came_free
from cpd.services.refilling import mark_refilled, refilled_entries
from credits.models import Approval
from credits.services.approvals import lapse_overdue_approvals
from credits.services.commitments import release
from credits.services.ledger import post
from credits.services.registry import ApprovalKind, Fact, register_approval
from hub_portal.shared.london import at_london_time, end_of_day, london_date, london_time
from hub_portal.shared.wording import counted, in_a_row, in_pounds, moment
from hub_portal.trail.services.acts import build_act, record_acts
from schools.models import Person
from schools.rules import ONE_DAY
from schools.services.calendar import hub_calendar


def register_cpd_part() -> None:
    """Tell the books what a headteacher's verdict does to bookings, however they are paid.

    A place by invoice counts with its price in credits against the school's limit, and holds
    none (docs/decisions/0018).
    """
    for kind, holds_credits in ((REQUEST, True), (BY_INVOICE, False)):
        register_approval(
            kind,
            ApprovalKind(
                lock=lock_request,
                approved=approved,
                declined=returned,
                lapsed=returned,
                facts=facts,
                leads_to=where_bookings_are,
                holds_credits=holds_credits,
            ),
        )


def answer_by(*, cohort: Cohort, at: datetime) -> datetime:
    """5 school days †, the booking close, or a working day before the start: the earliest."""
    calendar = hub_calendar()
    days = policy_in_force().approval_school_days
    ends = [
        end_of_day(calendar.last_of_school_days(london_date(at), days)),
        cohort.booking_closes_at,
    ]
    if cohort.starts_at is not None:
        before = london_date(cohort.starts_at) - ONE_DAY
        while not calendar.is_working_day(before):
            before -= ONE_DAY
        ends.append(at_london_time(before, london_time(cohort.starts_at).time()))
    return min(ends)


class UnapprovedOverdue(Exception):
    """Places are held for what no headteacher answered in time: let go of them first."""


def refuse_while_overdue(places: Places, *, at: datetime) -> None:
    """Raises: UnapprovedOverdue when a request among the live places should have lapsed."""
    abouts = _abouts(places.awaiting)
    if abouts and Approval.objects.overdue(at).filter(about__in=abouts).exists():
        raise UnapprovedOverdue


def lapse_unapproved(*, cohort_id: int, at: datetime) -> None:
    """Let go of what nobody approved in time on this cohort, before its places are counted.

    In transactions of their own: that the time was up stays true, whatever comes after.
    """
    waiting = Booking.objects.awaiting().filter(cohort=cohort_id)
    requests = set(waiting.values_list("request", flat=True))
    if requests:
        lapse_overdue_approvals(by=Person.objects.portal(), at=at, abouts=_abouts(requests))


def _abouts(requests: Collection[int]) -> list[str]:
    """The names of these requests, whichever way they are paid."""
    return [about_request(pk, by_invoice=each) for pk in requests for each in (False, True)]


def lock_request(about: str) -> Cohort:
    """The lock of everything booked together: its cohort's."""
    request = BookingRequest.objects.values_list("cohort", flat=True)
    return lock_cohort(request.get(pk=_id(about)))


def approved(*, about: str, by: Person, at: datetime) -> None:
    """The bookings stand: delegates and booker are told now, as of any booking."""
    bookings = _waiting(about)
    cohort = bookings[0].cohort
    paid = [booking for booking in bookings if booking.cost]
    refilled, giving_back = refilled_entries(cohort=cohort, places=len(paid))
    if giving_back:
        post(giving_back, by=by, at=at)
    for booking in bookings:
        if BookingStatus.BOOKED in BOOKING_MOVES[BookingStatus(booking.status)]:
            booking.status = BookingStatus.BOOKED
    Booking.objects.bulk_update(bookings, ["status"])
    invoice_places(bookings, by=by, at=at)
    mark_refilled(refilled, by_bookings=paid, by=by, at=at)
    record_acts(
        build_act(
            verb="booking.approved",
            subject=f"booking:{booking.pk}",
            school=f"school:{booking.school_id}",
            by=by,
            at=at,
            after={"price": booking.cost},
        )
        for booking in bookings
    )
    booking_mails.places_booked(cohort=cohort, bookings=bookings, by=bookings[0].booked_by, at=at)


def returned(*, about: str, by: Person, at: datetime) -> None:
    """Declined, or not answered in time: everything comes back and the list moves on."""
    bookings = _waiting(about)
    entries = [
        release(
            key=f"booking:{booking.pk}:cancelled",
            about=f"booking:{booking.pk}",
            school=school_of(booking),
            year=booking.year,
            returned=booking.price,
            kept=0,
            person_id=booking.delegate_id,
        )
        for booking in bookings
        if booking.price
    ]
    if entries:
        post(entries, by=by, at=at)
    for booking in bookings:
        everything = everything_back(booking)
        mark_cancelled(booking, everything, cancelled_from=CancelledBy.APPROVER, by=by, at=at)
    places_came_free(cohort=bookings[0].cohort, at=at, by=by)


def facts(about: str) -> Sequence[Fact]:
    """What is asked for, to be read by whoever approves it."""
    request = BookingRequest.objects.select_related("cohort__programme").get(pk=_id(about))
    cohort = request.cohort
    bookings = list(request.bookings.order_by("pk"))
    names = [booking.named_as or "a colleague to be named" for booking in bookings]
    said = [
        ("Course", cohort.programme.title),
        ("First session", moment(cohort.starts_at) if cohort.starts_at else "no date yet"),
        (counted(len(bookings), "place"), in_a_row(names)),
    ]
    pence = sum(booking.price_pence for booking in bookings)
    if pence:
        said.append(
            ("Paid by", f"an invoice of {in_pounds(pence)} to the school, not with credits")
        )
    return said


def where_bookings_are(about: str) -> str:
    """The bookings of a request, in the hub's list of bookings."""
    return f"{reverse('admin:cpd_booking_changelist')}?request__id__exact={_id(about)}"


def _waiting(about: str) -> list[Booking]:
    """The bookings of a locked request that wait still, in primary-key order."""
    rows = Booking.objects.awaiting().filter(request=_id(about))
    bookings = list(
        rows.select_for_update(no_key=True, of=("self",))
        .select_related("school", "year", "delegate", "booked_by", "request", "cohort__programme")
        .order_by("pk")
    )
    for booking in bookings[1:]:
        booking.cohort = bookings[0].cohort
    return bookings


def _id(about: str) -> int:
    return int(about.partition(":")[2])
