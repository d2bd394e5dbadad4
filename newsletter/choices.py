"""The states of an issue and of a subscription, and what an issue is made of."""

from django.db.models import IntegerChoices, TextChoices


class Weekday(IntegerChoices):
    """As Python counts them."""

    MONDAY = 0, "Monday"
    TUESDAY = 1, "Tuesday"
    WEDNESDAY = 2, "Wednesday"
    THURSDAY = 3, "Thursday"
    FRIDAY = 4, "Friday"
    SATURDAY = 5, "Saturday"
    SUNDAY = 6, "Sunday"


class IssueStatus(TextChoices):
    """Where an issue is on its way to the schools. Rule NL-1."""

    DRAFT = "draft", "draft"
    APPROVED = "approved", "approved, waits for its time"
    SENDING = "sending", "being sent"
    PAUSED = "paused", "paused"
    SENT = "sent", "sent"
    CANCELLED = "cancelled", "cancelled"
    MISSED = "missed", "missed its time"


ISSUE_MOVES: dict[str, frozenset[IssueStatus]] = {
    IssueStatus.DRAFT: frozenset({IssueStatus.APPROVED, IssueStatus.CANCELLED, IssueStatus.MISSED}),
    IssueStatus.APPROVED: frozenset(
        {
            IssueStatus.DRAFT,
            IssueStatus.SENDING,
            IssueStatus.CANCELLED,
            IssueStatus.MISSED,
        }
    ),
    IssueStatus.SENDING: frozenset({IssueStatus.PAUSED, IssueStatus.SENT, IssueStatus.CANCELLED}),
    IssueStatus.PAUSED: frozenset({IssueStatus.SENDING, IssueStatus.CANCELLED}),
    IssueStatus.SENT: frozenset(),
    IssueStatus.CANCELLED: frozenset(),
    IssueStatus.MISSED: frozenset({IssueStatus.DRAFT}),
}

MAY_BE_EDITED = (IssueStatus.DRAFT,)
HAS_A_SLOT = (IssueStatus.DRAFT, IssueStatus.APPROVED)
GAVE_ITS_SLOT_UP = (IssueStatus.CANCELLED, IssueStatus.MISSED)
WENT_OUT = (IssueStatus.SENDING, IssueStatus.PAUSED, IssueStatus.SENT)
"""Issues that have reached mailboxes, so that the archive shows them."""


class ItemKind(TextChoices):
    """What a part of an issue is: written by the hub, or filled from what is coming up."""

    OWN = "own", "own item"
    COURSES_WITH_PLACES = "courses", "courses with places"
    FULL_COURSES = "full", "full courses to wait for"
    CLOSING_SOON = "closing", "booking closes soon"
    TICKETS = "tickets", "Fabulinus Tickets about to expire"


LIVE = tuple(kind for kind in ItemKind if kind != ItemKind.OWN)
"""Blocks that refill themselves until the issue is approved."""


class Audience(TextChoices):
    """Who may read an item: the archive and the feed show public ones alone. Rule NL-4."""

    PUBLIC = "public", "everybody"
    MEMBERS = "members", "member schools only"


class SubscriptionStatus(TextChoices):
    """What is known of an address and the newsletter. Rules NL-2 and NL-3."""

    OF_A_POST = "post", "gets it for a post or an office of a member school"
    PENDING = "pending", "asked, not confirmed"
    SUBSCRIBED = "subscribed", "subscribed"
    UNSUBSCRIBED = "unsubscribed", "unsubscribed"


class How(TextChoices):
    """How a subscription was begun or ended."""

    FORM = "form", "on the subscribe page"
    OWN_PAGE = "own_page", "on their own page"
    ONE_CLICK = "one_click", "by the mail program's button"
    LINK = "link", "by the link in the mail"
    HUB = "hub", "by the hub"
    LIST = "list", "from a list the hub sent in"
    POST = "post", "by a post or an office of a member school"


class Why(TextChoices):
    """Why an address is sent an issue. Rule NL-2."""

    REP = "rep", "steering group rep"
    OFFICE = "office", "school office"
    STAFF = "staff", "member of staff who subscribes"
    SUBSCRIBER = "subscriber", "subscriber"


class LeftOut(TextChoices):
    """Why somebody the issue was for is not sent it."""

    UNSUBSCRIBED = "unsubscribed", "unsubscribed"
    SUPPRESSED = "suppressed", "the address takes no mail"
    NO_ADDRESS = "no_address", "no address on record"
    HAD_IT = "had_it", "has it already: one mail for each person"


class NewsStatus(TextChoices):
    """What became of news that a school sent in."""

    NEW = "new", "to look at"
    USED = "used", "in an issue"
    DECLINED = "declined", "not used"


class Becomes(TextChoices):
    """What a row of a list of subscribers becomes. Rule SC-8."""

    NEW = "new", "new subscriber"
    SUBSCRIBED = "subscribed", "subscribes already"
    FOR_A_POST = "post", "gets it anyway, as rep or office of a member school"
    UNSUBSCRIBED = "unsubscribed", "unsubscribed before: stays out"
    SUPPRESSED = "suppressed", "the address takes no mail: stays out"
    TWICE = "twice", "stands in the list before: counts once"
    PROBLEM = "problem", "cannot be saved"
