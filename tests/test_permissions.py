"""docs/permissions.md and the portal say the same, cell by cell."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client

from newsletter.services.drafting import draft_issue
from schools.choices import Role
from tests.makers.approvals import make_approval
from tests.makers.cpd import give_credits, make_booking, make_cohort
from tests.makers.schools import (
    make_appointment,
    make_cast,
    make_colleague,
    make_finance_officer,
    sign_in,
)
from tests.makers.sign_in_services import Service
from tests.makers.tickets import make_ticket, make_ticket_cohort, redeem
from tests.makers.waiting import make_full_course, wait

pytestmark = pytest.mark.django_db

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "permissions.md"
A_ROW = re.compile(r"^\| ([^|]+) \|((?: (?:yes|–) \|){7})$", re.M)
ROLES = ("teacher", "rep", "deputy", "headteacher", "another rep", "finance", "hub manager")

EVERYBODY = set(ROLES)
A_SCHOOLS = {"rep", "deputy", "headteacher", "another rep"}
OUR_SCHOOLS = {"rep", "deputy", "headteacher"}
THE_HUBS = {"finance", "hub manager"}
HUB_MANAGER = {"hub manager"}
ORGANISER = {"teacher"}
"""The teacher of this table runs the course."""

TABLE = {
    "read the catalogue": ("/courses/", EVERYBODY),
    "check a certificate": ("/certificates/", EVERYBODY),
    "add and remove one's own addresses": ("/accounts/email/", EVERYBODY),
    "set up a second step": ("/accounts/2fa/totp/activate/", EVERYBODY),
    "connect a Google or Microsoft account": ("/accounts/3rdparty/", EVERYBODY),
    "book places for one's school": ("/courses/{slug}/{cohort}/book/", A_SCHOOLS),
    "see a booking of our school": ("/my/bookings/{booking}/", OUR_SCHOOLS),
    "cancel a booking of our school": ("/my/bookings/{booking}/cancel/", OUR_SCHOOLS),
    "send somebody else to a place of our school": (
        "/my/bookings/{booking}/delegate/",
        OUR_SCHOOLS,
    ),
    "join a waiting list for one's school": ("/courses/{slug}/{cohort}/wait/", A_SCHOOLS),
    "see our school's place in a waiting list": ("/my/waiting/{entry}/", OUR_SCHOOLS),
    "leave a waiting list or decline an offer": ("/my/waiting/{entry}/leave/", OUR_SCHOOLS),
    "change how many places one's school waits for": ("/my/waiting/{entry}/change/", OUR_SCHOOLS),
    "ask to be told when a course runs": ("/courses/{slug}/tell-me/", A_SCHOOLS),
    "see one's school's bookings": ("/my/bookings/", A_SCHOOLS),
    "see what waits for one's headteacher": ("/my/approvals/", A_SCHOOLS),
    "see what our headteacher is asked": ("/my/approvals/{approval}/", OUR_SCHOOLS),
    "set one's school's spending limit": ("/my/approvals/limit/", {"headteacher"}),
    "open a Fabulinus Ticket by its code": ("/ticket/", EVERYBODY),
    "see which colleagues go with a ticket": ("/my/tickets/", A_SCHOOLS),
    "say that our school cannot release a colleague": ("/my/tickets/{place}/", OUR_SCHOOLS),
    "see which places one's school is asked for": ("/my/asked/", A_SCHOOLS),
    "ask one's rep for a place": ("/courses/{slug}/{cohort}/ask/", EVERYBODY - A_SCHOOLS),
    "see one's own courses": ("/me/", EVERYBODY),
    "see one's own calendar, and make an address of it": ("/me/calendar/", EVERYBODY),
    "see one's school's calendar, and make an address of it": ("/my/calendar/", A_SCHOOLS),
    "see one's own CPD record": ("/me/record/", EVERYBODY),
    "say what one needs to take part": ("/me/needs/", EVERYBODY),
    "take away all that is held about oneself": ("/me/data/", EVERYBODY),
    "see what the delegates of a course one runs need": (
        "/courses/{slug}/{cohort}/needs/",
        ORGANISER | HUB_MANAGER,
    ),
    "write to the delegates of a course one runs": (
        "/courses/{slug}/{cohort}/message/",
        ORGANISER | HUB_MANAGER,
    ),
    "write the joining details of a course one runs": (
        "/courses/{slug}/{cohort}/joining/",
        ORGANISER | HUB_MANAGER,
    ),
    "see one's own place, and send apologies": (
        "/me/bookings/{booking}/apologies/",
        {"teacher"},
    ),
    "see one's school's hub credits": ("/my/credits/", A_SCHOOLS),
    "take one's school's hub credits away": ("/my/credits/credits.csv", A_SCHOOLS),
    "see one's school's staff list": ("/my/staff/", A_SCHOOLS),
    "add a colleague to one's staff list": ("/my/staff/add/", A_SCHOOLS),
    "confirm one's staff list": ("/my/staff/confirm/", A_SCHOOLS),
    "take one's staff list away": ("/my/staff/staff-list.csv", A_SCHOOLS),
    "end a colleague's post at our school": ("/my/staff/{post}/end/", OUR_SCHOOLS),
    "see who speaks for one's school": ("/my/school/", A_SCHOOLS),
    "hand over the post of rep or deputy of one's school": (
        "/my/school/hand-over/",
        A_SCHOOLS - {"deputy"},
    ),
    "see the courses one runs": ("/organise/", ORGANISER),
    "see the delegates of a course one runs": ("/organise/{cohort}/", ORGANISER),
    "take the register of a course one runs": (
        "/organise/{cohort}/register/{session}/",
        ORGANISER,
    ),
    "scan codes at the door of a course one runs": (
        "/organise/{cohort}/register/{session}/scan/",
        ORGANISER,
    ),
    "print badges for a course one runs": ("/organise/{cohort}/badges.pdf", ORGANISER),
    "put somebody at the door on a register": (
        "/organise/{cohort}/register/{session}/walk-in/",
        ORGANISER,
    ),
    "take the delegates of a course one runs away": (
        "/organise/{cohort}/delegates.csv",
        ORGANISER,
    ),
    "open the admin": ("/admin/", THE_HUBS),
    "read the journal of hub credits": ("/admin/credits/journalentry/", THE_HUBS),
    "read the balances of every school": ("/admin/credits/account/", THE_HUBS),
    "see every approval": ("/admin/credits/approval/", THE_HUBS),
    "see the books checks": ("/admin/credits/bookscheck/", THE_HUBS),
    "run the books check now": ("/admin/credits/bookscheck/now/", THE_HUBS),
    "open a year's funding": ("/admin/credits/funding/open/", HUB_MANAGER),
    "adjust a school's hub credits": ("/admin/credits/journalentry/adjust/", HUB_MANAGER),
    "move hub credits between schools": ("/admin/credits/journalentry/move/", HUB_MANAGER),
    "see everybody the hub knows": ("/admin/schools/person/", HUB_MANAGER),
    "take everybody away": ("/admin/schools/person/people.csv", HUB_MANAGER),
    "add a person": ("/admin/schools/person/new/", HUB_MANAGER),
    "appoint somebody": ("/admin/schools/person/{person}/appoint/", HUB_MANAGER),
    "change somebody's address": ("/admin/schools/person/{person}/address/", HUB_MANAGER),
    "stop somebody from signing in": ("/admin/schools/person/{person}/sign-in/", HUB_MANAGER),
    "make somebody hub manager or finance officer": (
        "/admin/schools/person/{person}/hub-role/",
        HUB_MANAGER,
    ),
    "reset somebody's second step": ("/admin/schools/person/{person}/second-step/", HUB_MANAGER),
    "make one record of two": ("/admin/schools/person/{person}/merge/", HUB_MANAGER),
    "end any post": ("/admin/schools/appointment/{post}/end/", HUB_MANAGER),
    "invite": ("/admin/schools/invitation/invite/", HUB_MANAGER),
    "send in a list of people": ("/admin/schools/peopleimport/send/", HUB_MANAGER),
    "send in pupil rolls": ("/admin/schools/rollimport/upload/", HUB_MANAGER),
    "pick member schools from GIAS": ("/admin/schools/school/from-gias/", HUB_MANAGER),
    "settle that a school leaves": (
        "/admin/schools/school/{school}/leave/{membership}/",
        HUB_MANAGER,
    ),
    "edit the hub profile": ("/admin/schools/hubprofile/1/change/", HUB_MANAGER),
    "offer and cancel cohorts": ("/admin/cpd/cohort/{cohort}/cancel/", HUB_MANAGER),
    "add pictures for texts": ("/admin/files/picture/add-one/", HUB_MANAGER),
    "see every booking": ("/admin/cpd/booking/", HUB_MANAGER),
    "see every waiting list": ("/admin/cpd/waitingentry/", HUB_MANAGER),
    "book a guest by invoice": ("/admin/cpd/cohort/{cohort}/guest/", HUB_MANAGER),
    "see what is to be invoiced, and mark it as raised": ("/admin/cpd/invoiceline/", HUB_MANAGER),
    "take what is to be invoiced away": ("/admin/cpd/invoiceline/csv/", HUB_MANAGER),
    "offer places out of turn": ("/admin/cpd/waitingentry/{entry}/offer/", HUB_MANAGER),
    "see the demand board": ("/admin/cpd/demand/board/", HUB_MANAGER),
    "issue Fabulinus Tickets": ("/admin/cpd/fabulinusticket/issue/", HUB_MANAGER),
    "extend, withdraw and move a ticket": (
        "/admin/cpd/fabulinusticket/{ticket}/withdraw/",
        HUB_MANAGER,
    ),
    "see tickets by award year and school": (
        "/admin/cpd/fabulinusticket/report/",
        HUB_MANAGER,
    ),
    "take every ticket away": ("/admin/cpd/fabulinusticket/tickets.csv", HUB_MANAGER),
    "send the tickets not yet sent": ("/admin/cpd/fabulinusticket/send-waiting/", HUB_MANAGER),
    "send in opening figures": ("/admin/credits/openingimport/send/", HUB_MANAGER),
    "send in a list of running courses": ("/admin/cpd/cohortimport/send/", HUB_MANAGER),
    "tell the delegates of a running course": ("/admin/cpd/cohort/{cohort}/tell/", HUB_MANAGER),
    "send in a list of graduates": ("/admin/cpd/ticketimport/send/", HUB_MANAGER),
    "take any register": ("/admin/cpd/session/{session}/register/", HUB_MANAGER),
    "see every mark on a register": ("/admin/cpd/attendance/", HUB_MANAGER),
    "write evaluation forms": ("/admin/cpd/evaluationform/add/", HUB_MANAGER),
    "see what courses were worth": ("/admin/cpd/evaluatedcohort/", HUB_MANAGER),
    "see every version of joining details": ("/admin/cpd/joiningdetails/", HUB_MANAGER),
    "see every certificate": ("/admin/cpd/certificate/", HUB_MANAGER),
    "change the settings of the newsletter": (
        "/admin/newsletter/newsletter/settings/",
        HUB_MANAGER,
    ),
    "begin an issue of the newsletter": ("/admin/newsletter/issue/begin/", HUB_MANAGER),
    "see every issue of the newsletter": ("/admin/newsletter/issue/", HUB_MANAGER),
    "write, approve, send and stop an issue": (
        "/admin/newsletter/issue/{issue}/approve/",
        HUB_MANAGER,
    ),
    "see what schools sent in for the newsletter": ("/admin/newsletter/news/", HUB_MANAGER),
    "see who subscribes to the newsletter": ("/admin/newsletter/subscription/", HUB_MANAGER),
    "send in a list of subscribers": ("/admin/newsletter/subscriberimport/send/", HUB_MANAGER),
    "write to a group": ("/admin/schools/groupmessage/write/", HUB_MANAGER),
    "see what was written to groups": ("/admin/schools/groupmessage/", HUB_MANAGER),
    "see what was mailed": ("/admin/mail/delivery/", HUB_MANAGER),
    "open and close the mail gate": ("/admin/mail/mailgate/set/", HUB_MANAGER),
}


@pytest.fixture
def browsers(settings):
    """Everybody in the table, freshly signed in, and what the addresses are about."""
    settings.SOCIALACCOUNT_PROVIDERS = Service().settings()
    cast, at = make_cast(), datetime.now(tz=UTC)
    tom = make_colleague(school=cast.our_school)
    give_credits(school=cast.our_school, at=at)
    cohort = make_cohort(starts_at=at + timedelta(days=50), organiser=tom)
    booking = make_booking(cohort=cohort, school=cast.our_school, by=cast.rep, at=at)
    full, _ = make_full_course(
        school=cast.our_school, by=cast.rep, at=at, starts_at=cohort.starts_at
    )
    entry = wait(cohort=full, school=cast.our_school, by=cast.rep, at=at)
    ticket = make_ticket(at=at)
    make_appointment(person=ticket.person, school=cast.our_school)
    starts_at = at + timedelta(days=50)
    place = redeem(ticket, make_ticket_cohort(starts_at=starts_at), at=at)
    booking = make_booking(
        cohort=cohort, school=cast.our_school, by=cast.rep, at=at, email=tom.email
    )
    people = (tom, cast.rep, cast.deputy, cast.headteacher, cast.stranger)
    people += (make_finance_officer(), cast.hub_manager)
    facts = {
        "slug": cohort.programme.slug,
        "cohort": cohort.pk,
        "booking": booking.pk,
        "entry": entry.pk,
        "approval": make_approval(school=cast.our_school, by=cast.rep, at=at).pk,
        "place": place.pk,
        "ticket": ticket.pk,
        "session": cohort.sessions.get().pk,
        "post": tom.appointments.get(role=Role.STAFF).pk,
        "person": tom.pk,
        "school": cast.our_school.pk,
        "issue": draft_issue(slot_at=at + timedelta(days=2), by=cast.hub_manager, at=at).pk,
        "membership": cast.our_school.memberships.get().pk,
    }
    return {role: signed_in(person) for role, person in zip(ROLES, people, strict=True)}, facts


def signed_in(person):
    client = Client()
    sign_in(client, person)
    return client


def test_the_document_and_the_table_have_the_same_rows():
    assert [act for act, _ in A_ROW.findall(DOCUMENT.read_text())] == list(TABLE)


def test_the_document_says_of_each_cell_what_the_table_says():
    said = {
        act: {role for role, cell in zip(ROLES, cells.split("|"), strict=False) if "yes" in cell}
        for act, cells in A_ROW.findall(DOCUMENT.read_text())
    }

    assert said == {act: roles for act, (_, roles) in TABLE.items()}


@pytest.mark.parametrize("act", TABLE)
def test_the_portal_does_what_the_table_says(act, browsers):
    clients, facts = browsers
    path, roles = TABLE[act]

    answers = {role: client.get(path.format(**facts)) for role, client in clients.items()}
    allowed = {role for role, answer in answers.items() if answer.status_code == 200}
    refused = {answers[role].status_code for role in set(ROLES) - roles}

    assert allowed == roles
    assert refused <= {302, 403, 404}
