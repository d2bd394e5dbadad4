"""Whom an issue is for, worked out when it is frozen. Rule NL-2."""

import pytest
from allauth.account.models import EmailAddress

from hub_portal.mail.choices import SuppressedFor
from hub_portal.mail.services.suppressions import suppress
from hub_portal.shared.london import london_date
from newsletter.choices import SubscriptionStatus
from newsletter.models import Recipient, Subscription
from newsletter.services.recipients import about_how_many, write_recipients
from newsletter.services.subscriptions import hash_of_address
from schools.choices import Role
from schools.models import Membership
from tests.makers.newsletter import make_issue, make_subscription
from tests.makers.schools import NOON, make_colleague, make_person, make_school

pytestmark = pytest.mark.django_db
TODAY = london_date(NOON)


@pytest.fixture
def issue(db):
    return make_issue()


def written(issue):
    """The whole list: key without its beginning, address, school, why, left out."""
    write_recipients(issue, on=TODAY)
    rows = issue.recipients.select_related("subscription", "school").order_by("pk")
    start = f"issue:{issue.pk}:"
    return [
        (
            row.key.removeprefix(start),
            row.subscription.address if row.subscription else "",
            row.school.name if row.school else "",
            row.why,
            row.left_out,
        )
        for row in rows
    ]


def mailed(issue):
    return [row[:4] for row in written(issue) if not row[4]]


def suppress_address(address, by):
    suppress(address=address, suppressed_for=SuppressedFor.BULK, reason="Bounced", by=by, at=NOON)


def test_every_member_school_gets_it_rep_and_office_and_nobody_of_other_schools(cast, issue):
    cast.our_school.office_email = "Office@Our.example"
    cast.our_school.save()
    former = make_school(name="Former School", member=False, office_email="old@former.example")
    Membership.objects.create(school=former, from_on="2020-09-01", to_on="2026-11-19")
    make_colleague(school=former, full_name="Old Rep", email="rep@former.example", role=Role.REP)

    assert written(issue) == [
        (
            f"person:{cast.stranger.pk}",
            "sam@their.example",
            "Berrymede Junior School",
            "rep",
            "",
        ),
        (f"person:{cast.rep.pk}", "rita@our.example", "Lampton School", "rep", ""),
        (
            f"address:{hash_of_address('office@our.example')}",
            "office@our.example",
            "Lampton School",
            "office",
            "",
        ),
    ]
    made = Subscription.objects.get(address="rita@our.example")
    assert (made.status, made.person, made.began_how) == ("post", cast.rep, "post")


def test_a_school_without_a_rep_is_in_the_list_as_left_out(cast, issue):
    school = make_school(name="Alone School")

    assert written(issue)[0] == (
        f"nobody:not:school:{school.pk}:rep",
        "",
        "Alone School",
        "rep",
        "no_address",
    )


def test_staff_who_subscribe_and_others_get_it_and_whoever_has_not_confirmed_does_not(cast, issue):
    tom = make_colleague(school=cast.our_school)
    make_subscription(address="tom@our.example", person=tom)
    make_subscription(address="olive@elsewhere.example")
    make_subscription(address="p@elsewhere.example", status=SubscriptionStatus.PENDING)

    assert mailed(issue)[2:] == [
        (f"person:{tom.pk}", "tom@our.example", "Lampton School", "staff"),
        (
            f"address:{hash_of_address('olive@elsewhere.example')}",
            "olive@elsewhere.example",
            "",
            "subscriber",
        ),
    ]


