"""Fabulinus Tickets as the hub gives them out and looks after them. Rules FT-1 and FT-4."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from cpd import rules
from cpd.choices import LIVE_TICKETS, TicketStatus
from cpd.emails import ticket_mails
from cpd.errors import (
    AddressOfSomebodyElse,
    BadAward,
    HasATicketAlready,
    SameAddress,
    TicketNotLive,
)
from cpd.models import FabulinusTicket
from cpd.services.ticket_codes import can_be_said, hash_of_newest_code
from cpd.services.ticket_moving import (
    become,
    live_again,
    lock_ticket,
    refuse_if_past,
    refuse_unless_it_may_become,
)
from cpd.services.ticket_policy import ticket_policy_in_force
from credits.errors import ReasonNeeded
from hub_portal.shared.errors import NotAllowed
from hub_portal.shared.london import london_date, start_of_day
from hub_portal.shared.wording import plain_day
from hub_portal.trail.services.acts import record_act
from schools.errors import OnlyTheHub
from schools.models import Person, SchoolYear
from schools.rules import ONE_DAY
from schools.services.calendar import school_year_of
from schools.services.people import (
    add_person,
    hold_records,
    person_with_address,
    valid_address,
)

MOST_LIFE = timedelta(days=11 * 365)
"""Nobody extends a ticket further: a last day beyond it is a slip of the pen."""
MAY_BE_EXTENDED = (TicketStatus.ISSUED, TicketStatus.EXPIRED)


@dataclass(frozen=True)
class Award:
    """The award of QTS a ticket is for."""

    award_on: date
    award_year: SchoolYear


@dataclass(frozen=True)
class IssuedEarlier:
    """What is said of a ticket that was issued before the portal was there. Rule SC-8.

    `on` is the day it was issued, `last_on` the last day it was given; None is as by the rules.
    """

    on: date | None = None
    last_on: date | None = None


@transaction.atomic
def issue_ticket(
    *,
    full_name: str,
    email: str,
    award: Award,
    by: Person,
    at: datetime,
    is_mailed: bool = True,
    earlier: IssuedEarlier | None = None,
) -> FabulinusTicket:
    """Give a newly qualified colleague a ticket, and email it to them. Rule FT-1.

    Somebody known by the address is the one meant; their name stays as the portal knows it.

    Raises: OnlyTheHub, BadInput, SharedMailbox, BadAward, HasATicketAlready, RecordHasGone.
    """
    if not by.is_hub_manager:
        raise OnlyTheHub
    address = valid_address(email)
    last_on = last_day(award, on=london_date(at), earlier=earlier)
    award = replace(award, award_year=school_year_of(award.award_year.starts_on))
    person = add_person(full_name=full_name, email=address, by=by, at=at)
    hold_records([person.pk])
    issued_at = start_of_day(earlier.on) if earlier and earlier.on else at
    ticket = _insert(person, address, award, last_on, by=by, at=issued_at)
    record_act(
        verb="ticket.issued",
        subject=f"ticket:{ticket.pk}",
        by=by,
        at=at,
        after={"person": person.pk, "last_on": last_on.isoformat()},
    )
    if is_mailed:
        _mail(ticket, at=at)
    return ticket


def last_day(award: Award, *, on: date, earlier: IssuedEarlier | None = None) -> date:
    """Until when a ticket for this award may be redeemed. Raises: BadAward."""
    year = award.award_year
    if award.award_on > on:
        raise BadAward("The date of the award is still to come.")
    if not year.starts_on <= award.award_on <= date(year.ends_on.year + 1, 8, 31):
        raise BadAward(f"An award on {plain_day(award.award_on)} does not go with {year}.")
    years = ticket_policy_in_force().years
    last_on = rules.last_day_of_ticket(award_on=award.award_on, years=years)
    if earlier is not None:
        _refuse_odd_days(earlier, award, on=on)
        last_on = earlier.last_on or last_on
    if last_on < on:
        raise BadAward(f"A ticket for this award was good until {plain_day(last_on)} only.")
    return last_on


def _refuse_odd_days(earlier: IssuedEarlier, award: Award, *, on: date) -> None:
    """Raises: BadAward for days a ticket for this award cannot have had."""
    if earlier.on is not None and earlier.on > on:
        raise BadAward("The day it was issued is still to come.")
    if earlier.on is not None and earlier.on < award.award_on:
        raise BadAward("It was issued before the award: look at both dates.")
    latest = award.award_on + MOST_LIFE
    if earlier.last_on is not None and earlier.last_on > latest:
        raise BadAward(
            f"A ticket for this award ends by {plain_day(latest)}: look at its last day."
        )


@transaction.atomic
def send_ticket_again(*, ticket_id: int, by: Person, at: datetime) -> FabulinusTicket:
    """Email a ticket once more, or for the first time. Rule FT-1.

    If the key that made its code is no longer in use, it gets a new code.

    Raises: OnlyTheHub, TicketNotLive, TicketIsPast.
    """
    ticket = _locked_for_the_hub(ticket_id, by=by)
    _refuse_unless_to_be_redeemed(ticket, at=at)
    _send(ticket, verb="ticket.sent_again", by=by, at=at)
    return ticket


@transaction.atomic
def send_waiting_ticket(*, ticket_id: int, by: Person, at: datetime) -> bool:
    """Email a ticket that was issued without mailing it, once. Rule SC-8.

    False when it was sent meanwhile, or there is nothing to redeem any more. Raises: OnlyTheHub.
    """
    ticket = _locked_for_the_hub(ticket_id, by=by)
    is_waiting = ticket.status == TicketStatus.ISSUED and not ticket.is_past(london_date(at))
    if ticket.sent_at is not None or not is_waiting:
        return False
    _send(ticket, verb="ticket.sent", by=by, at=at)
    return True


@transaction.atomic
def remind_of_ticket(*, ticket_id: int, by: Person, at: datetime) -> bool:
    """Remind a holder that the ticket waits: at most once a day. Rule FT-5.

    False when there is nothing to remind of: over, or never sent. Raises: OnlyTheHub.
    """
    ticket = _locked_for_the_hub(ticket_id, by=by)
    is_waiting = ticket.status == TicketStatus.ISSUED and not ticket.is_past(london_date(at))
    if ticket.sent_at is None or not is_waiting or not can_be_said(ticket):
        return False
    key = f"by_hand:{london_date(at).isoformat()}"
    is_new = ticket_mails.ticket_reminder(ticket=ticket, key=key, at=at)
    if is_new:
        record_act(verb="ticket.reminded", subject=f"ticket:{ticket.pk}", by=by, at=at)
    return is_new


@transaction.atomic
def change_ticket_address(
    *, ticket_id: int, email: str, by: Person, at: datetime, reason: str = ""
) -> FabulinusTicket:
    """Send a ticket to another address from now on; the old code dies. Rule FT-1.

    By the hub with a reason, or by the holder, proved by the old address. The old address is
    told. It says nothing about how the person signs in.

    Raises: NotAllowed, ReasonNeeded, BadInput, SharedMailbox, TicketNotLive, SameAddress,
    AddressOfSomebodyElse to the hub alone.
    """
    ticket = lock_ticket(ticket_id)
    if by.pk != ticket.person_id:
        _refuse_without_reason(by, reason)
    if ticket.status not in LIVE_TICKETS:
        raise TicketNotLive("The time of this ticket is over. The hub may extend it first.")
    address, old = valid_address(email), ticket.email
    if address == old:
        raise SameAddress
    known = person_with_address(address)
    if by.pk != ticket.person_id and known is not None and known.pk != ticket.person_id:
        raise AddressOfSomebodyElse
    ticket.email = address
    _give_new_code(ticket)
    record_act(
        verb="ticket.address_changed",
        subject=f"ticket:{ticket.pk}",
        by=by,
        at=at,
        reason=reason.strip(),
        after={"version": ticket.version},
    )
    ticket_mails.ticket_moved(ticket=ticket, old=old, at=at)
    _mail(ticket, at=at)
    return ticket


@transaction.atomic
def withdraw_ticket(*, ticket_id: int, reason: str, by: Person, at: datetime) -> FabulinusTicket:
    """Take back a ticket that holds no place; its code is dead. Rule FT-4.

    Raises: OnlyTheHub, ReasonNeeded, TicketNotLive.
    """
    ticket = _locked_for_the_hub(ticket_id, by=by)
    _refuse_without_reason(by, reason)
    refuse_unless_it_may_become(ticket, TicketStatus.WITHDRAWN)
    ticket.withdrawn_by, ticket.withdrawn_at = by, at
    become(
        ticket,
        TicketStatus.WITHDRAWN,
        verb="ticket.withdrawn",
        reason=reason.strip(),
        by=by,
        at=at,
    )
    ticket_mails.ticket_withdrawn(ticket=ticket, at=at)
    return ticket


@transaction.atomic
def extend_ticket(
    *, ticket_id: int, last_on: date, reason: str, by: Person, at: datetime
) -> FabulinusTicket:
    """Let a ticket live longer; one that has expired lives again. Rule FT-4.

    Raises: OnlyTheHub, ReasonNeeded, TicketNotLive, BadAward for a day that is not later.
    """
    ticket = _locked_for_the_hub(ticket_id, by=by)
    _refuse_without_reason(by, reason)
    if ticket.status not in MAY_BE_EXTENDED:
        raise TicketNotLive("Only a ticket that waits to be redeemed, or has expired, is extended.")
    latest = max(ticket.last_on, london_date(at) - ONE_DAY)
    if last_on <= latest:
        raise BadAward(f"Choose a day after {plain_day(latest)}.")
    before = {"status": ticket.status, "last_on": ticket.last_on.isoformat()}
    ticket.status, ticket.last_on = TicketStatus.ISSUED, last_on
    ticket.save(update_fields=["status", "last_on"])
    if not can_be_said(ticket):
        _give_new_code(ticket)
    record_act(
        verb="ticket.extended",
        subject=f"ticket:{ticket.pk}",
        by=by,
        at=at,
        reason=reason.strip(),
        before=before,
        after={"status": ticket.status, "last_on": last_on.isoformat()},
    )
    ticket_mails.ticket_extended(ticket=ticket, at=at)
    return ticket


@transaction.atomic
def give_ticket_back(*, ticket_id: int, reason: str, by: Person, at: datetime) -> FabulinusTicket:
    """Let a ticket live again whose place was given back too late: the hub's decision.

    Rules FT-4 and BK-6. Raises: OnlyTheHub, ReasonNeeded, TicketNotLive.
    """
    ticket = _locked_for_the_hub(ticket_id, by=by)
    _refuse_without_reason(by, reason)
    booking = ticket.redeemed_by
    if ticket.status != TicketStatus.USED or booking is None or booking.cancelled_at is None:
        raise TicketNotLive("Only a ticket whose place was given back too late is given back.")
    live_again(ticket, why="hub", reason=reason.strip(), by=by, at=at)
    ticket_mails.ticket_lives_again(ticket=ticket, booking=booking, at=at)
    return ticket


def _insert(
    person: Person, address: str, award: Award, last_on: date, *, by: Person, at: datetime
) -> FabulinusTicket:
    """One ticket for one award, whoever else issues it at the same moment."""
    ticket = FabulinusTicket(
        person=person,
        email=address,
        award_on=award.award_on,
        award_year=award.award_year,
        last_on=last_on,
        issued_by=by,
        issued_at=at,
    )
    standing = FabulinusTicket.objects.exclude(status=TicketStatus.WITHDRAWN)
    if standing.filter(person=person, award_year=award.award_year).exists():
        raise HasATicketAlready(award_year=str(award.award_year))
    try:
        with transaction.atomic():
            ticket.save(force_insert=True)
    except IntegrityError as error:
        if standing.filter(person=person, award_year=award.award_year).exists():
            raise HasATicketAlready(award_year=str(award.award_year)) from error
        raise
    ticket.code_hash = hash_of_newest_code(ticket)
    ticket.save(update_fields=["code_hash"])
    return ticket


def _give_new_code(ticket: FabulinusTicket) -> None:
    """One more version: what was mailed and printed before opens nothing any more."""
    ticket.version += 1
    ticket.code_hash = hash_of_newest_code(ticket)
    ticket.save(update_fields=["version", "code_hash", "email"])


def _send(ticket: FabulinusTicket, *, verb: str, by: Person, at: datetime) -> None:
    if not can_be_said(ticket):
        _give_new_code(ticket)
    record_act(verb=verb, subject=f"ticket:{ticket.pk}", by=by, at=at)
    _mail(ticket, at=at)


def _mail(ticket: FabulinusTicket, *, at: datetime) -> None:
    ticket.sent_at = at
    ticket.save(update_fields=["sent_at"])
    ticket_mails.ticket_issued(ticket=ticket, at=at)


def _locked_for_the_hub(ticket_id: int, *, by: Person) -> FabulinusTicket:
    if not by.is_hub_manager:
        raise OnlyTheHub
    return lock_ticket(ticket_id)


def _refuse_without_reason(by: Person, reason: str) -> None:
    if not by.is_hub_manager:
        raise NotAllowed("Only the holder or the hub changes a ticket.")
    if not reason.strip():
        raise ReasonNeeded


def _refuse_unless_to_be_redeemed(ticket: FabulinusTicket, *, at: datetime) -> None:
    refuse_if_past(ticket, on=london_date(at))
    refuse_unless_it_may_become(ticket, TicketStatus.REDEEMED)
