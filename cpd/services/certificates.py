"""Certificates of attendance: issued by the clock, replaced and withdrawn by the hub. BK-12.

The number is twelve random characters without look-alikes, so that knowing one is having seen
the certificate; anybody may then check what it says.
"""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from cpd.choices import CERTIFICATE_MOVES, CertificateStatus, CohortStatus, Moment
from cpd.emails import afterwards_mails
from cpd.errors import CertificateHasEnded, NobodyWasThere
from cpd.models import Attendance, Certificate, Cohort, Evaluation
from cpd.rules import as_typed_number
from cpd.services.evaluations import form_for
from cpd.services.hours import CourseHours, hours_for
from cpd.services.moving import lock_cohort
from cpd.services.organised import registers_not_taken
from cpd.services.voices import whom_to_tell
from credits.errors import ReasonNeeded
from hub_portal.shared.retrying import retried
from hub_portal.trail.services.acts import record_act
from schools.models import Person
from schools.services.people import clean_name

LETTERS = "23456789ABCDEFGHJKMNPQRSTWXYZ"
"""No 0 and O, no 1, I and L, no U and V."""
LENGTH = 12

REGISTERS_WAITED_FOR = timedelta(days=14)
"""So long a certificate waits for registers that are not taken, since hours depend on them."""
ISSUED_WITHIN = timedelta(days=120)
"""An evaluation answered on its last day still brings the certificate; a course long over none."""


def new_number() -> str:
    """Twelve random characters: some 58 bits, on top of which guessing is slowed down."""
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def issue_certificates(*, at: datetime) -> int:
    """Give a certificate to everybody who has earned one and has none; how many. Rule BK-12."""
    portal = Person.objects.portal()
    waiting = registers_not_taken(at=at).filter(ends_at__gt=at - REGISTERS_WAITED_FOR)
    over = Cohort.objects.filter(
        status=CohortStatus.COMPLETED, ends_at__lte=at, ends_at__gte=at - ISSUED_WITHIN
    ).exclude(pk__in=waiting.values("cohort"))
    ids = list(over.order_by("pk").values_list("pk", flat=True))
    return sum(issue_for_cohort(cohort_id=pk, by=portal, at=at) for pk in ids)


@retried
def issue_for_cohort(*, cohort_id: int, by: Person, at: datetime) -> int:
    """Certificates for those of one completed cohort who were there; how many.

    Where the programme says so, the evaluation comes first. Whoever had one before, be it
    withdrawn since, gets no other. Done twice, it changes nothing.
    """
    with transaction.atomic():
        cohort = lock_cohort(cohort_id)
        if cohort.status != CohortStatus.COMPLETED:
            return 0
        earned = {mark.person_id: mark for mark in _earned(cohort)}
        for mark in earned.values():
            _issue(mark, cohort, by=by, at=at)
    return len(earned)


@retried
def replace_certificate(
    *, certificate_id: int, printed_name: str, reason: str, by: Person, at: datetime
) -> Certificate:
    """Print a certificate anew, with the name put right and the hours of today. Rule BK-12.

    The earlier one says from now on that it was replaced; the new one is mailed.

    Raises: ReasonNeeded, BadInput, CertificateHasEnded, NobodyWasThere.
    """
    if not reason.strip():
        raise ReasonNeeded
    name = clean_name(printed_name)
    with transaction.atomic():
        earlier = _lock(certificate_id)
        course = hours_for(person=earlier.person, cohort=earlier.cohort)
        if course is None or not course.hours:
            raise NobodyWasThere(name=earlier.printed_name)
        _end(earlier, CertificateStatus.REPLACED, reason=reason, by=by, at=at)
        certificate = _write(earlier.booking_id, earlier.person, name, course, by, at, earlier)
        afterwards_mails.certificate_issued(
            certificate=certificate, fallback=_school_of(certificate), at=at
        )
    return certificate


@retried
def withdraw_certificate(
    *, certificate_id: int, reason: str, by: Person, at: datetime
) -> Certificate:
    """Say that a certificate counts no longer; its holder is told. Rule BK-12.

    Raises: ReasonNeeded, CertificateHasEnded.
    """
    if not reason.strip():
        raise ReasonNeeded
    with transaction.atomic():
        certificate = _lock(certificate_id)
        _end(certificate, CertificateStatus.WITHDRAWN, reason=reason, by=by, at=at)
        afterwards_mails.certificate_withdrawn(
            certificate=certificate, fallback=_school_of(certificate), at=at
        )
    return certificate


