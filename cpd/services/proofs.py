"""What the books check asks of bookings: every committed credit has its booking. CR-13.

Each difference is a sentence; none is well.
"""

from collections import defaultdict

from django.db.models import Count, Exists, F, OuterRef, Q, Sum

from cpd.choices import (
    HOLDS_A_PLACE,
    ON_THE_REGISTER,
    STANDS,
    WITH_A_BOOKING,
    BookingStatus,
    EntryStatus,
    InvoiceKind,
    PaidBy,
    TicketStatus,
)
from cpd.models import (
    Attendance,
    Booking,
    Certificate,
    Cohort,
    FabulinusTicket,
    InvoiceLine,
    Offer,
    UnusedPlace,
)
from credits.choices import AccountKind
from credits.models import Account, Transfer


def differences() -> list[str]:
    """Bookings against the books, and live places against capacities."""
    return [
        *_committed_that_differs(),
        *_splits_that_differ(),
        *_cohorts_over_capacity(),
        *_offers_to_nobody(),
        *_tickets_that_differ(),
        *_places_without_a_ticket(),
        *_marks_without_a_place(),
        *_certificates_without_attendance(),
        *_invoices_that_differ(),
        *_invoices_without_payer(),
        *_unused_places_that_differ(),
    ]


def _committed_that_differs() -> list[str]:
    """A school's committed credits are the prices of its bookings not yet settled."""
    owed: dict[tuple[int, int], int] = defaultdict(int)
    booked = Booking.objects.standing().filter(paid_by=PaidBy.CREDITS)
    for school_id, year_id, total in booked.values_list("school", "year").annotate(Sum("price")):
        owed[school_id, year_id] = total
    found = []
    accounts = Account.objects.filter(kind=AccountKind.COMMITTED)
    for school_id, year_id, balance in accounts.values_list("school", "year", "balance"):
        if balance != owed.pop((school_id, year_id), 0):
            found.append(f"School {school_id} has {balance} committed and bookings say otherwise.")
    found.extend(f"School {school_id} has bookings and nothing committed." for school_id, _ in owed)
    return found


def _splits_that_differ() -> list[str]:
    """What the books returned and kept for a booking is what its row says."""
    moved: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    transfers = Transfer.objects.filter(entry__about__startswith="booking:")
    for about, debit, credit, amount in transfers.values_list(
        "entry__about", "debit_account__kind", "credit_account__kind", "amount"
    ):
        booking_id = int(about.partition(":")[2])
        moved[booking_id][credit] += amount
        moved[booking_id][debit] -= amount
    ended = Booking.objects.filter(paid_by=PaidBy.CREDITS).exclude(status__in=STANDS)
    return [
        f"Booking {pk}: its row and the books differ on what was kept and returned."
        for pk, kept, returned in ended.order_by("pk").values_list("pk", "kept", "returned")
        if (moved[pk][AccountKind.SPENT], moved[pk][AccountKind.AVAILABLE]) != (kept, returned)
    ]


def _invoices_that_differ() -> list[str]:
    """Lines less credit notes are what is owed for each place. Rule BK-14.

    Nothing before approval, the frozen price while it is booked or completed, what is kept once
    it is cancelled; and nothing at all for a place paid otherwise.
    """
    invoiced: dict[int, int] = defaultdict(int)
    for booking_id, kind, pence in InvoiceLine.objects.values_list("booking", "kind", "pence"):
        invoiced[booking_id] += -pence if kind == InvoiceKind.CREDIT_NOTE else pence
    rows = Booking.objects.filter(Q(paid_by=PaidBy.INVOICE) | Q(pk__in=list(invoiced)))
    facts = rows.order_by("pk").values_list("pk", "paid_by", "status", "price_pence", "kept_pence")
    return [
        f"Booking {pk}: its lines and credit notes make {invoiced[pk]} pence, and "
        f"{_owed(paid_by, status, price, kept)} are owed."
        for pk, paid_by, status, price, kept in facts
        if invoiced[pk] != _owed(paid_by, status, price, kept)
    ]


def _owed(paid_by: str, status: str, price: int, kept: int | None) -> int:
    if paid_by != PaidBy.INVOICE or status == BookingStatus.AWAITING:
        return 0
    return (kept or 0) if status == BookingStatus.CANCELLED else price


