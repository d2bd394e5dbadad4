"""Tickets as the hub gives them out and looks after them; every state with every verb."""

from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from cpd import errors
from cpd.choices import TICKET_MOVES, TicketStatus
from cpd.models import FabulinusTicket
from cpd.services.ticket_clock import expire_tickets, remind_of_tickets
from cpd.services.ticket_policy import change_ticket_policy
from cpd.services.ticket_returns import give_place_back
from cpd.services.tickets import (
    Award,
    change_ticket_address,
    extend_ticket,
    give_ticket_back,
    issue_ticket,
    remind_of_ticket,
    send_ticket_again,
    withdraw_ticket,
)
from credits.errors import ReasonNeeded
from hub_portal.mail.models import Delivery
from hub_portal.shared.errors import BadInput, NotAllowed, PortalError
from hub_portal.trail.models import Act
from schools.errors import OnlyTheHub, SharedMailbox
from schools.models import Person
from schools.services.calendar import school_year_of
from tests.makers.schools import NOON, make_cast, make_person
from tests.makers.tickets import (
    AWARDED_ON,
    LAST_ON,
    make_award,
    make_ticket,
    make_ticket_cohort,
    make_ticket_in,
    redeem,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


def issue(cast, *, by=None, email="jess@mail.example", award=None, at=NOON):
    return issue_ticket(
        full_name="Jess Owens",
        email=email,
        award=award or make_award(),
        by=by or cast.hub_manager,
        at=at,
    )


def written():
    tables = (FabulinusTicket, Person, Act, Delivery)
    return [table.objects.count() for table in tables]


def refused(error, act):
    before = written()

    with pytest.raises(error) as refusal, transaction.atomic():
        act()

    assert written() == before
    return refusal.value


# ---- Issuing ------------------------------------------------------------------------------------


def test_issue_ticket_makes_a_person_known_and_mails_the_ticket(cast):
    ticket = issue(cast, email="Jess@Mail.example")

    assert (ticket.person.full_name, ticket.email) == ("Jess Owens", "jess@mail.example")
    assert (ticket.status, ticket.last_on, ticket.version) == (TicketStatus.ISSUED, LAST_ON, 1)
    assert (ticket.issued_by, ticket.issued_at, ticket.sent_at) == (cast.hub_manager, NOON, NOON)
    mail = Delivery.objects.get()
    assert (mail.kind, mail.to, mail.about) == (
        "cpd.ticket.issued",
        "jess@mail.example",
        f"ticket:{ticket.pk}:1",
    )
    assert Act.objects.order_by("-pk")[0].verb == "ticket.issued"


def test_issue_ticket_to_somebody_known_keeps_the_name_they_have(cast):
    known = make_person(full_name="Jess Taylor", email="jess@mail.example")

    assert issue(cast).person == known
    known.refresh_from_db()
    assert known.full_name == "Jess Taylor"


def test_one_ticket_for_one_award(cast):
    issue(cast)

    refusal = refused(errors.HasATicketAlready, lambda: issue(cast))

    assert refusal.award_year == "2025/26"
    assert issue(cast, award=make_award(award_on=date(2025, 7, 10))).last_on == date(2027, 8, 31)


def test_the_database_itself_holds_one_ticket_for_one_award(cast):
    ticket = issue(cast)

    with pytest.raises(IntegrityError), transaction.atomic():
        FabulinusTicket.objects.create(
            person=ticket.person,
            email="x@mail.example",
            award_on=AWARDED_ON,
            award_year=ticket.award_year,
            last_on=LAST_ON,
            issued_by=cast.hub_manager,
            issued_at=NOON,
        )


def test_a_withdrawn_ticket_makes_room_for_another(cast):
    withdraw_ticket(ticket_id=issue(cast).pk, reason="x", by=cast.hub_manager, at=NOON)

    assert issue(cast).status == TicketStatus.ISSUED


@pytest.mark.parametrize(
    ("award_on", "year_of", "says"),
    [
        (date(2026, 11, 21), date(2026, 9, 1), "still to come"),
        (date(2025, 8, 31), date(2025, 9, 1), "does not go with 2025/26"),
        (date(2026, 9, 2), date(2024, 9, 1), "does not go with 2024/25"),
        (date(2024, 7, 10), date(2024, 7, 10), "was good until 31 August 2026 only"),
    ],
)
def test_an_award_that_cannot_be_is_refused(cast, award_on, year_of, says):
    award = Award(award_on=award_on, award_year=school_year_of(year_of))

    assert says in refused(errors.BadAward, lambda: issue(cast, award=award)).sentence


def test_only_the_hub_issues_tickets_and_never_to_a_shared_mailbox(cast):
    cast.our_school.office_email = "office@our.example"
    cast.our_school.save()

    refused(OnlyTheHub, lambda: issue(cast, by=cast.rep))
    refused(SharedMailbox, lambda: issue(cast, email="office@our.example"))
    refused(BadInput, lambda: issue(cast, email="not an address"))


def test_a_new_policy_holds_for_tickets_issued_from_now_on(cast):
    earlier = issue(cast)

    change_ticket_policy(by=cast.hub_manager, at=NOON, percent_of_places=25, years=3)

    later = issue(cast, email="ola@mail.example")
    earlier.refresh_from_db()
    assert (earlier.last_on, later.last_on) == (LAST_ON, date(2029, 8, 31))
    assert Act.objects.filter(verb="ticket_policy.changed").count() == 1
    refused(
        OnlyTheHub,
        lambda: change_ticket_policy(by=cast.rep, at=NOON, percent_of_places=1, years=1),
    )


# ---- Another address ----------------------------------------------------------------------------


def move(ticket, *, email="new@mail.example", by, reason=""):
    return change_ticket_address(
        ticket_id=ticket.pk, email=email, reason=reason, by=by, at=NOON + timedelta(hours=1)
    )


def test_the_holder_has_the_ticket_sent_elsewhere_and_the_old_address_is_told(cast):
    ticket = issue(cast)

    moved = move(ticket, by=ticket.person)

    assert (moved.email, moved.version) == ("new@mail.example", 2)
    assert moved.person.email == "jess@mail.example"  # how they sign in does not change
    new = Delivery.objects.order_by("pk")[1:]
    assert [(mail.to, mail.kind, mail.about) for mail in new] == [
        ("jess@mail.example", "cpd.ticket.moved", f"ticket:{ticket.pk}:2"),
        ("new@mail.example", "cpd.ticket.issued", f"ticket:{ticket.pk}:2"),
    ]


def test_the_hub_changes_the_address_with_a_reason(cast):
    ticket = issue(cast)

    refused(ReasonNeeded, lambda: move(ticket, by=cast.hub_manager, reason=" "))
    moved = move(ticket, by=cast.hub_manager, reason="Lost the old mailbox")

    assert moved.email == "new@mail.example"
    assert Act.objects.get(verb="ticket.address_changed").reason == "Lost the old mailbox"


def test_nobody_else_changes_an_address_and_some_addresses_are_refused(cast):
    ticket = issue(cast)
    cast.our_school.office_email = "office@our.example"
    cast.our_school.save()

    refused(NotAllowed, lambda: move(ticket, by=cast.rep, reason="x"))
    refused(errors.SameAddress, lambda: move(ticket, by=ticket.person, email="JESS@mail.example"))
    refused(SharedMailbox, lambda: move(ticket, by=ticket.person, email="office@our.example"))
    refused(
        errors.AddressOfSomebodyElse,
        lambda: move(ticket, by=cast.hub_manager, reason="x", email="rita@our.example"),
    )


def test_the_holder_learns_of_no_address_whose_it_is(cast):
    ticket = issue(cast)

    assert move(ticket, by=ticket.person, email="rita@our.example").email == "rita@our.example"


# ---- Withdrawn, extended, expired ---------------------------------------------------------------


def test_a_ticket_is_withdrawn_with_a_reason_and_its_holder_is_told(cast):
    ticket = issue(cast)

    withdraw_ticket(ticket_id=ticket.pk, reason="Issued twice", by=cast.hub_manager, at=NOON)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.withdrawn_by, ticket.withdrawn_at) == (
        TicketStatus.WITHDRAWN,
        cast.hub_manager,
        NOON,
    )
    assert Delivery.objects.order_by("-pk")[0].kind == "cpd.ticket.withdrawn"


