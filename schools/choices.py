"""The fixed lists of the schools app. Values in the database are our own codes."""

from django.db.models import TextChoices


class Phase(TextChoices):
    """What kind of school it is by the ages it teaches; derived where GIAS has none."""

    NURSERY = "nursery", "Nursery"
    INFANT = "infant", "Infant"
    JUNIOR = "junior", "Junior"
    PRIMARY = "primary", "Primary"
    MIDDLE = "middle", "Middle"
    SECONDARY = "secondary", "Secondary"
    ALL_THROUGH = "all_through", "All-through"
    SPECIAL = "special", "Special"
    ALTERNATIVE = "alternative", "Alternative provision"
    POST_16 = "post_16", "16 plus"
    OTHER = "other", "Other"


class SchoolStatus(TextChoices):
    OPEN = "open", "Open"
    CLOSING = "closing", "Open, but proposed to close"
    CLOSED = "closed", "Closed"
    PROPOSED = "proposed", "Proposed to open"


class RollDefinition(TextChoices):
    """Who is counted: Lampton has 1,530 pupils by one and 1,195 by the other."""

    HEADCOUNT = "headcount", "Headcount"
    RECEPTION_TO_YEAR_11 = "r_to_11", "Reception to year 11"


class RollSource(TextChoices):
    GIAS = "gias", "GIAS extract"
    CENSUS = "census", "School-level census file"
    PERFORMANCE = "performance", "Performance tables census"
    LIST = "list", "List of URNs and pupils"
    BY_HAND = "by_hand", "Entered by hand"


class RollImportStatus(TextChoices):
    READING = "reading", "Being read"
    PREVIEWED = "previewed", "Ready to check"
    REFUSED = "refused", "Could not be read"
    SAVED = "saved", "Saved"
    DISCARDED = "discarded", "Put aside"


ROLL_IMPORT_MOVES = {
    RollImportStatus.READING: {RollImportStatus.PREVIEWED, RollImportStatus.REFUSED},
    RollImportStatus.PREVIEWED: {RollImportStatus.SAVED, RollImportStatus.DISCARDED},
    RollImportStatus.REFUSED: {RollImportStatus.DISCARDED},
    RollImportStatus.SAVED: set(),
    RollImportStatus.DISCARDED: set(),
}


class RollOutcome(TextChoices):
    """What would become of one school's roll in a file. Rule SC-4."""

    NEW = "new", "New"
    SAME = "same", "On record already"
    NO_FIGURE = "no_figure", "No figure"
    NOT_IN_FILE = "missing", "Not in the file"
    UNDATED = "undated", "Needs a census date"
    DISPUTED = "disputed", "Two different figures"


class Role(TextChoices):
    """The post a person holds at a school."""

    REP = "rep", "Steering group rep"
    DEPUTY = "deputy", "Deputy rep"
    HEADTEACHER = "headteacher", "Headteacher"
    STAFF = "staff", "Member of staff"


class Group(TextChoices):
    """Whom the hub writes to all at once, at every member school. Rule XX-6."""

    REPS = "reps", "steering group reps"
    HEADTEACHERS = "headteachers", "headteachers"


class NotWritten(TextChoices):
    """Why somebody of a group is not written to."""

    NOBODY = "nobody", "nobody holds this post"
    NO_ADDRESS = "no_address", "no address on record"
    SUPPRESSED = "suppressed", "the address takes no mail"
    HAD_IT = "had_it", "has it already: one mail for each person"


class StaffRole(TextChoices):
    """The hub's own people, who work in the admin."""

    HUB_MANAGER = "hub_manager", "Hub manager"
    FINANCE_OFFICER = "finance", "Finance officer"


class TermName(TextChoices):
    AUTUMN = "autumn", "Autumn term"
    SPRING = "spring", "Spring term"
    SUMMER = "summer", "Summer term"


ROLES_OF_THE_SCHOOL = (Role.REP, Role.DEPUTY, Role.HEADTEACHER)
"""The posts that act for their school: they book, change and cancel."""
