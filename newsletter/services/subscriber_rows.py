"""What a list of subscribers says, row by row, beside what the portal knows already. Rule SC-8.

Name and school are there for whoever looks at the list; the newsletter needs an address, and keeps
nothing else of a row but when and how its holder agreed.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q, QuerySet

from hub_portal.mail.models import Suppression
from hub_portal.shared.london import london_date
from hub_portal.shared.sheets import Sheet, date_written
from newsletter.choices import Becomes, SubscriptionStatus
from newsletter.models import Subscription
from newsletter.rules import has_said_no
from newsletter.services.posts import posts_on
from schools.models import Person
from schools.services.finding import people_with_addresses

COLUMNS = ("Email",)
MORE_COLUMNS = ("Name", "School", "Agreed on", "Agreed how")
MOST_ROWS = 10_000
LONGEST_HOW = 200


@dataclass(frozen=True)
class Written:
    """A row as it stands in the file; the address in small letters."""

    number: int
    address: str
    name: str = ""
    school: str = ""
    agreed_on: str = ""
    agreed_how: str = ""


@dataclass(frozen=True)
class SubscriberRow:
    """One row of the list: what it becomes, and why it cannot be saved if it cannot."""

    written: Written
    becomes: Becomes
    person: Person | None = None
    agreed_on: date | None = None
    problem: str = ""

    @property
    def number(self) -> int:
        return self.written.number

    @property
    def address(self) -> str:
        return self.written.address

    @property
    def in_words(self) -> str:
        """What becomes of it, or what is wrong."""
        return self.problem or self.becomes.label


def written_in(sheet: Sheet) -> list[Written]:
    """The rows of the file. Raises: BadSheet."""
    more = [name for name in MORE_COLUMNS if sheet.has(name)]
    rows = []
    for number, (address, *cells) in sheet.rows(*COLUMNS, *more):
        said = dict(zip(more, cells, strict=True))
        rows.append(
            Written(
                number=number,
                address=address.lower(),
                name=" ".join(said.get("Name", "").split()),
                school=" ".join(said.get("School", "").split()),
                agreed_on=said.get("Agreed on", ""),
                agreed_how=" ".join(said.get("Agreed how", "").split()),
            )
        )
    return rows


def rows_of_subscribers(written: Sequence[Written], *, at: datetime) -> list[SubscriberRow]:
    """What each row would become at this moment.

    Whoever has unsubscribed stays out, and so does an address that takes no mail: no list puts
    them back. Rule NL-3.
    """
    today = london_date(at)
    known = _Known({row.address for row in written}, on=today)
    seen: set[str | int] = set()
    rows = []
    for row in written:
        person = known.people.get(row.address)
        agreed_on = date_written(row.agreed_on)
        problem = _problem(row, agreed_on, today=today)
        if problem:
            becomes = Becomes.PROBLEM
        elif row.address in seen or (person and person.pk in seen):
            becomes = Becomes.TWICE
        else:
            becomes = known.becomes(row.address, person)
            seen.add(row.address)
        if person and becomes == Becomes.NEW:
            seen.add(person.pk)  # one mail for each person, whichever of their addresses is first
        rows.append(SubscriberRow(row, becomes, person, agreed_on, problem))
    return rows


def subscriptions_around(
    addresses: Iterable[str], people: Iterable[Person]
) -> "QuerySet[Subscription]":
    """The rows of these addresses, and of every other address that their people have."""
    addresses, people = set(addresses), list(people)
    proved = EmailAddress.objects.filter(user__in=people, verified=True)
    theirs = {person.email for person in people if person.email}
    wanted = {*addresses, *theirs, *proved.values_list("email", flat=True)}
    holders = Subscription.objects.filter(address__in=addresses).exclude(person=None)
    return Subscription.objects.filter(
        Q(address__in=wanted) | Q(person__in=people) | Q(person__in=holders.values("person"))
    )


class _Known:
    """What the portal knows of the addresses of a list, asked for all at once."""

    def __init__(self, addresses: set[str], *, on: date) -> None:
        self.people = people_with_addresses(addresses)
        people = {person.pk: person for person in self.people.values()}
        rows = list(subscriptions_around(addresses, people.values()))
        self.status = {row.address: row.status for row in rows}
        self.holders = {row.address: row.person_id for row in rows if row.person_id}
        known = people_with_addresses(row.address for row in rows)
        self.holders |= {address: person.pk for address, person in known.items()}
        self.statuses: dict[int, set[str]] = defaultdict(set)
        for row in rows:
            for holder in (row.person_id, self.holders.get(row.address)):
                if holder is not None:
                    self.statuses[holder].add(row.status)
        posts = [post for post in posts_on(on) if post.address]
        self.posts = {post.address for post in posts}
        self.in_posts = {post.person_id for post in posts if post.person_id}
        held = Suppression.objects.in_force().filter(address__in=addresses)
        self.suppressed = set(held.values_list("address", flat=True))

    def becomes(self, address: str, person: Person | None) -> Becomes:
        """What an address becomes; a no comes first."""
        holder = person.pk if person else self.holders.get(address)
        own = {self.status[address]} if address in self.status else set()
        statuses = own | self.statuses.get(holder or 0, set())
        if SubscriptionStatus.UNSUBSCRIBED in own or has_said_no(statuses):
            return Becomes.UNSUBSCRIBED
        if address in self.suppressed:
            return Becomes.SUPPRESSED
        if SubscriptionStatus.SUBSCRIBED in statuses:
            return Becomes.SUBSCRIBED
        if address in self.posts or holder in self.in_posts:
            return Becomes.FOR_A_POST
        return Becomes.NEW


def _problem(row: Written, agreed_on: date | None, *, today: date) -> str:
    """The first thing wrong with a row, in a sentence; "" when nothing is."""
    if not _is_address(row.address):
        return f"“{row.address}” is no email address." if row.address else "It has no address."
    if row.agreed_on and agreed_on is None:
        return f"“{row.agreed_on}” is no date: write it like 2024-09-01."
    if agreed_on and agreed_on > today:
        return "The day of agreeing is to come."
    if len(row.agreed_how) > LONGEST_HOW:
        return f"Say in at most {LONGEST_HOW} characters how they agreed."
    return ""


def _is_address(address: str) -> bool:
    try:
        validate_email(address)
    except ValidationError:
        return False
    return len(address) <= 254
