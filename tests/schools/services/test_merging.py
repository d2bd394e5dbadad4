"""Two records of one person. Rule PE-5."""

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.db.models import Model

from cpd.choices import BookingStatus
from cpd.models import Booking
from cpd.services.bookings import book_places
from cpd.services.delegates import Delegate
from credits.models import Transfer
from hub_portal.mail.models import Delivery
from hub_portal.trail.models import Act
from schools.choices import Role, StaffRole
from schools.errors import OnlyTheHub, ReasonNeeded, RecordsNotMerged
from schools.models import Appointment, Invitation, Person
from schools.services.invitations import invite
from schools.services.merging import (
    candidates_for,
    merge_people,
    merger_of,
    registered_rows,
)
from schools.services.people import set_staff_role
from tests.makers.cpd import give_credits, make_cohort, make_order, make_programme
from tests.makers.schools import (
    NOON,
    make_appointment,
    make_cast,
    make_colleague,
    make_person,
    make_school,
)

pytestmark = pytest.mark.django_db

STAYS_WITH_WHO_DID_IT = {
    ("cpd.CohortImport", "uploaded_by"),
    ("cpd.InvoiceLine", "by"),
    ("cpd.InvoiceRaised", "raised_by"),
    ("credits.OpeningImport", "uploaded_by"),
    ("newsletter.Issue", "approved_by"),
    ("newsletter.Issue", "drafted_by"),
    ("newsletter.News", "looked_at_by"),
    ("newsletter.News", "sent_by"),
    ("newsletter.SubscriberImport", "uploaded_by"),
    ("credits.Approval", "answered_by"),
    ("credits.Approval", "asked_by"),
    ("credits.SchoolSpendingPolicy", "set_by"),
    ("cpd.Demand", "asked_by"),
    ("cpd.Demand", "ended_by"),
    ("cpd.LateCall", "called_by"),
    ("cpd.Offer", "answered_by"),
    ("cpd.Offer", "offered_by"),
    ("cpd.WaitingEntry", "ended_by"),
    ("cpd.WaitingEntry", "joined_by"),
    ("account.EmailAddress", "user"),  # moved by hand: which of them go along is the rule
    ("admin.LogEntry", "user"),
    ("clock.Job", "started_by"),
    ("cpd.AskedPlace", "answered_by"),
    ("cpd.Attendance", "marked_by"),
    ("cpd.Booking", "booked_by"),
    ("cpd.Booking", "cancelled_by"),
    ("cpd.BookingRequest", "made_by"),
    ("cpd.Certificate", "ended_by"),
    ("cpd.Certificate", "issued_by"),
    ("cpd.Cohort", "cancelled_by"),
    ("cpd.FabulinusTicket", "issued_by"),
    ("cpd.FabulinusTicket", "withdrawn_by"),
    ("cpd.Session", "called_off_by"),
    ("cpd.CohortMessage", "sent_by"),
    ("cpd.JoiningDetails", "saved_by"),
    ("cpd.JoiningReminder", "sent_by"),
    ("cpd.Needs", "person"),  # asked again of the record that stays; forgotten at night
    ("cpd.Substitution", "from_person"),
    ("cpd.Substitution", "made_by"),
    ("cpd.Substitution", "to_person"),
    ("cpd.TicketImport", "uploaded_by"),
    ("credits.AllocationRun", "run_by"),
    ("credits.AllocationRun", "taken_back_by"),
    ("credits.BooksCheck", "by"),
    ("credits.Instalment", "recorded_by"),
    ("credits.JournalEntry", "by"),
    ("credits.Transfer", "for_person"),  # never rewritten
    ("files.StoredFile", "owner"),
    ("mail.Delivery", "recipient"),
    ("mail.MailGate", "changed_by"),
    ("mail.Suppression", "lifted_by"),
    ("mail.Suppression", "made_by"),
    ("mfa.Authenticator", "user"),  # a second step is set up again
    ("schools.Departure", "planned_by"),
    ("schools.GroupMessage", "sent_by"),
    ("schools.CalendarFeed", "person"),  # ends with the record that goes
    ("schools.GiasFile", "uploaded_by"),
    ("schools.Invitation", "invited_by"),
    ("schools.PeopleImport", "uploaded_by"),
    ("schools.Person", "merged_into"),
    ("schools.PlannedHandover", "planned_by"),
    ("schools.PupilRoll", "entered_by"),
    ("schools.RollImport", "saved_by"),
    ("schools.RollImport", "uploaded_by"),
    ("socialaccount.SocialAccount", "user"),
    ("trail.Act", "by"),
    ("trail.Act", "seen_as"),
    ("trail.SignIn", "person"),
}


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def tom(cast):
    return make_colleague(school=cast.our_school, full_name="Tom Teacher", email="tom@our.example")


