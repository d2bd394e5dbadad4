"""What a course of the demo hub is made of."""

from dataclasses import dataclass

from cpd.choices import Format

EARLY, PRIMARY, SECONDARY, SPECIAL = "early_years", "primary", "secondary", "special"
EVERYONE = (EARLY, PRIMARY, SECONDARY, SPECIAL)


@dataclass(frozen=True)
class Course:
    """One programme of the demo with its cohorts, in weeks from today."""

    title: str
    slug: str
    kind: str
    subject: str
    phases: tuple[str, ...]
    hours: float
    price: int
    summary: str
    about: str
    weeks: tuple[float, ...]
    sessions: int = 1
    capacity: int = 20
    format: Format = Format.IN_PERSON
    venue: str = "Lampton School, Hounslow"
    partner: str = ""
    starts_at: tuple[int, int] = (13, 30)
    priority: str = ""
    theme: str = ""


def about(*paragraphs: str) -> str:
    """The description of a course as rich text."""
    return "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
