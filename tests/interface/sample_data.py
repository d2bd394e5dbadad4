"""What the sample pages show: a school like any of the alliance's, in the year 2026/27."""

from dataclasses import dataclass
from datetime import date, datetime, time

from hub_portal.shared.charts import balance_chart, bar_chart, line_chart, share_chart
from hub_portal.shared.context import HubIdentity, NavEntry
from hub_portal.shared.london import at_london_time

HUB = HubIdentity(
    name="London West Alliance",
    strapline="Hub portal",
    lead_school="Lampton School",
    email="hub@lwa.example",
    phone="020 7946 0123",
)
LABELS = ("Overview", "Courses", "Bookings", "Credits", "Calendar", "Staff", "Directory")
FOOTER = ("Hub action plan", "Newsletter", "Contact the hub", "Accessibility", "Privacy")


@dataclass(frozen=True)
class SampleSchool:
    pk: int
    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class SamplePerson:
    name: str
    is_authenticated: bool = True
    is_anonymous: bool = False

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class SampleCourse:
    title: str
    starts_at: datetime
    format: str
    hours: int
    phase: str
    theme: str
    price: int
    places: str
    places_tag: str


def _at(month: int, day: int, hour: int, minute: int = 30) -> datetime:
    return at_london_time(date(2027, month, day), time(hour, minute))


SCHOOLS = [
    SampleSchool(1, "Beavers Community Primary School"),
    SampleSchool(2, "The Rosary Catholic Infant School"),
]
PERSON = SamplePerson("Priya Shah")
COURSES = [
    SampleCourse(
        "Coaching conversations that change practice",
        _at(1, 12, 13),
        "In person",
        3,
        "All phases",
        "Leadership",
        2,
        "Places available",
        "ok",
    ),
    SampleCourse(
        "Reading fluency across key stage 2",
        _at(1, 21, 13),
        "Blended",
        2,
        "Primary",
        "Literacy",
        1,
        "Full: join the waiting list",
        "warn",
    ),
    SampleCourse(
        "OLEVI Outstanding Teacher Programme",
        _at(1, 30, 9, 0),
        "In person",
        30,
        "Secondary",
        "Teaching and learning",
        12,
        "2 places left",
        "warn",
    ),
    SampleCourse(
        "English as an additional language: the first term",
        _at(2, 8, 16, 0),
        "Online",
        2,
        "Primary",
        "EAL",
        1,
        "Closes today",
        "bad",
    ),
    SampleCourse(
        "Supporting autistic pupils in mainstream classrooms",
        _at(2, 17, 13),
        "In person",
        3,
        "Special",
        "SEND",
        3,
        "Places available",
        "ok",
    ),
]
LEDGER = [
    (date(2026, 9, 1), "Allocation for 2026/27", "412 pupils on the January 2026 census", 120, 120),
    (
        date(2026, 9, 22),
        "Coaching conversations that change practice",
        "2 places: P. Shah, T. Reid",
        -4,
        116,
    ),
    (date(2026, 10, 9), "Phonics lead network", "1 place: A. Owusu", -1, 115),
    (
        date(2026, 10, 15),
        "Supporting autistic pupils in mainstream classrooms",
        "3 places: J. Price, K. Lam, S. Ahmed",
        -9,
        106,
    ),
    (date(2026, 11, 4), "Phonics lead network", "Cancelled in time: A. Owusu", 1, 107),
]
BALANCE = balance_chart(
    title="Credits available, 2026/27",
    sentence="107 of 120 credits are still available.",
    column="Available",
    starts_on=date(2026, 9, 1),
    ends_on=date(2027, 8, 31),
    balances=[(on, balance) for on, _, _, _, balance in LEDGER],
)
SHARES = share_chart(
    title="Where this year’s credits are",
    sentence="Of 120 credits received, 4 are spent, 9 are committed and 107 are available.",
    heading="Credits",
    column="Credits",
    parts=[("Available", 77), ("Committed", 29), ("Spent", 14)],
)
TERMS = bar_chart(
    title="Places booked, by term",
    sentence="Most places were booked in spring 2026.",
    heading="Term",
    labels=["Autumn 2025", "Spring 2026", "Summer 2026", "Autumn 2026"],
    series=[("Booked", [40, 1204, 38, 22]), ("Attended", [31, 990, 22, 0])],
)
MONTHS = line_chart(
    title="Places taken up, by month",
    sentence="Autumn 2026 is ahead of autumn 2025.",
    heading="Month",
    labels=["Sep", "Oct", "Nov", "Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul"],
    series=[
        ("2025/26", [22, 41, 38, 17, 45, 39, 52, 21, 47, 58, 12]),
        ("2026/27", [31, 48, 44, None, None, None, None, None, None, None, None]),
    ],
)


def frame(active: str) -> dict[str, object]:
    """What the context processor would give to a rep of two schools."""
    return {
        "hub": HUB,
        "user": PERSON,
        "acting_school": SCHOOLS[0],
        "my_schools": SCHOOLS,
        "switch_school_url": "/samples/switch/",
        "nav": [NavEntry(f"/samples/{label.lower()}/", label, label == active) for label in LABELS],
        "nav_account": [
            NavEntry("/accounts/email/", "Email addresses", False),
            NavEntry("/accounts/2fa/", "Sign-in security", False),
        ],
        "nav_footer": [NavEntry("/samples/home/", label, False) for label in FOOTER],
    }