@pytest.fixture
def thomas(cast):
    """The same man, at another school before."""
    person = make_colleague(
        school=cast.strangers_school, full_name="Thomas Teacher", email="thomas@their.example"
    )
    EmailAddress.objects.create(user=person, email="tt@home.example", verified=True)
    EmailAddress.objects.create(user=person, email="typed@home.example", verified=False)
    return person


def merge(cast, one, other, **changes):
    given = {"stays": one, "goes": other, "reason": "One man", "by": cast.hub_manager, "at": NOON}
    return merge_people(**given | changes)


def reread(row):
    return type(row).objects.get(pk=row.pk)


def book(cast, cohort, person, school=None, by=None):
    order = make_order(
        cohort=cohort,
        school=school or cast.our_school,
        delegates=[Delegate(person_id=person.pk)],
    )
    return book_places(order=order, by=by or cast.rep, at=NOON)[0]


def everything():
    """All a refused merging must leave as it was."""
    people = Person.objects.order_by("pk").values_list("pk", "email", "is_active", "merged_into")
    addresses = EmailAddress.objects.order_by("pk").values_list("pk", "user", "primary")
    posts = Appointment.objects.order_by("pk").values_list("pk", "person", "to_on")
    return (
        list(people),
        list(addresses),
        list(posts),
        Act.objects.count(),
        Delivery.objects.count(),
    )


def test_posts_bookings_and_proved_addresses_go_over_and_the_record_that_goes_points_there(
    cast, tom, thomas
):
    give_credits(school=cast.our_school)
    give_credits(school=cast.strangers_school)
    cohort = make_cohort(programme=make_programme(title="Coaching"), organiser=thomas)
    booking = book(cast, make_cohort(), thomas, school=cast.strangers_school, by=cast.stranger)
    mails = Delivery.objects.count()

    merge(cast, tom, thomas)

    stays, goes = reread(tom), reread(thomas)
    assert (goes.merged_into, goes.is_active, goes.email) == (stays, False, None)
    assert (goes.sessions_ended, stays.sessions_ended) == (1, 1)
    assert (stays.full_name, stays.email, stays.is_active) == (
        "Tom Teacher",
        "tom@our.example",
        True,
    )
    assert set(EmailAddress.objects.values_list("email", "user", "primary").filter(user=stays)) == {
        ("tom@our.example", stays.pk, True),
        ("thomas@their.example", stays.pk, False),
        ("tt@home.example", stays.pk, False),
    }
    assert not EmailAddress.objects.filter(user=goes).exists()
    assert {post.school for post in stays.appointments.live()} == {
        cast.our_school,
        cast.strangers_school,
    }
    assert (reread(booking).delegate, reread(cohort).organiser) == (stays, stays)
    assert Transfer.objects.filter(for_person=goes).count() == 1
    told = Delivery.objects.order_by("pk")[mails:]
    assert [mail.to for mail in told] == [
        "thomas@their.example",
        "tom@our.example",
        "tt@home.example",
    ]
    act = Act.objects.get(verb="person.merged")
    assert (act.subject, act.reason, act.before) == (
        f"person:{stays.pk}",
        "One man",
        {"person": goes.pk},
    )
    assert act.after == {"post": 1, "booking": 1, "course organised": 1}


def test_a_record_without_address_takes_any_that_comes(cast, tom):
    nameless = make_person(full_name="Tom Teacher", email=None)
    EmailAddress.objects.filter(user=tom).update(verified=False)

    merge(cast, nameless, tom)

    assert reread(nameless).email == "tom@our.example"
    [address] = EmailAddress.objects.filter(user=nameless)
    assert (address.primary, address.verified) == (True, False)


def test_an_address_nobody_proved_does_not_become_a_way_into_another_record(cast, tom):
    typed = make_person(full_name="Tom Teacher", email="t.teacher@other.example", proved=False)

    merge(cast, tom, typed)

    assert not EmailAddress.objects.filter(email="t.teacher@other.example").exists()


def test_a_post_that_both_hold_ends_once(cast, tom):
    twin = make_colleague(school=cast.our_school, full_name="Tom Teacher", email="t2@our.example")

    merge(cast, tom, twin)

    posts = Appointment.objects.filter(person=tom).order_by("pk")
    assert [post.to_on for post in posts] == [None, NOON.date()]


def test_the_rep_stays_rep_under_the_other_record(cast, tom):
    merge(cast, tom, cast.rep)

    assert cast.our_school.appointments.live().held_as(Role.REP).get().person == tom