def test_one_mail_goes_to_a_person_whatever_posts_and_addresses_they_have(cast, issue):
    cast.our_school.office_email = "rita.rep@home.example"
    cast.our_school.save()
    EmailAddress.objects.create(user=cast.rep, email="rita.rep@home.example", verified=True)
    second = make_school(name="Second School")
    second.appointments.create(person=cast.rep, role=Role.REP, from_on="2020-09-01")
    other = make_subscription(address="third@home.example", person=cast.rep)

    key = f"person:{cast.rep.pk}"
    assert [row for row in written(issue) if cast.stranger.email != row[1]] == [
        (key, "rita@our.example", "Lampton School", "rep", ""),
        (
            f"{key}:not:school:{cast.our_school.pk}:office",
            "rita.rep@home.example",
            "Lampton School",
            "office",
            "had_it",
        ),
        (
            f"{key}:not:school:{second.pk}:rep",
            "rita@our.example",
            "Second School",
            "rep",
            "had_it",
        ),
        (f"again:{other.pk}", "third@home.example", "Lampton School", "staff", "had_it"),
    ]


def test_a_subscription_of_an_address_somebody_proved_becomes_theirs(cast, issue):
    nora = make_person(full_name="Nora Now", email="nora@elsewhere.example")
    make_subscription(address="nora@elsewhere.example")

    assert mailed(issue)[-1] == (
        f"person:{nora.pk}",
        "nora@elsewhere.example",
        "",
        "subscriber",
    )
    assert Subscription.objects.get(address="nora@elsewhere.example").person == nora


def test_an_address_nobody_proved_is_no_persons(cast, issue):
    make_person(full_name="Nora Now", email="nora@elsewhere.example", proved=False)
    make_subscription(address="nora@elsewhere.example")

    assert mailed(issue)[-1][0] == f"address:{hash_of_address('nora@elsewhere.example')}"


def test_whoever_unsubscribed_or_is_suppressed_is_left_out_with_the_reason(cast, issue):
    make_subscription(
        address="rita@our.example", person=cast.rep, status=SubscriptionStatus.UNSUBSCRIBED
    )
    suppress_address("sam@their.example", cast.hub_manager)
    gone = make_subscription(address="gone@elsewhere.example")
    suppress_address("gone@elsewhere.example", cast.hub_manager)

    assert written(issue) == [
        (
            f"person:{cast.stranger.pk}:not:school:{cast.strangers_school.pk}:rep",
            "sam@their.example",
            "Berrymede Junior School",
            "rep",
            "suppressed",
        ),
        (
            f"person:{cast.rep.pk}:not:school:{cast.our_school.pk}:rep",
            "rita@our.example",
            "Lampton School",
            "rep",
            "unsubscribed",
        ),
        (f"not:{gone.pk}", "gone@elsewhere.example", "", "subscriber", "suppressed"),
    ]


def test_a_rep_who_said_no_at_an_old_address_says_no_at_the_new_one(cast, issue):
    make_subscription(
        address="old@our.example", person=cast.rep, status=SubscriptionStatus.UNSUBSCRIBED
    )

    assert written(issue)[1] == (
        f"person:{cast.rep.pk}:not:school:{cast.our_school.pk}:rep",
        "old@our.example",
        "Lampton School",
        "rep",
        "unsubscribed",
    )
    assert not Subscription.objects.filter(address="rita@our.example").exists()


def test_a_rep_left_out_at_work_gets_it_where_they_subscribed(cast, issue):
    suppress_address("rita@our.example", cast.hub_manager)
    make_subscription(address="rita@home.example", person=cast.rep)

    assert (f"person:{cast.rep.pk}", "rita@home.example", "Lampton School", "staff") in mailed(
        issue
    )


def test_writing_them_takes_as_many_statements_for_many_schools_as_for_few(
    cast, issue, django_assert_max_num_queries
):
    for number in range(40):
        school = make_school(name=f"School {number}", office_email=f"o{number}@x.example")
        make_colleague(
            school=school, full_name=f"Rep {number}", email=f"r{number}@x.example", role=Role.REP
        )
        make_subscription(address=f"s{number}@y.example")

    with django_assert_max_num_queries(20):
        write_recipients(issue, on=TODAY)

    assert Recipient.objects.filter(left_out="").count() == 2 + 40 * 3


def test_about_how_many_counts_schools_and_subscribers(cast):
    make_subscription()

    assert about_how_many(on=TODAY) == "2 schools and 1 subscriber"