def _invoices_without_payer() -> list[str]:
    """Somebody is there to send each invoice to: a school, or a guest's payer."""
    nobodys = Booking.objects.filter(paid_by=PaidBy.INVOICE, school=None, payer=None)
    return [
        f"Booking {pk}: paid by invoice, and nobody gets it."
        for pk in nobodys.order_by("pk").values_list("pk", flat=True)
    ]


def _unused_places_that_differ() -> list[str]:
    """What the books spent on a free place is what its row says was charged. Rule BK-14."""
    rows = UnusedPlace.objects.values_list("booking", "charged", "waived_at")
    charged = {pk: 0 if waived_at else amount for pk, amount, waived_at in rows}
    spent: dict[int, int] = defaultdict(int)
    transfers = Transfer.objects.filter(entry__about__startswith="unused_place:")
    for about, kind, amount in transfers.values_list(
        "entry__about", "credit_account__kind", "amount"
    ):
        booking_id = int(about.partition(":")[2])
        spent[booking_id] += amount if kind == AccountKind.SPENT else -amount
    return [
        f"Booking {pk}: charged {charged.get(pk, 0)} as unused, and the books say {spent[pk]}."
        for pk in sorted({*charged, *spent})
        if charged.get(pk, 0) != spent[pk]
    ]


def _tickets_that_differ() -> list[str]:
    """Every redeemed ticket has its booking: with a ticket, its holder's, and as far. FT-3."""
    stands = Q(redeemed_by__status=BookingStatus.BOOKED)
    right = Q(redeemed_by__paid_by=PaidBy.TICKET, redeemed_by__delegate=F("person")) & (
        (Q(status=TicketStatus.REDEEMED) & stands) | (Q(status=TicketStatus.USED) & ~stands)
    )
    redeemed = FabulinusTicket.objects.filter(status__in=WITH_A_BOOKING).exclude(
        pk__in=FabulinusTicket.objects.filter(right).values("pk")
    )
    return [
        f"Ticket {pk}: it and the booking it has bought do not go together."
        for pk in redeemed.order_by("pk").values_list("pk", flat=True)
    ]


def _places_without_a_ticket() -> list[str]:
    """Every live place taken with a ticket has that ticket. Rule FT-3."""
    bare = Booking.objects.live().with_a_ticket().filter(ticket__isnull=True)
    return [
        f"Booking {pk}: taken with a ticket, and no ticket holds it."
        for pk in bare.order_by("pk").values_list("pk", flat=True)
    ]


def _cohorts_over_capacity() -> list[str]:
    """Places booked and places offered to the waiting list, together. Rule BK-3.

    Walk-ins are recorded apart: they may stand over the capacity (Rule BK-10).
    """
    held = Q(bookings__status__in=HOLDS_A_PLACE, bookings__walk_in__isnull=True)
    live = Count("bookings", filter=held)
    offered = dict(
        Offer.objects.live().order_by().values_list("entry__cohort").annotate(places=Sum("places"))
    )
    cohorts = (
        Cohort.objects.annotate(live=live).order_by("pk").values_list("pk", "capacity", "live")
    )
    return [
        f"Cohort {pk} has more live places than its capacity."
        for pk, capacity, booked in cohorts
        if booked + offered.get(pk, 0) > capacity
    ]


def _offers_to_nobody() -> list[str]:
    """A live offer is to a school that waits, for no more places than it wants. Rule BK-8."""
    stands = Q(entry__status=EntryStatus.WAITING, entry__wanted__gte=F("places"))
    offers = Offer.objects.live().exclude(stands).order_by("pk")
    return [f"Offer {offer.pk} is live and its school does not wait for it." for offer in offers]


def _marks_without_a_place() -> list[str]:
    """Attendance only for places held when they were marked, on the session's own course."""
    held = Q(booking__status__in=ON_THE_REGISTER) | Q(booking__cancelled_at__gte=F("marked_at"))
    odd = Attendance.objects.exclude(held, booking__cohort=F("session__cohort")).order_by("pk")
    return [
        f"Mark {pk} on a register has no place behind it."
        for pk in odd.values_list("pk", flat=True)
    ]


def _certificates_without_attendance() -> list[str]:
    """A certificate only with attendance. Invariant 18."""
    there = Attendance.objects.there().filter(
        session__cohort=OuterRef("cohort"), person=OuterRef("person")
    )
    odd = Certificate.objects.valid().filter(~Exists(there)).order_by("pk")
    found = odd.values_list("number", flat=True)
    return [f"Certificate {number} has no attendance behind it." for number in found]
