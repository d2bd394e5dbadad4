"""An issue is approved, taken back, moved to another time; and what is warned of. Rule NL-1."""

from datetime import timedelta

import pytest

from hub_portal.trail.models import Act
from newsletter.choices import IssueStatus
from newsletter.errors import ApprovedTooLate, NothingInTheIssue, SlotIsPast, SlotTaken
from newsletter.models import Item
from newsletter.services import approving, blocks, warnings
from newsletter.services.approving import approve_issue, change_slot, take_approval_back
from newsletter.services.blocks import Line
from newsletter.services.drafting import draft_issue
from newsletter.services.items import add_item, change_words
from newsletter.services.warnings import is_dead, warnings_of
from tests.makers.cpd import make_programme
from tests.makers.issues import AFTER_GRACE, FRIDAY, make_approved, make_draft, reread
from tests.makers.schools import NOON

pytestmark = pytest.mark.django_db

A_LINE = Line("Coaching", "3 places left.", "/courses/coaching/")


@pytest.fixture
def rung(monkeypatch):
    heard = []
    monkeypatch.setattr(approving, "ring", lambda *words: heard.append(words))
    return heard


@pytest.fixture
def filled(monkeypatch):
    """Every block has one line to tell."""
    says = dict.fromkeys(blocks._FILLED_BY, lambda _at, _beside: [A_LINE])
    monkeypatch.setattr(blocks, "_FILLED_BY", says)


def frozen(issue):
    return set(map(str, Item.objects.filter(issue=issue).values_list("frozen", flat=True)))


def test_approving_freezes_what_the_blocks_say_and_taking_it_back_lets_them_refill(cast, filled):
    issue = make_draft(by=cast.hub_manager, at=NOON)

    approved = approve_issue(issue=issue, by=cast.hub_manager, at=NOON)

    assert (approved.status, approved.approved_at, approved.approved_by) == (
        IssueStatus.APPROVED,
        NOON,
        cast.hub_manager,
    )
    line = {"title": "Coaching", "text": "3 places left.", "url": "/courses/coaching/"}
    assert list(issue.items.exclude(kind="own").values_list("frozen", flat=True)) == [[line]] * 4
    draft = take_approval_back(issue=issue, by=cast.hub_manager, at=NOON)
    assert (draft.status, draft.approved_at, draft.approved_by) == ("draft", None, None)
    assert frozen(issue) == {"None"}


def test_approved_within_the_hours_of_grace_it_goes_at_once_and_later_it_is_refused(cast, rung):
    issue = make_draft(by=cast.hub_manager, at=NOON)
    acts = Act.objects.count()

    with pytest.raises(ApprovedTooLate):
        approve_issue(issue=issue, by=cast.hub_manager, at=AFTER_GRACE)
    assert reread(issue).status == IssueStatus.DRAFT
    assert (Act.objects.count(), rung, frozen(issue)) == (acts, [], {"None"})

    approve_issue(issue=issue, by=cast.hub_manager, at=FRIDAY + timedelta(hours=6))
    assert rung == [("newsletter.send_due",)]


def test_approved_before_its_time_nothing_is_rung(cast, rung):
    make_approved(by=cast.hub_manager, at=NOON)

    assert rung == []


def test_an_issue_with_no_word_for_anybody_is_not_approved(cast):
    issue = draft_issue(slot_at=FRIDAY, by=cast.hub_manager, at=NOON)

    with pytest.raises(NothingInTheIssue):
        approve_issue(issue=issue, by=cast.hub_manager, at=NOON)

    assert (reread(issue).status, frozen(issue)) == (IssueStatus.DRAFT, {"None"})