def test_a_ticket_is_extended_and_an_expired_one_lives_again(cast):
    waiting, expired = make_ticket(), make_ticket_in(TicketStatus.EXPIRED)
    to = date(2028, 12, 20)

    for ticket in (waiting, expired):
        extend_ticket(ticket_id=ticket.pk, last_on=to, reason="Ill", by=cast.hub_manager, at=NOON)

    for ticket in (waiting, expired):
        ticket.refresh_from_db()
        assert (ticket.status, ticket.last_on) == (TicketStatus.ISSUED, to)
    assert Act.objects.filter(verb="ticket.extended", reason="Ill").count() == 2
    assert Delivery.objects.filter(kind="cpd.ticket.extended").count() == 2


@pytest.mark.parametrize("to", [LAST_ON, date(2026, 11, 19)])
def test_a_ticket_is_extended_to_a_later_day_only(cast, to):
    ticket = issue(cast)

    refused(
        errors.BadAward,
        lambda: extend_ticket(
            ticket_id=ticket.pk, last_on=to, reason="x", by=cast.hub_manager, at=NOON
        ),
    )


def test_the_hubs_acts_ask_for_a_reason(cast):
    ticket = make_ticket_in(TicketStatus.USED)
    facts = {"ticket_id": ticket.pk, "reason": " ", "by": cast.hub_manager, "at": NOON}

    refused(ReasonNeeded, lambda: withdraw_ticket(**facts))
    refused(ReasonNeeded, lambda: give_ticket_back(**facts))
    refused(ReasonNeeded, lambda: extend_ticket(last_on=date(2029, 8, 31), **facts))


