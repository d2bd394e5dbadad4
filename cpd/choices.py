"""The fixed lists of the cpd app, and which moves between states are allowed."""

from django.db.models import TextChoices


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


class Format(TextChoices):
    IN_PERSON = "in_person", "In person"
    ONLINE = "online", "Online"
    BLENDED = "blended", "Blended"


class AskStatus(TextChoices):
    """What has become of a place a teacher asked for. Rule BK-2."""

    ASKED = "asked", "Asked for"
    DECLINED = "declined", "Declined by the school"
    WITHDRAWN = "withdrawn", "Taken back by the teacher"


ASK_MOVES: dict[AskStatus, frozenset[AskStatus]] = {
    AskStatus.ASKED: frozenset({AskStatus.DECLINED, AskStatus.WITHDRAWN}),
    AskStatus.DECLINED: frozenset(),
    AskStatus.WITHDRAWN: frozenset({AskStatus.ASKED}),
}
"""A school's answer stands for that date; whoever took the question back may ask again."""


class Food(TextChoices):
    """What a delegate eats or must not eat, as kitchens ask for it. Rule BK-13."""

    VEGETARIAN = "vegetarian", "Vegetarian"
    VEGAN = "vegan", "Vegan"
    HALAL = "halal", "Halal"
    KOSHER = "kosher", "Kosher"
    GLUTEN_FREE = "gluten_free", "Gluten free"
    DAIRY_FREE = "dairy_free", "Dairy free"
    NUT_ALLERGY = "nut_allergy", "Nut allergy"


class Access(TextChoices):
    """What a venue has to have ready for a delegate. Rule BK-13."""

    STEP_FREE = "step_free", "Step-free access"
    HEARING_LOOP = "hearing_loop", "Hearing loop"
    SIGN_LANGUAGE = "sign_language", "British Sign Language interpreter"
    LARGE_PRINT = "large_print", "Large print"
    PARKING = "parking", "Parking close by"
    QUIET_ROOM = "quiet_room", "A quiet room"
