"""What the books check asks of bookings: every committed credit has its booking. CR-13.

Each difference is a sentence; none is well.
"""

from collections import defaultdict

from django.db.models import Count, Exists, F, OuterRef, Q, Sum

from cpd.choices import HOLDS_A_PLACE, ON_THE_REGISTER, BookingStatus, PaidBy
from cpd.models import Attendance, Booking, Certificate, Cohort
from credits.choices import AccountKind
from credits.models import Account, Transfer


def differences() -> list[str]:
    """Bookings against the books, and live places against capacities."""
    return [
        *_committed_that_differs(),
        *_splits_that_differ(),
        *_cohorts_over_capacity(),
        *_marks_without_a_place(),
        *_certificates_without_attendance(),
    ]


def _committed_that_differs() -> list[str]:
    """A school's committed credits are the prices of its bookings not yet settled."""
    owed: dict[tuple[int, int], int] = defaultdict(int)
    booked = Booking.objects.booked().filter(paid_by=PaidBy.CREDITS)
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
    ended = Booking.objects.filter(paid_by=PaidBy.CREDITS).exclude(status=BookingStatus.BOOKED)
    return [
        f"Booking {pk}: its row and the books differ on what was kept and returned."
        for pk, kept, returned in ended.order_by("pk").values_list("pk", "kept", "returned")
        if (moved[pk][AccountKind.SPENT], moved[pk][AccountKind.AVAILABLE]) != (kept, returned)
    ]


def _cohorts_over_capacity() -> list[str]:
    """Walk-ins are recorded apart: they may stand over the capacity. Rules BK-3 and BK-10."""
    held = Q(bookings__status__in=HOLDS_A_PLACE, bookings__walk_in__isnull=True)
    live = Count("bookings", filter=held)
    over = Cohort.objects.annotate(live=live).filter(live__gt=F("capacity")).order_by("pk")
    return [f"Cohort {cohort.pk} has more live places than its capacity." for cohort in over]


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
