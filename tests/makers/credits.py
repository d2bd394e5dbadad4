"""A funded year, rolls and allocations, made through the services.

year = make_year()                               # 2026/27 as at NOON
school = make_school_with_roll(pupils=1200)
instalment = make_instalment(pence=8_000_000)    # a pool of 3,920 and a reserve of 80
run = make_run(instalment=instalment)
"""

from datetime import UTC, date, datetime, timedelta

from credits.models import Account, JournalEntry, Transfer
from credits.services.allocation import run_allocation
from credits.services.funding import fund_year, receive_instalment
from credits.services.planning import Choices, plan_allocation
from hub_portal.shared.london import london_date
from schools.choices import RollDefinition, RollSource
from schools.models import Person, PupilRoll, SchoolYear
from tests.makers.schools import NOON, make_school

IN_JANUARY = date(2026, 1, 15)
LATER = NOON + timedelta(hours=1)
NEXT_SEPTEMBER = datetime(2027, 9, 15, 12, 0, tzinfo=UTC)
ON_THIS_CENSUS = Choices(census_on=IN_JANUARY, definition=RollDefinition.HEADCOUNT)


def the_portal():
    return Person.objects.portal()


def make_year(*, at=NOON):
    return SchoolYear.objects.containing(london_date(at))


def make_roll(
    *,
    school,
    pupils,
    census_on=IN_JANUARY,
    definition=RollDefinition.HEADCOUNT,
    source=RollSource.GIAS,
):
    return PupilRoll.objects.create(
        school=school,
        pupils=pupils,
        census_on=census_on,
        definition=definition,
        source=source,
        entered_by=the_portal(),
        entered_at=NOON,
    )


def make_school_with_roll(*, pupils=300, name="Lampton School", urn=None, **facts):
    """A member school with a headcount of January 2026."""
    school = make_school(name=name, urn=urn, **facts)
    make_roll(school=school, pupils=pupils)
    return school


def make_funding(*, year=None, **settings):
    funding = fund_year(year=year or make_year(), by=the_portal(), at=NOON)
    for name, value in settings.items():
        setattr(funding, name, value)
    funding.save()
    return funding


def make_instalment(*, pence=8_000_000, funding=None, at=NOON, **settings):
    """Money received: £80,000 at 50 %, £10 a credit, 2 % reserve: 3,920 and 80 credits."""
    return receive_instalment(
        funding=funding or make_funding(**settings),
        pence=pence,
        received_on=at.date(),
        reference="Grant",
        by=the_portal(),
        at=at,
    )


def make_run(*, instalment=None, choices=ON_THIS_CENSUS, by=None, at=NOON):
    """An allocation previewed and run."""
    instalment = instalment or make_instalment()
    plan = plan_allocation(instalment=instalment, choices=choices, on=london_date(at))
    return run_allocation(
        instalment=instalment, choices=choices, shown=plan.fingerprint, by=by or the_portal(), at=at
    )


def balances():
    """Every account that is not at nothing: (school or "hub", kind) → balance."""
    accounts = Account.objects.exclude(debits=0, credits=0)
    return {
        (name or "hub", kind): balance
        for name, kind, balance in accounts.values_list("school__name", "kind", "balance")
    }


def balance(kind, school=None):
    """One balance of this year; 0 when the account was never opened."""
    account = Account.objects.filter(kind=kind, school=school).first()
    return account.balance if account else 0


def ledger():
    """The whole ledger in order: (kind of entry, debit kind, credit kind, credits)."""
    return list(
        Transfer.objects.order_by("pk").values_list(
            "entry__kind", "debit_account__kind", "credit_account__kind", "amount"
        )
    )


def the_books():
    """All that a refused call must leave as it was."""
    return (
        list(JournalEntry.objects.order_by("pk").values_list("pk", "key", "kind")),
        list(Transfer.objects.order_by("pk").values_list("pk", "amount")),
        list(Account.objects.order_by("pk").values_list("pk", "debits", "credits", "balance")),
    )
