"""The fixed lists of the cpd app, and which moves between states are allowed."""

from django.db.models import IntegerChoices, TextChoices


class CohortStatus(TextChoices):
    DRAFT = "draft", "Draft"
    OFFERED = "offered", "Offered"
    CANCELLED = "cancelled", "Cancelled"
    COMPLETED = "completed", "Completed"


COHORT_MOVES: dict[CohortStatus, frozenset[CohortStatus]] = {
    CohortStatus.DRAFT: frozenset({CohortStatus.OFFERED}),
    CohortStatus.OFFERED: frozenset(
        {CohortStatus.DRAFT, CohortStatus.CANCELLED, CohortStatus.COMPLETED}
    ),
    CohortStatus.CANCELLED: frozenset(),
    CohortStatus.COMPLETED: frozenset(),
}
"""An offered cohort goes back to draft only while nobody has booked it."""


class BookingStatus(TextChoices):
    BOOKED = "booked", "Booked"
    CANCELLED = "cancelled", "Cancelled"
    COMPLETED = "completed", "Completed"


BOOKING_MOVES: dict[BookingStatus, frozenset[BookingStatus]] = {
    BookingStatus.BOOKED: frozenset({BookingStatus.CANCELLED, BookingStatus.COMPLETED}),
    BookingStatus.CANCELLED: frozenset(),
    BookingStatus.COMPLETED: frozenset(),
}

HOLDS_A_PLACE = (BookingStatus.BOOKED, BookingStatus.COMPLETED)
"""Bookings that count as live places of their cohort. Rule BK-3."""


ON_THE_REGISTER = (BookingStatus.BOOKED, BookingStatus.COMPLETED)
"""Bookings whose delegates are expected at the sessions and may be marked. Rule BK-10."""


class PaidBy(TextChoices):
    """A booking is paid by exactly one means. Rule BK-14."""

    CREDITS = "credits", "Hub credits"
    FREE = "free", "Free of charge"


class CancelledBy(TextChoices):
    SCHOOL = "school", "Cancelled by the school"
    HUB = "hub", "Cancelled by the hub"


class CancelReason(TextChoices):
    """Why, if the school says so; seen by the hub only. Rule BK-6."""

    ILLNESS = "illness", "Illness"
    BEREAVEMENT = "bereavement", "Bereavement"
    OFSTED = "ofsted", "Ofsted inspection"
    SAFEGUARDING = "safeguarding", "Safeguarding"
    OTHER = "other", "Another reason"


class Mark(TextChoices):
    """What the register says of a place at one session. Rule BK-10."""

    ATTENDED = "attended", "Attended"
    PARTLY = "partly", "Partly attended"
    ABSENT = "did_not_attend", "Did not attend"
    APOLOGIES = "apologies", "Sent apologies"


WAS_THERE = (Mark.ATTENDED, Mark.PARTLY)
"""Marks of somebody who was in the room: only they are asked, certified and counted."""


class Moment(TextChoices):
    """When a delegate is asked what a course was worth. Rule BK-12."""

    AFTER = "after", "After the last session"
    LATER = "later", "A term later"


class QuestionKind(TextChoices):
    RATING = "rating", "By five ratings"
    WORDS = "words", "In their own words"


class Rating(IntegerChoices):
    """How far somebody agrees with a statement; said in words, counted as numbers."""

    NOT_AT_ALL = 1, "Not at all"
    LITTLE = 2, "A little"
    PARTLY = 3, "Partly"
    MOSTLY = 4, "Mostly"
    FULLY = 5, "Fully"


class CertificateStatus(TextChoices):
    VALID = "valid", "Valid"
    WITHDRAWN = "withdrawn", "Withdrawn"
    REPLACED = "replaced", "Replaced"


CERTIFICATE_MOVES: dict[CertificateStatus, frozenset[CertificateStatus]] = {
    CertificateStatus.VALID: frozenset({CertificateStatus.WITHDRAWN, CertificateStatus.REPLACED}),
    CertificateStatus.WITHDRAWN: frozenset(),
    CertificateStatus.REPLACED: frozenset(),
}


class Format(TextChoices):
    IN_PERSON = "in_person", "In person"
    ONLINE = "online", "Online"
    BLENDED = "blended", "Blended"