@pytest.mark.parametrize(
    "act",
    [
        partial(send_ticket_again),
        partial(remind_of_ticket),
        partial(withdraw_ticket, reason="x"),
        partial(give_ticket_back, reason="x"),
        partial(extend_ticket, reason="x", last_on=date(2029, 8, 31)),
    ],
)
def test_the_hubs_acts_are_the_hub_managers(cast, act):
    ticket = make_ticket()

    for by in (cast.rep, ticket.person):
        refused(OnlyTheHub, lambda by=by: act(ticket_id=ticket.pk, by=by, at=NOON))


def test_the_clock_writes_down_what_has_expired_the_day_after(cast):
    ticket = make_ticket()
    portal = Person.objects.portal()

    assert expire_tickets(by=portal, at=datetime(2028, 8, 31, 22, 30, tzinfo=UTC)) == 0
    assert expire_tickets(by=portal, at=datetime(2028, 8, 31, 23, 30, tzinfo=UTC)) == 1
    assert expire_tickets(by=portal, at=datetime(2028, 9, 1, 12, 0, tzinfo=UTC)) == 0

    ticket.refresh_from_db()
    assert ticket.status == TicketStatus.EXPIRED


# ---- Reminders ----------------------------------------------------------------------------------


def reminders():
    return Delivery.objects.filter(kind="cpd.ticket.reminder")


def at_noon_of(day):
    return datetime.combine(day, NOON.timetz())


def test_a_holder_is_reminded_90_and_30_days_before_and_never_twice():
    make_ticket()
    told = []
    for days in (91, 90, 89, 31, 30, 29, 1, 0, -1):
        remind_of_tickets(at=at_noon_of(LAST_ON - timedelta(days=days)))
        told.append(reminders().count())

    assert told == [0, 1, 1, 1, 2, 2, 2, 2, 2]
    assert "90 more days" in reminders().order_by("pk")[0].body.text


def test_a_reminder_is_late_when_the_portal_was_down():
    make_ticket()

    remind_of_tickets(at=at_noon_of(LAST_ON - timedelta(days=70)))

    assert reminders().count() == 1