def test_open_invitations_of_both_are_void(cast, tom, thomas):
    for person in (tom, thomas):
        invite(appointment=person.appointments.get(), by=cast.hub_manager, at=NOON)

    merge(cast, tom, thomas)

    assert not Invitation.objects.open(NOON).exists()


def test_done_twice_it_changes_nothing(cast, tom, thomas):
    merge(cast, tom, thomas)
    before = everything()

    merge(cast, tom, thomas)

    assert everything() == before


def test_two_places_on_one_cohort_are_a_clash_that_is_refused(cast, tom, thomas):
    give_credits(school=cast.our_school)
    make_appointment(person=thomas, school=cast.our_school)
    cohort = make_cohort(programme=make_programme(title="Coaching"))
    book(cast, cohort, tom)
    second = book(cast, cohort, thomas)
    before = everything()

    with pytest.raises(RecordsNotMerged, match=r"“Coaching” of 14 January 2027\. Cancel one"):
        merge(cast, tom, thomas)

    assert everything() == before
    Booking.objects.filter(pk=second.pk).update(
        status=BookingStatus.COMPLETED, completed_at=NOON, kept=second.price, returned=0
    )
    assert "It is over" in merger_of(stays=tom, goes=thomas).clashes[0]


@pytest.mark.parametrize("which", ["stays", "goes"])
def test_the_hub_s_own_people_are_never_merged(cast, tom, thomas, which):
    staff = tom if which == "stays" else thomas
    set_staff_role(
        person=staff,
        staff_role=StaffRole.FINANCE_OFFICER,
        reason="Joined",
        by=cast.hub_manager,
        at=NOON,
    )
    before = everything()

    with pytest.raises(RecordsNotMerged, match="works for the hub"):
        merge(cast, tom, thomas)

    assert everything() == before


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"by": "rep"}, OnlyTheHub),
        ({"by": "headteacher"}, OnlyTheHub),
        ({"reason": " "}, ReasonNeeded),
        ({"goes": "tom"}, RecordsNotMerged),
        ({"goes": "portal"}, RecordsNotMerged),
        ({"goes": "gone"}, RecordsNotMerged),
    ],
)
def test_what_is_refused_changes_nothing(cast, tom, thomas, changes, refusal):
    gone = make_person(full_name="Gone Already", email=None)
    merge(cast, thomas, gone)
    people = {
        "rep": cast.rep,
        "headteacher": cast.headteacher,
        "tom": tom,
        "portal": Person.objects.portal(),
        "gone": gone,
    }
    before = everything()

    with pytest.raises(refusal):
        merge(cast, tom, thomas, **{name: people.get(who, who) for name, who in changes.items()})

    assert everything() == before


def test_the_database_lets_no_merged_record_sign_in(cast, tom, thomas):
    merge(cast, tom, thomas)

    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.filter(pk=thomas.pk).update(is_active=True)


def test_records_that_may_be_the_same_are_found_by_name_or_address(cast, tom, thomas):
    twin = make_person(full_name="tom teacher", email=None)
    merged = make_person(full_name="Tom Teacher", email=None)
    merge(cast, twin, merged)

    assert candidates_for(person=tom) == [twin]
    assert candidates_for(person=tom, words="tt@home.example") == [thomas]
    assert candidates_for(person=tom, words="teacher") == [thomas, twin]
    assert cast.hub_manager not in candidates_for(person=tom, words="Mina")


def test_the_preview_says_what_goes_over(cast, tom, thomas):
    merger = merger_of(stays=tom, goes=thomas)

    assert merger.moving == ["1 post"]
    assert merger.addresses == ["thomas@their.example", "tt@home.example"]
    assert merger.clashes == []


def test_every_row_that_names_a_person_either_goes_over_or_stays_with_who_did_it():
    named = {
        (relation.related_model._meta.label, relation.field.name)
        for relation in Person._meta.get_fields(include_hidden=True)
        if relation.auto_created
        and not relation.concrete
        and issubclass(relation.related_model, Model)
        and not relation.related_model.__name__.startswith("Historical")
    }
    goes_over = {(rows.model._meta.label, rows.field) for rows in registered_rows()}

    assert goes_over & STAYS_WITH_WHO_DID_IT == set()
    assert named == goes_over | STAYS_WITH_WHO_DID_IT


def test_a_school_s_list_shows_the_one_record(cast, tom):
    other = make_school(name="Elsewhere")
    twin = make_colleague(school=other, full_name="T Teacher", email="t3@else.example")

    merge(cast, tom, twin)

    assert list(Person.objects.on_staff_of(other)) == [tom]
