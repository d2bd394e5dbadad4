"""The mails of the day itself and of what comes after it: door, register, evaluation,
certificate.

One function per cause, as in `emails.py`. Rules BK-10, BK-12 and PE-3.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from cpd.choices import Moment
from cpd.emails.facts import course_facts
from cpd.models import Attendance, Booking, Certificate, Evaluation
from hub_portal.mail.services.letters import letter_from
from hub_portal.mail.services.outbox import Letter, put_all_in_outbox
from hub_portal.shared.links import placeholder, register_purpose
from schools.models import Person, School

WALKED_IN = "cpd.walked_in"
WALKED_IN_SCHOOL = "cpd.walked_in.school"
ABSENT_SCHOOL = "cpd.absent.school"
EVALUATION_ASKED = "cpd.evaluation"
CERTIFICATE = "cpd.certificate"
CERTIFICATE_WITHDRAWN = "cpd.certificate.withdrawn"

EVALUATION = register_purpose("evaluation")


def walked_in(*, booking: Booking, reader: Person | None, at: datetime) -> None:
    """Tell the school of somebody who came without a place, and give them their calendar entry."""
    facts = {
        **course_facts(booking.cohort),
        "booking": booking,
        "name": booking.named_as,
        "walk_in": booking.walk_in,
    }
    to_whom = (
        (reader, "walked_in_school", WALKED_IN_SCHOOL),
        (booking.delegate, "walked_in", WALKED_IN),
    )
    letters = [
        _letter(
            template,
            person,
            kind=kind,
            key=f"booking:{booking.pk}:{template}",
            about=f"booking:{booking.pk}",
            context=facts,
        )
        for person, template, kind in to_whom
        if person is not None
    ]
    _put(letters, at)


def absences(*, school: School, rows: Sequence[Attendance], reader: Person, at: datetime) -> None:
    """Tell a school which of its delegates did not come. Rule BK-10.

    A mark is told once, so the first of them and when it was made name the mail.
    """
    first = rows[0]
    letter = _letter(
        "absent_school",
        reader,
        kind=ABSENT_SCHOOL,
        key=f"attendance:{first.pk}:absent:{first.marked_at:%Y%m%dT%H%M%S}",
        about=f"school:{school.pk}",
        context={"school": school, "rows": rows},
    )
    _put([letter], at)


def evaluation_asked(
    *, evaluation: Evaluation, name: str, fallback: Person | None, at: datetime
) -> None:
    """Ask somebody what a course was worth, by a link that is theirs. Rule BK-12.

    Somebody without an address is asked through their school, marked (Rule PE-3).
    """
    person = evaluation.person
    reader = person if person is not None and person.email else fallback
    if reader is None:
        return
    letter = _letter(
        "evaluation",
        reader,
        kind=EVALUATION_ASKED,
        key=f"evaluation:{evaluation.pk}:asked",
        about=f"evaluation:{evaluation.pk}",
        context={
            "evaluation": evaluation,
            "programme": evaluation.cohort.programme,
            "is_later": evaluation.moment == Moment.LATER,
            "name": name,
            "is_passed_on": reader != person,
            "link": placeholder(EVALUATION, evaluation.pk, evaluation.link_version),
        },
        expires_at=evaluation.expires_at,
    )
    _put([letter], at)


def certificate_issued(*, certificate: Certificate, fallback: Person | None, at: datetime) -> None:
    """Send somebody their certificate; without an address it goes to the school. Rule BK-12."""
    _about_certificate(certificate, "certificate", CERTIFICATE, fallback, at)


def certificate_withdrawn(
    *, certificate: Certificate, fallback: Person | None, at: datetime
) -> None:
    """Tell somebody that their certificate counts no longer, and why."""
    _about_certificate(certificate, "certificate_withdrawn", CERTIFICATE_WITHDRAWN, fallback, at)


def _about_certificate(
    certificate: Certificate, template: str, kind: str, fallback: Person | None, at: datetime
) -> None:
    person = certificate.person
    reader = person if person.email else fallback
    if reader is None:
        return
    letter = _letter(
        template,
        reader,
        kind=kind,
        key=f"certificate:{certificate.pk}:{template}",
        about=f"certificate:{certificate.pk}",
        context={
            "certificate": certificate,
            "name": certificate.printed_name,
            "is_passed_on": reader != person,
        },
    )
    _put([letter], at)


def _letter(
    template: str,
    person: Person,
    *,
    kind: str,
    key: str,
    about: str,
    context: dict[str, Any],
    expires_at: datetime | None = None,
) -> Letter | None:
    if not person.email:
        return None
    return letter_from(
        f"cpd/email/{template}",
        {**context, "person": person},
        dedupe_key=key,
        kind=kind,
        to=person.email,
        recipient=person,
        about=about,
        expires_at=expires_at,
    )


def _put(letters: Sequence[Letter | None], at: datetime) -> None:
    put_all_in_outbox([letter for letter in letters if letter is not None], at=at)
