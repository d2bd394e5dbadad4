"""How programmes, cohorts and bookings are read. Filters are adjectives."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Greatest

from cpd.choices import (
    CANCELLED_LATE_BY,
    HOLDS_A_PLACE,
    LIVE_TICKETS,
    ON_THE_REGISTER,
    STANDS,
    WAS_THERE,
    AskStatus,
    BookingStatus,
    CancelledBy,
    CertificateStatus,
    CohortStatus,
    DemandStatus,
    EntryStatus,
    InvoiceKind,
    OfferStatus,
    PaidBy,
    TicketStatus,
)

if TYPE_CHECKING:
    from cpd.models import Session
    from schools.models import Person, School


class ProgrammeQuerySet(models.QuerySet[Any]):
    def public(self) -> Self:
        return self.filter(is_public=True)


class CohortQuerySet(models.QuerySet[Any]):
    def public(self) -> Self:
        """Cohorts the catalogue may show: offered, or called off after they were offered."""
        return self.filter(programme__is_public=True).exclude(status=CohortStatus.DRAFT)

    def upcoming(self, at: datetime) -> Self:
        """Offered and not yet begun."""
        return self.filter(status=CohortStatus.OFFERED, starts_at__gt=at)

    def open_for_booking(self, at: datetime) -> Self:
        """Offered, inside the booking window, and not yet begun. Rule BK-1."""
        return self.upcoming(at).filter(booking_opens_at__lte=at, booking_closes_at__gt=at)

    def with_places_left(self) -> Self:
        """Adds `places_left`: capacity less live places. Rule BK-3.

        A subquery per row, so that a page of twenty counts for twenty.
        """
        held = self._live_places() + self._places_offered()
        return self.annotate(places_left=Greatest(F("capacity") - held, 0))

    def with_places_of(self, school: "School | None") -> Self:
        """Adds `ours`: the live places this school holds, none for nobody's school."""
        return self.annotate(ours=self._live_places(school=school) if school else Value(0))

    def with_line_of(self, school: "School | None") -> Self:
        """Adds `is_waited_for`: whether this school stands in its line."""
        entries = self.model._meta.get_field("waiting").related_model
        own = entries._default_manager.waiting().filter(cohort=OuterRef("pk"), school=school)
        return self.annotate(is_waited_for=Exists(own) if school else Value(False))

    def _live_places(self, **whose: Any) -> Coalesce:
        bookings = self.model._meta.get_field("bookings").related_model
        live = (
            bookings._default_manager.live()
            .filter(cohort=OuterRef("pk"), **whose)
            .order_by()
            .values("cohort")
            .annotate(places=Count("pk"))
            .values("places")
        )
        return Coalesce(Subquery(live), 0)

    def organised_by(self, person: "Person") -> Self:
        """Cohorts somebody runs, once they were offered. Rule BK-10."""
        return self.filter(organiser=person).exclude(status=CohortStatus.DRAFT)

    def _places_offered(self) -> Coalesce:
        """Places held for schools of the waiting list. Rule BK-8."""
        entries = self.model._meta.get_field("waiting").related_model
        offers = entries._meta.get_field("offers").related_model
        offered = (
            offers._default_manager.live()
            .filter(entry__cohort=OuterRef("pk"))
            .order_by()
            .values("entry__cohort")
            .annotate(held=Sum("places"))
            .values("held")
        )
        return Coalesce(Subquery(offered), 0)


class AttendanceQuerySet(models.QuerySet[Any]):
    def there(self) -> Self:
        """Marks of people who were in the room, wholly or in part. Rule BK-10."""
        return self.filter(mark__in=WAS_THERE)

    def of_person(self, person: "Person") -> Self:
        return self.filter(person=person)


class SessionQuerySet(models.QuerySet[Any]):
    def standing(self) -> Self:
        """Dates that hold."""
        return self.filter(called_off_at__isnull=True)

    def called_off(self) -> Self:
        """Dates that fell away, whose rows stay. Rule BK-11."""
        return self.filter(called_off_at__isnull=False)

    def with_register(self) -> Self:
        """Adds `held`, the places expected, and `marked`, those of them with a mark. BK-10."""
        from_then_on = Q(cohort__bookings__walk_in__session__starts_at__lte=F("starts_at"))
        expected = Q(cohort__bookings__walk_in__isnull=True) | from_then_on
        held = Q(cohort__bookings__status__in=ON_THE_REGISTER) & expected
        marked = Q(attendances__booking__status__in=ON_THE_REGISTER)
        return self.annotate(
            held=Count("cohort__bookings", filter=held, distinct=True),
            marked=Count("attendances", filter=marked, distinct=True),
        )


