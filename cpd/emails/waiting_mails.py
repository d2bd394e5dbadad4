"""The mails of a waiting list, to those who may answer for the school. Rule BK-8.

No mail carries a right: each leads to a page behind the sign-in.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from cpd.emails.facts import course_facts
from cpd.models import Cohort, LateCall, Offer, WaitingEntry
from hub_portal.mail.services.outbox import Letter, put_all_in_outbox
from hub_portal.mail.services.rendering import render_mail
from hub_portal.shared.wording import deadline_in_words
from schools.choices import Role
from schools.models import Person, School

OFFER = "cpd.offer"
OFFER_LAPSED = "cpd.offer.lapsed"
LATE_CALL = "cpd.late_call"
NOBODY_WAITS = "cpd.nobody_waits"
COURSE_RUNS = "cpd.course_runs"


def places_offered(*, offer: Offer, at: datetime) -> None:
    """Tell a waiting school what it is offered, and until when."""
    entry = offer.entry
    facts = {
        "offer": offer,
        "until": deadline_in_words(offer.answer_by),
        "rest": entry.wanted - offer.places,
    }
    _tell(OFFER, entry, f"offer:{offer.pk}", facts, at=at, expires_at=offer.answer_by)


def offer_lapsed(*, offer: Offer, at: datetime) -> None:
    """Tell a school that its places went on, and that it moved to the end of the line."""
    facts = {"offer": offer, "until": deadline_in_words(offer.answer_by)}
    about = f"waiting_entry:{offer.entry_id}"
    _tell(OFFER_LAPSED, offer.entry, about, facts, at=at, key=f"offer:{offer.pk}:lapsed")


def everybody_called(*, call: LateCall, entries: Sequence[WaitingEntry], at: datetime) -> None:
    """Tell every waiting school at once that places are free."""
    for entry in entries:
        about = f"waiting_entry:{entry.pk}"
        key = f"late_call:{call.pk}:{entry.pk}"
        _tell(LATE_CALL, entry, about, {"call": call}, at=at, key=key)


def course_runs(*, entries: Sequence[WaitingEntry], at: datetime) -> None:
    """Tell schools that asked for a course that it runs, and that they stand in line for it."""
    for entry in entries:
        _tell(COURSE_RUNS, entry, f"waiting_entry:{entry.pk}", {}, at=at)


def nobody_waits(*, cohort: Cohort, entries: Sequence[WaitingEntry], at: datetime) -> None:
    """Tell every school that waited that the list is closed, and why."""
    has_begun = cohort.starts_at is not None and at >= cohort.starts_at
    for entry in entries:
        about = f"waiting_entry:{entry.pk}"
        _tell(NOBODY_WAITS, entry, about, {"has_begun": has_begun}, at=at, key=f"{about}:ended")


def _tell(
    kind: str,
    entry: WaitingEntry,
    about: str,
    facts: dict[str, Any],
    *,
    at: datetime,
    key: str = "",
    expires_at: datetime | None = None,
) -> None:
    context = {**facts, **course_facts(entry.cohort), "entry": entry}
    rendered = render_mail(f"cpd/email/{_TEMPLATES[kind]}", context)
    letters = [
        Letter(
            dedupe_key=f"{key or about}:{person.pk}",
            kind=kind,
            to=person.email or "",
            recipient=person,
            subject=rendered.subject,
            text=rendered.text,
            html=rendered.html,
            about=about,
            expires_at=expires_at,
        )
        for person in _who_may_answer(entry.school, entry.joined_by)
    ]
    put_all_in_outbox(letters, at=at)


def _who_may_answer(school: School, joined_by: Person) -> Iterable[Person]:
    """Rep and deputy, and whoever joined the list, if they act for the school; else its head."""
    posts = school.appointments.live().of_the_school().select_related("person")
    heads: dict[int, Person] = {}
    others: dict[int, Person] = {}
    for post in posts.order_by("person"):
        if not post.person.email or not post.person.is_active:
            continue
        is_head = post.role == Role.HEADTEACHER and post.person_id != joined_by.pk
        (heads if is_head else others)[post.person_id] = post.person
    return (others or heads).values()


_TEMPLATES = {
    OFFER: "offer",
    OFFER_LAPSED: "offer_lapsed",
    LATE_CALL: "late_call",
    NOBODY_WAITS: "nobody_waits",
    COURSE_RUNS: "course_runs",
}