def test_change_slot_is_refused_for_a_time_past_or_taken(cast):
    issue = make_draft(by=cast.hub_manager, at=NOON)
    make_draft(by=cast.hub_manager, at=NOON, slot_at=FRIDAY + timedelta(weeks=1))

    with pytest.raises(SlotTaken):
        change_slot(issue=issue, slot_at=FRIDAY + timedelta(weeks=1), by=cast.hub_manager, at=NOON)
    with pytest.raises(SlotIsPast):
        change_slot(issue=issue, slot_at=NOON, by=cast.hub_manager, at=NOON)

    assert reread(issue).slot_at == FRIDAY
    assert not Act.objects.filter(verb="issue.moved").exists()


def test_change_slot_moves_an_approved_issue_which_stays_approved(cast):
    issue = make_approved(by=cast.hub_manager, at=NOON)

    change_slot(issue=issue, slot_at=FRIDAY + timedelta(hours=1), by=cast.hub_manager, at=NOON)

    assert (reread(issue).slot_at, reread(issue).status) == (
        FRIDAY + timedelta(hours=1),
        IssueStatus.APPROVED,
    )
    act = Act.objects.get(verb="issue.moved")
    assert (act.before, act.after) == (
        {"slot_at": "2026-12-04T07:00:00+00:00"},
        {"slot_at": "2026-12-04T08:00:00+00:00"},
    )


# ---- Warnings -----------------------------------------------------------------------------------


def test_a_sound_issue_is_warned_of_nothing(cast, filled):
    assert warnings_of(make_draft(by=cast.hub_manager, at=NOON), at=NOON) == []


def test_every_warning_stands_in_the_order_of_the_issue(cast, settings, monkeypatch):
    settings.PORTAL_URL = "https://portal.example"
    monkeypatch.setattr(warnings, "LARGEST_MAIL", 1000)
    issue = make_draft(by=cast.hub_manager, at=NOON)
    dead = '<p><a href="https://portal.example/nowhere/">Here</a></p>'
    change_words(issue=issue, subject="", opening=dead, by=cast.hub_manager, at=NOON)
    picture = '<p><img src="stored-file:AAAAAAAAAAAAAAAAAAAAAA" alt=""></p>'
    add_item(issue=issue, heading="Sports", text=picture, by=cast.hub_manager, at=NOON)
    add_item(issue=issue, heading="To come", text="", by=cast.hub_manager, at=NOON)

    *others, size = warnings_of(reread(issue), at=NOON)

    assert others == [
        "The issue has no subject.",
        "“Sports”: a picture in the text has no words for those who cannot see it.",
        "The opening words: the link to https://portal.example/nowhere/ leads nowhere.",
        "“To come” has no words yet, and is left out.",
        "“Courses with places” has nothing to tell at the moment, and is left out.",
        "“Booking closes soon” has nothing to tell at the moment, and is left out.",
        "“Full, but places come free” has nothing to tell at the moment, and is left out.",
        "“Fabulinus Tickets” has nothing to tell at the moment, and is left out.",
    ]
    assert size.endswith("kB large. Above 1 kB some mail programs cut it off.")


@pytest.mark.parametrize(
    ("path", "dead"),
    [
        ("", False),
        ("/courses/", False),
        ("/courses", False),
        ("/courses/coaching/", False),
        ("/courses/hidden/", True),
        ("/courses/unknown/", True),
        ("/newsletter/", False),
        ("/newsletter/99/", True),
        ("/files/nothing-there/", True),
        ("/my/", False),
        ("/no/such/page/", True),
    ],
)
def test_is_dead_asks_the_addresses_of_the_portal_and_the_rows_behind_them(settings, path, dead):
    settings.PORTAL_URL = "https://portal.example"
    make_programme(slug="coaching")
    make_programme(slug="hidden", is_public=False)

    assert is_dead(f"https://portal.example{path}") is dead


@pytest.mark.parametrize("address", ["https://elsewhere.example/x", "mailto:a@b.example"])
def test_is_dead_knows_nothing_of_other_sites(settings, address):
    settings.PORTAL_URL = "https://portal.example"

    assert is_dead(address) is False
