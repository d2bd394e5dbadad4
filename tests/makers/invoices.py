"""Places by invoice, and guests.

cohort = make_invoice_cohort()                       # 12 credits, or £120 by invoice
[booking] = book_by_invoice(cohort=cohort, school=cast.our_school, by=cast.rep)
guest = make_guest(cohort=cohort, by=cast.hub_manager)
"""

import itertools

from cpd.choices import PaidBy
from cpd.models import InvoiceLine
from cpd.services.bookings import book_places
from cpd.services.delegates import Delegate
from cpd.services.guests import GuestOrder, Payer, book_guest
from tests.makers.cpd import make_cohort, make_order
from tests.makers.schools import NOON

_numbers = itertools.count(1)

PAYER = Payer(
    name="Brunel University",
    address="Kingston Lane\nUxbridge UB8 3PH",
    email="ap@brunel.example",
    reference="PO 4711",
)


def make_invoice_cohort(*, invoice_price=12_000, **facts):
    return make_cohort(invoice_price=invoice_price, **facts)


def make_invoice_order(*, cohort, school, places=1, delegates=None, **more):
    if delegates is None:
        numbers = [next(_numbers) for _ in range(places)]
        delegates = [Delegate(full_name=f"Paid {n}", email=f"paid{n}@our.example") for n in numbers]
    facts = {"shown_price": cohort.invoice_price, "paid_by": PaidBy.INVOICE, **more}
    return make_order(cohort=cohort, school=school, delegates=delegates, **facts)


def book_by_invoice(*, cohort, school, by, at=NOON, **more):
    """Places booked through the service, paid by an invoice to the school."""
    order = make_invoice_order(cohort=cohort, school=school, **more)
    return book_places(order=order, by=by, at=at)


def make_guest_order(*, cohort, key=None, **more):
    facts = {
        "full_name": "Gwen Guest",
        "email": "gwen@brunel.example",
        "comes_from": "Brunel University",
        "payer": PAYER,
        "shown_pence": cohort.invoice_price or 0,
        **more,
    }
    return GuestOrder(key=key or f"guest-{next(_numbers)}", cohort_id=cohort.pk, **facts)


def make_guest(*, cohort, by, at=NOON, **more):
    return book_guest(order=make_guest_order(cohort=cohort, **more), by=by, at=at)


def lines():
    """Every line and credit note, oldest first: booking, kind, cause, pence."""
    rows = InvoiceLine.objects.order_by("pk")
    return list(rows.values_list("booking", "kind", "cause", "pence"))