def test_a_ticket_issued_after_the_day_is_not_reminded_of_it():
    make_ticket(award_on=date(2025, 7, 10), at=at_noon_of(date(2027, 7, 15)))

    remind_of_tickets(at=at_noon_of(date(2027, 7, 16)))
    assert reminders().count() == 0
    remind_of_tickets(at=at_noon_of(date(2027, 8, 1)))
    assert reminders().count() == 1


@pytest.mark.parametrize(
    "status", [status for status in TicketStatus if status != TicketStatus.ISSUED]
)
def test_only_tickets_that_wait_are_reminded_of(cast, status):
    ticket = make_ticket_in(status)

    remind_of_tickets(at=at_noon_of(ticket.last_on - timedelta(days=30)))

    assert reminders().count() == 0


def test_the_hub_reminds_by_hand_once_a_day(cast):
    ticket = make_ticket()
    remind = partial(remind_of_ticket, ticket_id=ticket.pk, by=cast.hub_manager)

    assert remind(at=NOON)
    assert not remind(at=NOON + timedelta(hours=3))
    assert remind(at=NOON + timedelta(days=1))
    assert Act.objects.filter(verb="ticket.reminded").count() == 2


# ---- Every state with every verb ----------------------------------------------------------------


def _redeem(ticket, manager):
    redeem(ticket, make_ticket_cohort())


def _give_back(ticket, manager):
    booking = ticket.redeemed_by
    if booking is None:
        raise errors.TicketNotLive("no place")
    give_place_back(booking_id=booking.pk, shown_as_living=False, by=ticket.person, at=NOON)
    if FabulinusTicket.objects.filter(redeemed_by=booking).exists():
        raise errors.TicketNotLive("given back before")


def _remind(ticket, manager):
    if not remind_of_ticket(ticket_id=ticket.pk, by=manager, at=NOON):
        raise errors.TicketNotLive("nothing to remind of")


VERBS = {
    "redeem": _redeem,
    "give back": _give_back,
    "remind": _remind,
    "send": lambda ticket, by: send_ticket_again(ticket_id=ticket.pk, by=by, at=NOON),
    "move": lambda ticket, by: move(ticket, by=by, reason="x"),
    "withdraw": lambda ticket, by: withdraw_ticket(ticket_id=ticket.pk, reason="x", by=by, at=NOON),
    "extend": lambda ticket, by: extend_ticket(
        ticket_id=ticket.pk, last_on=date(2029, 8, 31), reason="x", by=by, at=NOON
    ),
    "restore": lambda ticket, by: give_ticket_back(ticket_id=ticket.pk, reason="x", by=by, at=NOON),
}

BECOMES = {
    TicketStatus.ISSUED: {
        "redeem": "redeemed",
        "remind": "issued",
        "send": "issued",
        "move": "issued",
        "withdraw": "withdrawn",
        "extend": "issued",
    },
    TicketStatus.REDEEMED: {"give back": "issued", "move": "redeemed"},
    TicketStatus.USED: {"restore": "issued"},
    TicketStatus.EXPIRED: {"extend": "issued"},
    TicketStatus.WITHDRAWN: {},
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("status", TicketStatus)
def test_each_verb_in_each_state(cast, status, verb):
    ticket = make_ticket_in(status)
    expected = BECOMES[status].get(verb)

    if expected is None:
        with pytest.raises(PortalError), transaction.atomic():
            VERBS[verb](ticket, cast.hub_manager)
        expected = status
    else:
        VERBS[verb](ticket, cast.hub_manager)

    ticket.refresh_from_db()
    assert ticket.status == expected


def test_the_table_of_moves_is_what_the_verbs_do():
    moves = {
        status: {TicketStatus(to) for to in verbs.values()} - {status}
        for status, verbs in BECOMES.items()
    }
    moves[TicketStatus.ISSUED].add(TicketStatus.EXPIRED)  # by the clock
    moves[TicketStatus.REDEEMED].add(TicketStatus.USED)  # too late, or completed

    assert moves == {status: set(to) for status, to in TICKET_MOVES.items()}