class EvaluationQuerySet(models.QuerySet[Any]):
    def open(self, at: datetime) -> Self:
        """Asked, not answered yet, and the link still lives. Rule BK-12."""
        return self.filter(answered_at__isnull=True, person__isnull=False, expires_at__gt=at)

    def answered(self) -> Self:
        return self.filter(answered_at__isnull=False)


class CertificateQuerySet(models.QuerySet[Any]):
    def valid(self) -> Self:
        return self.filter(status=CertificateStatus.VALID)

    def for_person(self, person: "Person") -> Self:
        """A person's certificates, whatever became of them, newest first."""
        return self.filter(person=person).order_by("-issued_at", "-pk")


class BookingQuerySet(models.QuerySet[Any]):
    def for_school(self, school: "School") -> Self:
        return self.filter(school=school)

    def of_schools_acted_for_by(self, person: "Person") -> Self:
        return self.filter(school__in=person.appointments.live().of_the_school().values("school"))

    def of_delegate(self, person: "Person") -> Self:
        """A person's own places, whichever school booked them. Rule SC-6.

        One that waits for the headteacher, or was not approved, was never theirs (Rule BK-5).
        """
        return self.filter(delegate=person).exclude(
            Q(status=BookingStatus.AWAITING) | Q(cancelled_from=CancelledBy.APPROVER)
        )

    def live(self) -> Self:
        """Bookings that hold a place. Rule BK-3."""
        return self.filter(status__in=HOLDS_A_PLACE)

    def on_the_register(self) -> Self:
        """Bookings whose delegates are expected at the sessions. Rule BK-10."""
        return self.filter(status__in=ON_THE_REGISTER)

    def expected_at(self, session: "Session") -> Self:
        """Places on the register of one session: walk-ins from the one they walked into on."""
        from_then_on = Q(walk_in__session__starts_at__lte=session.starts_at)
        return self.on_the_register().filter(
            Q(walk_in__isnull=True) | from_then_on, cohort=session.cohort_id
        )

    def kept_late(self) -> Self:
        """Cancelled late by whoever pays, with something of the price still kept. Rule BK-6."""
        return self.filter(
            Q(kept__gt=0) | Q(kept_pence__gt=0),
            status=BookingStatus.CANCELLED,
            cancelled_from__in=CANCELLED_LATE_BY,
        )

    def booked(self) -> Self:
        return self.filter(status=BookingStatus.BOOKED)

    def awaiting(self) -> Self:
        """Bookings that wait for the headteacher. Rule BK-5."""
        return self.filter(status=BookingStatus.AWAITING)

    def standing(self) -> Self:
        """Bookings to come, approved or not: their credits are committed."""
        return self.filter(status__in=STANDS)

    def upcoming(self, at: datetime) -> Self:
        return self.booked().filter(cohort__ends_at__gt=at)

    def told(self) -> Self:
        """Places whose delegates know of them from the portal. Rule SC-8."""
        return self.filter(is_told=True)

    def to_be_told(self) -> Self:
        """Places that came in a list; nobody has been mailed about them yet. Rule SC-8."""
        return self.live().filter(is_told=False)

    def with_handovers(self) -> Self:
        """Adds `handovers`: how often the place changed hands, the version of its code. BK-10."""
        substitutions = self.model._meta.get_field("substitutions").related_model
        changed = (
            substitutions._default_manager.filter(booking=OuterRef("pk"))
            .order_by()
            .values("booking")
            .annotate(times=Count("pk"))
            .values("times")
        )
        return self.annotate(handovers=Coalesce(Subquery(changed), 0))

    def with_a_ticket(self) -> Self:
        """Places taken with a Fabulinus Ticket. Rule FT-2."""
        return self.filter(paid_by=PaidBy.TICKET)


class InvoiceLineQuerySet(models.QuerySet[Any]):
    def to_raise(self) -> Self:
        """Due, and not written out by the finance officer yet. Rule BK-14."""
        return self.filter(raised__isnull=True)

    def totals(self) -> dict[str, int]:
        """Pence `invoiced` and `credited` by these lines, and what is still `to_raise`."""
        lines, notes = Q(kind=InvoiceKind.LINE), Q(kind=InvoiceKind.CREDIT_NOTE)
        added = self.order_by().aggregate(
            invoiced=Coalesce(Sum("pence", filter=lines), 0),
            credited=Coalesce(Sum("pence", filter=notes), 0),
            to_raise=Count("pk", filter=Q(raised__isnull=True)),
        )
        return added | {"owed": added["invoiced"] - added["credited"]}


