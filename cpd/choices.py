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
    AWAITING = "awaiting", "Awaiting approval"
    BOOKED = "booked", "Booked"
    CANCELLED = "cancelled", "Cancelled"
    COMPLETED = "completed", "Completed"


BOOKING_MOVES: dict[BookingStatus, frozenset[BookingStatus]] = {
    BookingStatus.AWAITING: frozenset({BookingStatus.BOOKED, BookingStatus.CANCELLED}),
    BookingStatus.BOOKED: frozenset({BookingStatus.CANCELLED, BookingStatus.COMPLETED}),
    BookingStatus.CANCELLED: frozenset(),
    BookingStatus.COMPLETED: frozenset(),
}

HOLDS_A_PLACE = (BookingStatus.AWAITING, BookingStatus.BOOKED, BookingStatus.COMPLETED)
"""Bookings that count as live places of their cohort. Rule BK-3."""

STANDS = (BookingStatus.AWAITING, BookingStatus.BOOKED)
"""Bookings whose credits are committed: still to come, or waiting for the headteacher."""


class EntryStatus(TextChoices):
    """A school in the line of a waiting list. Rule BK-8."""

    WAITING = "waiting", "Waiting"
    SERVED = "served", "Has its places"
    LEFT = "left", "Left the list"
    ENDED = "ended", "Ended with the course"


ENTRY_MOVES: dict[EntryStatus, frozenset[EntryStatus]] = {
    EntryStatus.WAITING: frozenset(
        {EntryStatus.SERVED, EntryStatus.LEFT, EntryStatus.ENDED},
    ),
    EntryStatus.SERVED: frozenset(),
    EntryStatus.LEFT: frozenset(),
    EntryStatus.ENDED: frozenset(),
}


class DemandStatus(TextChoices):
    """A school's “tell me when this runs”. Rule PU-4."""

    OPEN = "open", "Asked for"
    PLANNED = "planned", "A date is planned"
    WITHDRAWN = "withdrawn", "Withdrawn"


DEMAND_MOVES: dict[DemandStatus, frozenset[DemandStatus]] = {
    DemandStatus.OPEN: frozenset({DemandStatus.PLANNED, DemandStatus.WITHDRAWN}),
    DemandStatus.PLANNED: frozenset(),
    DemandStatus.WITHDRAWN: frozenset(),
}


class OfferStatus(TextChoices):
    OFFERED = "offered", "Offered"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    LAPSED = "lapsed", "Lapsed"


OFFER_MOVES: dict[OfferStatus, frozenset[OfferStatus]] = {
    OfferStatus.OFFERED: frozenset(
        {OfferStatus.ACCEPTED, OfferStatus.DECLINED, OfferStatus.LAPSED}
    ),
    OfferStatus.ACCEPTED: frozenset(),
    OfferStatus.DECLINED: frozenset(),
    OfferStatus.LAPSED: frozenset(),
}


ON_THE_REGISTER = (BookingStatus.BOOKED, BookingStatus.COMPLETED)
"""Bookings whose delegates are expected at the sessions and may be marked. Rule BK-10."""


class PaidBy(TextChoices):
    """A booking is paid by exactly one means. Rule BK-14."""

    CREDITS = "credits", "Hub credits"
    TICKET = "ticket", "Fabulinus Ticket"
    INVOICE = "invoice", "Invoice"
    FREE = "free", "Free of charge"


class InvoiceKind(TextChoices):
    """What the finance officer writes: an invoice, or a credit note against it. Rule BK-14."""

    LINE = "line", "Invoice"
    CREDIT_NOTE = "credit_note", "Credit note"


class InvoiceCause(TextChoices):
    """Why a line or a credit note is due; each at most once for a booking. Rule BK-14."""

    BOOKED = "booked", "Place booked"
    CANCELLED = "cancelled", "Place cancelled"
    WAIVED = "waived", "Waived by the hub"
    TAKEN_AGAIN = "taken_again", "Place taken again"
    COHORT_CANCELLED = "cohort_cancelled", "Course cancelled by the hub"


class WhyUnused(TextChoices):
    """Why nobody took a free place up. Rule BK-14."""

    ABSENT = "absent", "Did not attend"
    CANCELLED = "cancelled", "Given up too late"


class CancelledBy(TextChoices):
    SCHOOL = "school", "Cancelled by the school"
    HOLDER = "holder", "Given back by the ticket’s holder"
    HUB = "hub", "Cancelled by the hub"
    GUEST = "guest", "Cancelled for a guest"
    APPROVER = "approver", "Not approved"


CANCELLED_LATE_BY = (CancelledBy.SCHOOL, CancelledBy.GUEST)
"""Whose late cancellations keep something, which comes back when the place is taken again."""


class TicketStatus(TextChoices):
    """Where a Fabulinus Ticket stands. Rules FT-3 and FT-4."""

    ISSUED = "issued", "To be redeemed"
    REDEEMED = "redeemed", "Redeemed"
    USED = "used", "Used"
    EXPIRED = "expired", "Expired"
    WITHDRAWN = "withdrawn", "Withdrawn"


TICKET_MOVES: dict[TicketStatus, frozenset[TicketStatus]] = {
    TicketStatus.ISSUED: frozenset(
        {TicketStatus.REDEEMED, TicketStatus.EXPIRED, TicketStatus.WITHDRAWN}
    ),
    TicketStatus.REDEEMED: frozenset({TicketStatus.ISSUED, TicketStatus.USED}),
    TicketStatus.USED: frozenset({TicketStatus.ISSUED}),
    TicketStatus.EXPIRED: frozenset({TicketStatus.ISSUED}),
    TicketStatus.WITHDRAWN: frozenset(),
}
"""A used ticket lives again when its place was given back late and the hub says so."""

LIVE_TICKETS = (TicketStatus.ISSUED, TicketStatus.REDEEMED)
WITH_A_BOOKING = (TicketStatus.REDEEMED, TicketStatus.USED)


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
