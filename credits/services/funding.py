"""Recording money received for a year: it becomes credits in the pool and the reserve."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from credits import rules
from credits.choices import AccountKind, EntryKind
from credits.errors import NothingToShare, PlanHasChanged
from credits.models import Funding, Instalment
from credits.services.accounts import Holder
from credits.services.ledger import Move, NewEntry, post
from hub_portal.shared.retrying import retried
from hub_portal.trail.services.acts import record_act
from schools.models import Person, SchoolYear


def fund_year(*, year: SchoolYear, by: Person, at: datetime) -> Funding:
    """The year's funding with the settings in force: last year's, or the defaults."""
    earlier = Funding.objects.filter(year__starts_on__lt=year.starts_on)
    last = earlier.order_by("-year__starts_on").first()
    settings = {name: getattr(last, name) for name in CARRIED_OVER} if last else {}
    with transaction.atomic():
        funding, is_new = Funding.objects.get_or_create(year=year, defaults=settings)
        if is_new:
            record_act(verb="funding.opened", subject=f"funding:{funding.pk}", by=by, at=at)
    return funding


@retried
def receive_instalment(
    *,
    funding: Funding,
    pence: int,
    received_on: date,
    reference: str,
    by: Person,
    at: datetime,
    number: int | None = None,
    shown: tuple[int, int] | None = None,
) -> Instalment:
    """Record money received and put its credits into pool and reserve. Rule CR-1.

    `number` is the one the page showed: sent twice, it is recorded once. `shown` are the
    credits for pool and reserve it showed; others are refused.

    Raises: NothingToShare when it buys no whole credit; KeyUsedOtherwise when that number
    was recorded with another amount; PlanHasChanged.
    """
    with transaction.atomic():
        locked = (
            Funding.objects.select_for_update(no_key=True, of=("self",))
            .select_related("year")
            .get(pk=funding.pk)
        )
        pool, reserve = credits_for(funding=locked, pence=pence)
        if shown and shown != (pool, reserve):
            raise PlanHasChanged
        number = number or next_number(locked)
        [entry] = post([_funding_entry(locked, number, pence, pool, reserve)], by=by, at=at)
        known = Instalment.objects.filter(entry=entry).first()
        if known:
            return known
        instalment = Instalment.objects.create(
            funding=locked,
            number=number,
            received_on=received_on,
            pence=pence,
            reference=reference,
            pool_credits=pool,
            reserve_credits=reserve,
            entry=entry,
            recorded_by=by,
            recorded_at=at,
        )
        record_act(
            verb="funding.received",
            subject=f"instalment:{instalment.pk}",
            by=by,
            at=at,
            after={"pence": pence, "pool": pool, "reserve": reserve},
        )
    return instalment


def change_settings(*, funding: Funding, by: Person, at: datetime, **settings: Any) -> Funding:
    """Change how a year's funding is shared; runs made before keep what they were made with.

    `settings` are those of `CARRIED_OVER`. What was and what is now is kept in the act.
    """
    unknown = settings.keys() - set(CARRIED_OVER)
    if unknown:
        raise TypeError(f"not settings of a year's funding: {sorted(unknown)}")
    with transaction.atomic():
        locked = Funding.objects.select_for_update(no_key=True).get(pk=funding.pk)
        before = {name: _as_kept(getattr(locked, name)) for name in settings}
        after = {name: _as_kept(value) for name, value in settings.items()}
        if before != after:
            for name, value in settings.items():
                setattr(locked, name, value)
            locked.save(update_fields=list(settings))
            record_act(
                verb="funding.changed",
                subject=f"funding:{locked.pk}",
                by=by,
                at=at,
                before=before,
                after=after,
            )
    return locked


def _as_kept(value: Decimal | int | None) -> str | int | None:
    return f"{value:f}" if isinstance(value, Decimal) else value


def credits_for(*, funding: Funding, pence: int) -> tuple[int, int]:
    """What an amount would put into pool and reserve; the page shows it first. Rule CR-1.

    Raises: NothingToShare when it buys no whole credit.
    """
    pool, reserve = rules.credits_of_instalment(
        pence=pence,
        share_percent=funding.share_percent,
        pence_per_credit=funding.pence_per_credit,
        reserve_percent=funding.reserve_percent,
    )
    if pool <= 0:
        raise NothingToShare("This amount makes no whole credit. Check the pounds received.")
    return pool, reserve


def next_number(funding: Funding) -> int:
    """The number the next instalment of the year will have."""
    return funding.instalments.count() + 1


CARRIED_OVER = (
    "share_percent",
    "pence_per_credit",
    "reserve_percent",
    "lump_sum",
    "floor",
    "cap",
)


def _funding_entry(funding: Funding, number: int, pence: int, pool: int, reserve: int) -> NewEntry:
    def of_hub(kind: AccountKind) -> Holder:
        return Holder(None, funding.year_id, kind)

    parts = ((AccountKind.POOL, pool), (AccountKind.RESERVE, reserve))
    return NewEntry(
        key=f"funding:{funding.pk}:instalment:{number}",
        kind=EntryKind.FUND,
        about=f"funding:{funding.pk}",
        memo={"instalment": number, "pence": pence},
        moves=tuple(
            Move(debit=of_hub(AccountKind.FUNDING), credit=of_hub(kind), amount=amount)
            for kind, amount in parts
            if amount
        ),
    )