class WaitingEntryQuerySet(models.QuerySet[Any]):
    def of_schools_acted_for_by(self, person: "Person") -> Self:
        return self.filter(school__in=person.appointments.live().of_the_school().values("school"))

    def waiting(self) -> Self:
        return self.filter(status=EntryStatus.WAITING)

    def in_line(self) -> Self:
        """Who waits, first come first served. Rule BK-8."""
        return self.waiting().order_by("in_line_since", "pk")

    def with_position(self) -> Self:
        """Each with `position`: 1 for the first in the line of its cohort."""
        ahead = (
            self.model.objects.waiting()
            .filter(
                Q(in_line_since__lt=OuterRef("in_line_since"))
                | Q(in_line_since=OuterRef("in_line_since"), pk__lt=OuterRef("pk")),
                cohort=OuterRef("cohort"),
            )
            .order_by()
            .values("cohort")
            .annotate(ahead=Count("pk"))
            .values("ahead")
        )
        return self.annotate(position=Coalesce(Subquery(ahead), 0) + 1)

    def with_offer(self, live: "OfferQuerySet") -> Self:
        """Each with `offered` and `offered_until`: its offer among these, or None."""
        own = live.filter(entry=OuterRef("pk"))
        return self.annotate(
            offered=Subquery(own.values("places")[:1]),
            offered_until=Subquery(own.values("answer_by")[:1]),
        )


class DemandQuerySet(models.QuerySet[Any]):
    def open(self) -> Self:
        """Wishes for which no date is planned yet. Rule PU-4."""
        return self.filter(status=DemandStatus.OPEN)


class OfferQuerySet(models.QuerySet[Any]):
    def live(self) -> Self:
        """Offers that hold their places. Rule BK-3."""
        return self.filter(status=OfferStatus.OFFERED)

    def overdue(self, at: datetime) -> Self:
        return self.live().filter(answer_by__lte=at)

    def to_answer(self, at: datetime) -> Self:
        """Offers a school may still take or decline."""
        return self.live().filter(answer_by__gt=at)


class TicketQuerySet(models.QuerySet[Any]):
    def live(self) -> Self:
        """Tickets that may still be redeemed, or hold a place to come."""
        return self.filter(status__in=LIVE_TICKETS)

    def to_be_redeemed(self) -> Self:
        return self.filter(status=TicketStatus.ISSUED)

    def sent(self) -> Self:
        """Tickets their holders have been mailed."""
        return self.filter(sent_at__isnull=False)

    def to_be_sent(self, on: date) -> Self:
        """Tickets issued without mailing them, still to be redeemed. Rule SC-8."""
        return self.to_be_redeemed().filter(sent_at__isnull=True, last_on__gte=on)

    def past(self, on: date) -> Self:
        """Tickets whose last day is over though nothing has been written yet. Rule FT-4."""
        return self.to_be_redeemed().filter(last_on__lt=on)

    def expiring(self, on: date, *, within: int) -> Self:
        """Tickets to be redeemed within so many days."""
        return self.to_be_redeemed().filter(last_on__gte=on, last_on__lte=on + timedelta(within))


class AskedPlaceQuerySet(models.QuerySet[Any]):
    def waiting(self, at: datetime) -> Self:
        """Asked for, on a course still to come, and not booked since. Rule BK-2."""
        bookings = self.model._meta.get_field("cohort").related_model._meta.get_field("bookings")
        booked = bookings.related_model._default_manager.filter(
            cohort=OuterRef("cohort"), delegate=OuterRef("person"), status__in=HOLDS_A_PLACE
        )
        return self.filter(
            ~Exists(booked),
            status=AskStatus.ASKED,
            cohort__status=CohortStatus.OFFERED,
            cohort__starts_at__gt=at,
        )


class ApologyQuerySet(models.QuerySet[Any]):
    def standing(self) -> Self:
        """Not taken back, and the place is still that person's."""
        return self.filter(
            taken_back_at__isnull=True,
            person=F("booking__delegate"),
            booking__status=BookingStatus.BOOKED,
        )

    def to_answer(self, at: datetime) -> Self:
        """Those a school can still do something about."""
        return self.standing().filter(booking__cohort__ends_at__gt=at)


class JoiningDetailsQuerySet(models.QuerySet[Any]):
    def newest(self) -> Self:
        """The versions that count: of each cohort the one with the highest number. BK-11."""
        newer = self.model._default_manager.filter(
            cohort=OuterRef("cohort"), number__gt=OuterRef("number")
        )
        return self.filter(~Exists(newer))


class NeedsQuerySet(models.QuerySet[Any]):
    def said_on(self, cohort: Any) -> Self:
        """Answers for one cohort, "nothing" among them."""
        return self.filter(cohort=cohort, said_at__isnull=False)

    def open_by_link(self, at: datetime) -> Self:
        """Asked for, on a course not over yet, and the person's sessions have not ended since."""
        return self.filter(
            cohort__status=CohortStatus.OFFERED,
            cohort__ends_at__gt=at,
            person__is_active=True,
            person__sessions_ended=F("link_version"),
            asked_at__isnull=False,
        )
