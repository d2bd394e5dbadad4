"""What courses and bookings hold about a person. Rule XX-3."""

from collections.abc import Iterable

from django.db.models import Q

from cpd.models import (
    Apology,
    AskedPlace,
    Booking,
    Cohort,
    CohortMessage,
    InvoiceLine,
    JoiningDetails,
    JoiningRead,
    JoiningReminder,
    Needs,
    Substitution,
)
from cpd.services.needs import opened
from hub_portal.shared.privacy import Held, Row, register_held
from schools.models import Person


def register() -> None:
    """Tell what this app holds; called once, when it is ready."""
    register_held(
        Held(
            "bookings",
            fields=("cpd.Booking.named_as", "cpd.Booking.comes_from"),
            rows=bookings_of,
        ),
        Held(
            "invoices for own places",
            fields=(
                "cpd.InvoicePayer.name",
                "cpd.InvoicePayer.address",
                "cpd.InvoicePayer.email",
                "cpd.InvoicePayer.reference",
            ),
            rows=invoices_of,
        ),
        Held(
            "changes of delegate",
            fields=("cpd.Substitution.from_named_as", "cpd.Substitution.reason"),
            rows=substitutions_of,
        ),
        Held("places asked for", fields=(), rows=asked_places_of),
        Held("apologies", fields=(), rows=apologies_of),
        Held("courses organised", fields=(), rows=courses_organised_by),
        Held(
            "messages written",
            fields=("cpd.CohortMessage.subject", "cpd.CohortMessage.words"),
            rows=messages_by,
        ),
        Held(
            "joining details written",
            fields=("cpd.JoiningDetails.words", "cpd.JoiningDetails.what_changed"),
            rows=joining_details_by,
        ),
        Held("joining details read", fields=(), rows=joining_details_read_by),
        Held("reminders of joining details", fields=(), rows=joining_reminders_of),
        Held("needs", fields=("cpd.Needs.sealed",), rows=needs_of),
    )


def bookings_of(person: Person) -> Iterable[Row]:
    """Every place, with what the school said when it was given up."""
    return (
        Booking.objects.filter(delegate=person)
        .order_by("pk")
        .values(
            "pk",
            "named_as",
            "school__name",
            "cohort__programme__title",
            "cohort__starts_at",
            "cohort__ends_at",
            "status",
            "paid_by",
            "price_pence",
            "kept_pence",
            "comes_from",
            "booked_at",
            "cancelled_at",
            "completed_at",
            "reason__code",
        )
    )


def invoices_of(person: Person) -> Iterable[Row]:
    """What is invoiced and credited for the person's places, and who gets a guest's invoice."""
    rows = InvoiceLine.objects.filter(booking__delegate=person).order_by("pk")
    return rows.values(
        "booking",
        "kind",
        "cause",
        "pence",
        "at",
        "raised__number",
        "booking__payer__name",
        "booking__payer__address",
        "booking__payer__email",
        "booking__payer__reference",
    )


def substitutions_of(person: Person) -> Iterable[Row]:
    """When a place came to the person or went from them; the other is not named."""
    rows = Substitution.objects.filter(Q(from_person=person) | Q(to_person=person)).order_by("pk")
    return [
        {
            "booking": row.booking_id,
            "made_at": row.made_at,
            "what": "gave the place up" if row.from_person_id == person.pk else "took it over",
            "named as": row.from_named_as if row.from_person_id == person.pk else "",
            "reason": row.reason,
        }
        for row in rows
    ]


def asked_places_of(person: Person) -> Iterable[Row]:
    """Places asked of the rep."""
    rows = AskedPlace.objects.filter(person=person).order_by("pk")
    return rows.values(
        "cohort__programme__title", "school__name", "status", "asked_at", "answered_at"
    )


def apologies_of(person: Person) -> Iterable[Row]:
    """When the person said that they could not come."""
    rows = Apology.objects.filter(person=person).order_by("pk")
    return rows.values("booking", "sent_at", "taken_back_at")


def courses_organised_by(person: Person) -> Iterable[Row]:
    """Courses the person organises."""
    rows = Cohort.objects.filter(organiser=person).order_by("pk")
    return rows.values("pk", "programme__title", "starts_at", "ends_at")


def messages_by(person: Person) -> Iterable[Row]:
    """What the person wrote to the delegates of a course."""
    rows = CohortMessage.objects.filter(sent_by=person).order_by("pk")
    return rows.values("cohort__programme__title", "subject", "words", "sent_at", "readers")


def joining_details_by(person: Person) -> Iterable[Row]:
    """Versions of joining details the person saved."""
    rows = JoiningDetails.objects.filter(saved_by=person).order_by("pk")
    return rows.values("cohort__programme__title", "number", "words", "what_changed", "saved_at")


def joining_details_read_by(person: Person) -> Iterable[Row]:
    """Versions the person said they have read."""
    rows = JoiningRead.objects.filter(person=person).order_by("pk")
    return rows.values("version__cohort__programme__title", "version__number", "read_at")


def joining_reminders_of(person: Person) -> Iterable[Row]:
    """Versions the person was reminded to read."""
    rows = JoiningReminder.objects.filter(person=person).order_by("pk")
    return rows.values("version__cohort__programme__title", "version__number", "sent_at")


def needs_of(person: Person) -> Iterable[Row]:
    """What the person said they need, in plain: it is theirs."""
    rows = Needs.objects.filter(person=person).select_related("cohort__programme").order_by("pk")
    return [
        {
            "for": str(row.cohort.programme) if row.cohort else "every course",
            "needs": opened(row).in_words,
            "asked_at": row.asked_at,
            "said_at": row.said_at,
        }
        for row in rows
    ]