def certificate_with_number(typed: str) -> Certificate | None:
    """The certificate with this number, in any case and spacing, whatever became of it."""
    number = as_typed_number(typed)
    if len(number) != LENGTH:
        return None
    return Certificate.objects.filter(number=number).first()


def is_still_valid(about: str) -> bool:
    """Whether a mailed certificate ("certificate:12") still counts when it is to go."""
    return Certificate.objects.valid().filter(pk=about.rpartition(":")[2]).exists()


def _earned(cohort: Cohort) -> QuerySet[Attendance]:
    """Marks of those who were there, have no certificate yet, and have answered if they must."""
    there = (
        Attendance.objects.filter(session__cohort=cohort, booking__is_told=True)
        .there()
        .exclude(person__in=Certificate.objects.filter(cohort=cohort).values("person"))
        .select_related("person", "booking__school", "booking__booked_by")
        .order_by("pk")
    )
    if cohort.programme.certificate_after_evaluation and _can_be_answered(cohort):
        answered = Evaluation.objects.filter(cohort=cohort, moment=Moment.AFTER).answered()
        there = there.filter(person__in=answered.filter(person__isnull=False).values("person"))
    return there


def _can_be_answered(cohort: Cohort) -> bool:
    """Without a form nobody is asked, so nobody is kept waiting for an answer."""
    asked = Evaluation.objects.filter(cohort=cohort, moment=Moment.AFTER).exists()
    return asked or form_for(cohort=cohort, moment=Moment.AFTER) is not None


def _issue(mark: Attendance, cohort: Cohort, *, by: Person, at: datetime) -> None:
    person = mark.person
    course = hours_for(person=person, cohort=cohort) if person is not None else None
    if person is None or course is None or not course.hours:
        return
    certificate = _write(mark.booking_id, person, mark.named_as, course, by, at)
    afterwards_mails.certificate_issued(
        certificate=certificate, fallback=_school_of(certificate), at=at
    )


def _write(
    booking_id: int,
    person: Person,
    name: str,
    course: CourseHours,
    by: Person,
    at: datetime,
    replaces: Certificate | None = None,
) -> Certificate:
    certificate = Certificate.objects.create(
        number=new_number(),
        cohort=course.cohort,
        booking_id=booking_id,
        person=person,
        printed_name=name,
        title=course.title,
        from_on=course.from_on,
        to_on=course.to_on,
        hours=course.hours,
        replaces=replaces,
        issued_by=by,
        issued_at=at,
    )
    record_act(
        verb="certificate.issued",
        subject=f"certificate:{certificate.pk}",
        by=by,
        at=at,
        after={
            "cohort": course.cohort.pk,
            "person": person.pk,
            "hours": str(course.hours),
            "replaces": replaces.pk if replaces else None,
        },
    )
    return certificate


def _lock(certificate_id: int) -> Certificate:
    """The certificate under the lock of its cohort, read again."""
    cohort = lock_cohort(
        Certificate.objects.values_list("cohort", flat=True).get(pk=certificate_id)
    )
    certificate = (
        Certificate.objects.select_for_update(no_key=True, of=("self",))
        .select_related("person", "booking__school", "booking__booked_by")
        .get(pk=certificate_id)
    )
    certificate.cohort = cohort
    return certificate


def _end(
    certificate: Certificate,
    status: CertificateStatus,
    *,
    reason: str,
    by: Person,
    at: datetime,
) -> None:
    before = CertificateStatus(certificate.status)
    if status not in CERTIFICATE_MOVES[before]:
        raise CertificateHasEnded(status=before.label)
    certificate.status, certificate.reason = status, reason.strip()
    certificate.ended_by, certificate.ended_at = by, at
    certificate.save(update_fields=["status", "reason", "ended_by", "ended_at"])
    record_act(
        verb=f"certificate.{status}",
        subject=f"certificate:{certificate.pk}",
        by=by,
        at=at,
        reason=reason.strip(),
        before={"status": before},
        after={"status": status},
    )


def _school_of(certificate: Certificate) -> Person | None:
    """Who hears for somebody without an address: the voice of the school that booked (PE-3)."""
    if certificate.person.email:
        return None
    return whom_to_tell(certificate.booking)
