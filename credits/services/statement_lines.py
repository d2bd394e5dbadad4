"""A school's dated lines: what moved its credits, for whom, and what was left each time.

The credits page, its downloads and every statement read these same lines, in the order of
their days and, within a day, of their posting. A settlement is a line that moves nothing,
since what was committed was not available any more.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    TextField,
    Value,
    When,
    Window,
)
from django.db.models.functions import Cast, Coalesce, Concat

from credits.choices import AccountKind, EntryKind
from credits.models import Transfer
from credits.services.figures import Received, add_up_received
from credits.services.line_words import words_for
from credits.services.registry import described
from hub_portal.trail.models import Act
from schools.models import Appointment, Person, School, SchoolYear


@dataclass(frozen=True)
class StatementLine:
    """One movement as a school reads it.

    `amount` is what moved; `gain` by how much that changed what is available (a settlement
    changes nothing); `available` is what was available after it.
    """

    on: date
    kind: EntryKind
    what: str
    who: str
    why: str
    reference: str
    amount: int
    gain: int
    available: int


@dataclass(frozen=True)
class Statement:
    """Dated lines between what was available before them and after them."""

    opening: int
    lines: tuple[StatementLine, ...]

    @property
    def closing(self) -> int:
        return self.lines[-1].available if self.lines else self.opening


@dataclass(frozen=True)
class YearInBrief:
    """A year's lines added up: how many, by day, and what was received."""

    lines: int
    balances: tuple[tuple[date, int], ...]
    received: Received


def statement_of(
    school: School, year: SchoolYear, *, since: date | None = None, until: date | None = None
) -> Statement:
    """The lines of a year's account, or of those days of it, oldest first. Rule CR-10."""
    rows = _rows(school, year)
    if until:
        rows = rows.filter(entry__effective_on__lte=until)
    found = [row for row in rows if since is None or row["entry__effective_on"] >= since]
    opening = found[0]["available"] - found[0]["gain"] if found else _closing(rows)
    return Statement(opening=opening, lines=_as_lines(found))


def newest_lines(
    school: School, year: SchoolYear, *, start: int, stop: int
) -> tuple[StatementLine, ...]:
    """Some of the lines, counted from the newest: a page of the credits page."""
    return _as_lines(_rows(school, year).reverse()[start:stop])


def year_in_brief(school: School, year: SchoolYear) -> YearInBrief:
    """The year's lines by day and by kind, in one query."""
    sums = (
        Transfer.objects.touching_school(school, year)
        .values_list(
            "entry__effective_on", "entry__kind", "entry__reverses__kind", "arrives", "leaves"
        )
        .annotate(lines=Count("pk"), moved=Sum("amount"), gained=Sum("gain"))
        .order_by("entry__effective_on")
    )
    lines, available = 0, 0
    by_day: dict[date, int] = {}
    crossing: list[tuple[str, str | None, int]] = []
    for on, kind, reverses, arrives, leaves, count, moved, gained in sums:
        lines, available = lines + count, available + gained
        by_day[on] = available
        if arrives != leaves:
            crossing.append((kind, reverses, moved if arrives else -moved))
    return YearInBrief(lines, tuple(by_day.items()), add_up_received(crossing))


def _rows(school: School, year: SchoolYear) -> "QuerySet[Transfer, dict[str, Any]]":
    """What lines are made of, oldest first, with the running balance."""
    in_order = (F("entry__effective_on"), F("pk"))
    known_as = Appointment.objects.filter(school=school, person=OuterRef("for_person")).exclude(
        known_as=""
    )
    why = Act.objects.filter(
        subject=Concat(Value("entry:"), Cast(OuterRef("entry_id"), CharField()))
    )
    return (
        Transfer.objects.touching_school(school, year)
        .annotate(
            available=Window(Sum("gain"), order_by=in_order),
            name=Coalesce(
                Subquery(known_as.order_by("-pk").values("known_as")[:1]),
                F("for_person__full_name"),
                Value(""),
            ),
            why=Case(
                When(
                    entry__kind__in=_SAYS_WHY,
                    then=Subquery(why.order_by("pk").values("reason")[:1]),
                ),
                default=Value(""),
                output_field=TextField(),
            ),
        )
        .values(*_OF_A_LINE)
        .order_by(*in_order)
    )


_SAYS_WHY = (EntryKind.ADJUSTMENT, EntryKind.TRANSFER)
_OF_A_LINE = (
    "entry",
    "entry__effective_on",
    "entry__kind",
    "entry__reverses__kind",
    "entry__about",
    "entry__memo",
    "debit_account__kind",
    "credit_account__kind",
    "debit_account__school",
    "credit_account__school",
    "amount",
    "arrives",
    "gain",
    "available",
    "name",
    "why",
)


def _as_lines(rows: Iterable[Mapping[str, Any]]) -> tuple[StatementLine, ...]:
    found = list(rows)
    words = described({row["entry__about"] for row in found if row["entry__about"]})
    names = _names_of_schools(found)
    return tuple(_as_line(row, words, names) for row in found)


def _names_of_schools(rows: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    """Names where credits moved between schools; that is seldom, and joining is always dear."""
    sides = ("debit_account__school", "credit_account__school")
    schools = {row[side] for row in rows for side in sides} - {None}
    if len(schools) < 2:
        return {}
    return dict(School.objects.filter(pk__in=schools).values_list("pk", "name"))


def _as_line(
    row: Mapping[str, Any], words: Mapping[str, str], names: Mapping[int, str]
) -> StatementLine:
    other = "debit_account" if row["arrives"] else "credit_account"
    return StatementLine(
        on=row["entry__effective_on"],
        kind=EntryKind(row["entry__kind"]),
        what=words_for(
            kind=EntryKind(row["entry__reverses__kind"] or row["entry__kind"]),
            is_reversal=bool(row["entry__reverses__kind"]),
            way=(
                AccountKind(row["debit_account__kind"]),
                AccountKind(row["credit_account__kind"]),
            ),
            subject=words.get(row["entry__about"], ""),
            memo=row["entry__memo"],
            other_school=names.get(row[f"{other}__school"], ""),
            arrives=row["arrives"],
        ),
        who=Person(full_name=row["name"]).initial_and_surname if row["name"] else "",
        why=row["why"] or "",
        reference=f"J{row['entry']}",
        amount=row["amount"],
        gain=row["gain"],
        available=row["available"],
    )


def _closing(rows: "QuerySet[Transfer, dict[str, Any]]") -> int:
    last = rows.last()
    return last["available"] if last else 0
