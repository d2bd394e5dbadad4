"""The code of a ticket: found however typed, dead with its version, alive through a rotation."""

import pytest

from cpd.choices import TicketStatus
from cpd.models import FabulinusTicket
from cpd.services.ticket_codes import (
    NO_LONGER,
    CodeCannotBeSaid,
    can_be_said,
    code_for_mail,
    code_of_ticket,
    ticket_with_code,
)
from cpd.services.tickets import change_ticket_address, send_ticket_again
from hub_portal.shared.codes import ALPHABET
from tests.makers.schools import NOON, make_hub_manager
from tests.makers.tickets import make_ticket, make_ticket_in

pytestmark = pytest.mark.django_db

OLD, NEW = "the old ticket key " * 4, "the new ticket key " * 4


@pytest.fixture
def manager():
    return make_hub_manager()


@pytest.fixture
def _old_key(settings):
    settings.TICKET_KEYS = [OLD]


@pytest.fixture
def rotate(settings, _old_key):
    """Put the new key in front; `keep` says whether the old one still verifies."""

    def put_in_front(*, keep):
        settings.TICKET_KEYS = [NEW, OLD] if keep else [NEW]

    return put_in_front


def test_a_code_has_sixteen_letters_in_four_groups(manager):
    code = code_of_ticket(make_ticket())

    groups = code.split("-")
    assert [len(group) for group in groups] == [4, 4, 4, 4]
    assert set("".join(groups)) <= set(ALPHABET)


def test_a_ticket_is_found_in_any_case_and_spacing(manager):
    ticket, other = make_ticket(), make_ticket()
    code = code_of_ticket(ticket)

    for typed in (code, code.lower(), code.replace("-", " "), f" {code.replace('-', '')} "):
        assert ticket_with_code(typed) == ticket
    assert ticket_with_code(code_of_ticket(other)) == other


@pytest.mark.parametrize("typed", ["", "x", "0" * 15, "0" * 16, "0" * 17, "ü" * 16, "\x00" * 16])
def test_any_other_code_finds_nothing(manager, typed):
    make_ticket()

    assert ticket_with_code(typed) is None


def test_no_row_holds_a_code(manager):
    ticket = make_ticket()
    code = code_of_ticket(ticket).replace("-", "")

    held = " ".join(str(value) for value in FabulinusTicket.objects.values().get().values())

    assert code not in held.upper()


def test_a_withdrawn_ticket_has_no_code_that_opens_it(manager):
    ticket = make_ticket()
    code = code_of_ticket(ticket)
    FabulinusTicket.objects.filter(pk=ticket.pk).update(
        status=TicketStatus.WITHDRAWN, withdrawn_by=manager, withdrawn_at=NOON
    )

    assert ticket_with_code(code) is None


@pytest.mark.parametrize("status", [status for status in TicketStatus if status != "withdrawn"])
def test_a_ticket_in_any_other_state_is_found_and_its_page_says_what_it_is(manager, status):
    ticket = make_ticket_in(status)

    assert ticket_with_code(code_of_ticket(ticket)) == ticket


def test_the_old_code_dies_with_the_address(manager):
    ticket = make_ticket()
    old = code_of_ticket(ticket)

    moved = change_ticket_address(
        ticket_id=ticket.pk, email="new@mail.example", reason="x", by=manager, at=NOON
    )

    assert ticket_with_code(old) is None
    assert ticket_with_code(code_of_ticket(moved)) == ticket
    assert code_for_mail(ticket.pk, 1) == NO_LONGER
    assert code_for_mail(ticket.pk, 2) == code_of_ticket(moved)


def test_old_tickets_keep_their_code_through_a_rotation(manager, rotate):
    ticket = make_ticket()
    printed = code_of_ticket(ticket)

    rotate(keep=True)
    newer = make_ticket()

    assert ticket_with_code(printed) == ticket
    assert code_of_ticket(ticket) == printed  # a reminder repeats it
    assert ticket_with_code(code_of_ticket(newer)) == newer


def test_without_the_old_key_its_codes_are_void_and_a_ticket_sent_again_gets_a_new_one(
    manager, rotate
):
    ticket = make_ticket()
    printed = code_of_ticket(ticket)

    rotate(keep=False)

    assert ticket_with_code(printed) is None
    assert not can_be_said(ticket)
    assert code_for_mail(ticket.pk, ticket.version) == NO_LONGER
    with pytest.raises(CodeCannotBeSaid):
        code_of_ticket(ticket)
    again = send_ticket_again(ticket_id=ticket.pk, by=manager, at=NOON)
    assert ticket_with_code(code_of_ticket(again)) == ticket
    assert again.version == 2
