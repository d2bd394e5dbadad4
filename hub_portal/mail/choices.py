"""The states of a delivery, the moves allowed between them, and why one waits or failed."""

from django.db.models import IntegerChoices, TextChoices


class Priority(IntegerChoices):
    """Who goes first; a gate closed for one lets everything before it pass."""

    SIGN_IN = 0, "sign-in"
    ORDINARY = 1, "ordinary"
    BULK = 2, "newsletters and letters to many"


class Status(TextChoices):
    WAITING = "waiting", "waiting"
    CLAIMED = "claimed", "about to be sent"
    SENDING = "sending", "being sent"
    SENT = "sent", "sent"
    FAILED = "failed", "failed"
    STOPPED = "stopped", "stopped by the hub"
    EXPIRED = "expired", "expired before it could go"
    UNTRUE = "untrue", "not sent: no longer true"
    SUPPRESSED = "suppressed", "not sent: address suppressed"


UNFINISHED = (Status.WAITING, Status.CLAIMED, Status.SENDING)
HELD = (Status.CLAIMED, Status.SENDING)

MOVES: dict[str, frozenset[Status]] = {
    Status.WAITING: frozenset(
        {
            Status.CLAIMED,
            Status.STOPPED,
            Status.EXPIRED,
            Status.FAILED,
        }
    ),
    Status.CLAIMED: frozenset(
        {
            Status.CLAIMED,
            Status.WAITING,
            Status.SENDING,
            Status.FAILED,
            Status.STOPPED,
            Status.EXPIRED,
            Status.UNTRUE,
            Status.SUPPRESSED,
        }
    ),
    Status.SENDING: frozenset({Status.SENT, Status.WAITING, Status.CLAIMED, Status.FAILED}),
    Status.FAILED: frozenset({Status.WAITING, Status.STOPPED}),
    Status.SENT: frozenset({Status.FAILED}),  # a report said later that it bounced
    Status.STOPPED: frozenset(),
    Status.EXPIRED: frozenset(),
    Status.UNTRUE: frozenset(),
    Status.SUPPRESSED: frozenset(),
}


class Failure(TextChoices):
    """Why a delivery failed, in the hub's words."""

    BOUNCED = "bounced", "the address does not take mail"
    REFUSED = "refused", "the mail server refused this message"
    GAVE_UP = "gave_up", "the mail server asked to wait too often"
    IN_DOUBT = "in_doubt", "sent twice without an answer: it may have arrived"
    UNREADY = "unready", "the portal could not prepare it"


class Trouble(TextChoices):
    """Why the mailbox of reports could not be read, in the hub's words."""

    UNREACHABLE = "unreachable", "its mail server cannot be reached"
    UNTRUSTED = "untrusted", "its mail server cannot prove who it is (its certificate)"
    NOT_LET_IN = "not_let_in", "its mail server refuses the name or the password"
    NO_FOLDER = "no_folder", "it has no folder of that name"
    NONSENSE = "nonsense", "its mail server answers what the portal does not understand"


class SuppressedFor(TextChoices):
    """What is kept from an address."""

    BULK = "bulk", "newsletters and letters to many"
    EVERYTHING = "everything", "every mail"


class ClosedFor(TextChoices):
    """What the hub manager has closed the gate for."""

    NOTHING = "nothing", "open"
    BULK = "bulk", "closed for newsletters and letters to many"
    ALL_BUT_SIGN_IN = "all_but_sign_in", "closed for all but sign-in codes"
    EVERYTHING = "everything", "closed for every mail"


FIRST_PRIORITY_HELD: dict[str, int] = {
    ClosedFor.NOTHING: Priority.BULK + 1,
    ClosedFor.BULK: Priority.BULK,
    ClosedFor.ALL_BUT_SIGN_IN: Priority.ORDINARY,
    ClosedFor.EVERYTHING: Priority.SIGN_IN,
}
