"""Lists of people who got the newsletter before: each row said right, saved whole. Rule SC-8."""

from datetime import date, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from hub_portal.clock.choices import JobStatus
from hub_portal.clock.models import Job
from hub_portal.clock.services.jobs import run_job
from hub_portal.files.models import StoredFile
from hub_portal.mail.choices import SuppressedFor
from hub_portal.mail.models import Delivery
from hub_portal.mail.services.suppressions import suppress
from hub_portal.shared.errors import BadInput, PortalError
from hub_portal.shared.exports import Column, xlsx_bytes
from hub_portal.shared.london import london_date
from hub_portal.shared.sheets import MissingColumns
from hub_portal.trail.models import Act
from newsletter.choices import Becomes, How, SubscriptionStatus
from newsletter.errors import HowTheyAgreedNeeded, SubscriberListIsGone, SubscriberListWrong
from newsletter.models import SubscriberImport, Subscription
from newsletter.services import subscriber_imports
from newsletter.services.recipients import write_recipients
from newsletter.services.subscriber_imports import (
    preview_subscribers,
    put_subscribers_aside,
    save_subscribers,
    save_subscribers_as_job,
    take_in_subscribers,
    where_the_list_is,
)
from newsletter.services.subscriptions import unsubscribe
from schools.choices import Role
from schools.errors import OnlyTheHub
from tests.makers.newsletter import make_issue, make_subscription
from tests.makers.schools import NOON, make_colleague, make_school

pytestmark = pytest.mark.django_db

HEADINGS = "Email,Name,School,Agreed on,Agreed how\n"
SHEET = "On the sheet at our conferences"
OLIVE = "olive@elsewhere.example"


@pytest.fixture(autouse=True)
def _own_store(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path


def take_in(cast, *rows, by=None, headings=HEADINGS, agreed_how=SHEET):
    upload = SimpleUploadedFile("readers.csv", (headings + "\n".join(rows)).encode())
    return take_in_subscribers(
        upload=upload, agreed_how=agreed_how, by=by or cast.hub_manager, at=NOON
    )


def said(cast, *rows):
    """What becomes of each row, in a word or a sentence."""
    preview = preview_subscribers(taken=take_in(cast, *rows), at=NOON)
    return [row.problem or row.becomes.value for row in preview.rows]


def save(cast, *rows, **given):
    taken = take_in(cast, *rows, **given)
    save_subscribers(taken=taken, by=cast.hub_manager, at=NOON)
    taken.refresh_from_db()
    return taken


def suppress_address(cast, address, suppressed_for=SuppressedFor.BULK):
    suppress(
        address=address, suppressed_for=suppressed_for, reason="Gone", by=cast.hub_manager, at=NOON
    )


# ---- Looking ------------------------------------------------------------------------------------


def test_looking_at_a_list_writes_nothing(cast):
    make_subscription(address="asked@elsewhere.example", status=SubscriptionStatus.PENDING)

    becomes = said(cast, OLIVE, "asked@elsewhere.example")

    assert becomes == [Becomes.NEW, Becomes.NEW]
    assert [row.status for row in Subscription.objects.all()] == [SubscriptionStatus.PENDING]
    assert not Act.objects.exists()


def test_each_row_is_said_what_it_becomes(cast):
    cast.our_school.office_email = "Office@our.example"
    cast.our_school.save()
    tom = make_colleague(school=cast.our_school)
    make_subscription(address="had@elsewhere.example")
    make_subscription(address="no@elsewhere.example", status=SubscriptionStatus.UNSUBSCRIBED)
    suppress_address(cast, "bounced@elsewhere.example")
    suppress_address(cast, "dead@elsewhere.example", SuppressedFor.EVERYTHING)

    assert said(
        cast,
        " Olive@Elsewhere.example ",
        "had@elsewhere.example",
        cast.rep.email,
        "office@our.example",
        tom.email,
        "no@elsewhere.example",
        "bounced@elsewhere.example",
        "dead@elsewhere.example",
        OLIVE,
    ) == [
        "new",
        "subscribed",
        "post",
        "post",
        "new",
        "unsubscribed",
        "suppressed",
        "suppressed",
        "twice",
    ]


def test_a_no_at_one_address_of_a_person_is_a_no_at_all_of_them(cast):
    """Rule NL-3: whichever address the list has, and whether or not the no knows its person."""
    tom = make_colleague(school=cast.our_school)
    EmailAddress.objects.create(user=tom, email="tom@home.example", verified=True)
    make_subscription(address="tom@home.example", status=SubscriptionStatus.UNSUBSCRIBED)
    tess = make_colleague(school=cast.our_school, full_name="Tess", email="tess@our.example")
    make_subscription(
        address="tess@before.example", status=SubscriptionStatus.UNSUBSCRIBED, person=tess
    )
    make_subscription(address="tess@once.example", status=SubscriptionStatus.PENDING, person=tess)

    assert said(cast, tom.email, tess.email, "tess@once.example") == ["unsubscribed"] * 3


def test_a_yes_at_another_address_is_a_yes(cast):
    tom = make_colleague(school=cast.our_school)
    make_subscription(address="tom@home.example", person=tom)
    make_subscription(address="tom@old.example", status=SubscriptionStatus.UNSUBSCRIBED, person=tom)

    assert said(cast, tom.email, "tom@old.example") == ["subscribed", "unsubscribed"]


def test_a_person_is_subscribed_once_at_the_first_address_that_takes_mail(cast):
    tom = make_colleague(school=cast.our_school)
    for address in ("tom@gone.example", "tom@home.example"):
        EmailAddress.objects.create(user=tom, email=address, verified=True)
    suppress_address(cast, "tom@gone.example")

    becomes = said(cast, "tom@gone.example", "tom@home.example", tom.email)

    assert becomes == ["suppressed", "new", "twice"]


def test_whoever_holds_no_post_any_more_can_be_subscribed(cast):
    school = make_school(name="Former School", member=False)
    old = make_colleague(school=school, full_name="Old", email="old@x.example", role=Role.REP)
    make_subscription(address=old.email, status=SubscriptionStatus.OF_A_POST, person=old)

    taken = save(cast, old.email)

    row = Subscription.objects.get()
    assert (taken.subscribed, row.status, row.person, row.began_how) == (
        1,
        SubscriptionStatus.SUBSCRIBED,
        old,
        How.LIST,
    )


def test_what_is_wrong_with_a_row_is_said(cast):
    assert said(
        cast,
        "olive at elsewhere",
        ",No Address,,,",
        f"{OLIVE},,,31 September,",
        f"{OLIVE},,,2026-11-21,",
        f"{OLIVE},,,2026-11-20,{'x' * 201}",
        f"{OLIVE},,,20/11/2026,By mail",
    ) == [
        "“olive at elsewhere” is no email address.",
        "It has no address.",
        "“31 September” is no date: write it like 2024-09-01.",
        "The day of agreeing is to come.",
        "Say in at most 200 characters how they agreed.",
        "new",
    ]


def test_an_excel_list_is_read_and_other_columns_are_passed_over(cast):
    columns = [Column("E-mail 2", lambda row: "x"), Column("EMAIL", lambda row: row)]
    upload = SimpleUploadedFile("readers.xlsx", xlsx_bytes(columns=columns, rows=[OLIVE]))

    taken = take_in_subscribers(upload=upload, agreed_how=SHEET, by=cast.hub_manager, at=NOON)

    assert [row.address for row in preview_subscribers(taken=taken, at=NOON).new] == [OLIVE]


@pytest.mark.parametrize(
    ("content", "agreed_how", "refusal"),
    [
        (b"Address\nolive@elsewhere.example", SHEET, MissingColumns),
        (b"Email\nolive@elsewhere.example", "  ", HowTheyAgreedNeeded),
        (b"Email\nolive@elsewhere.example", "on\x07paper", BadInput),
        (b"Email\n\x00", SHEET, BadInput),
        (b"Email\n=1+1", SHEET, BadInput),
        (b"Email\n" + b"a@b.example\n" * 10_001, SHEET, BadInput),
    ],
)
def test_a_list_that_cannot_be_read_is_not_kept(cast, content, agreed_how, refusal):
    upload = SimpleUploadedFile("readers.csv", content)

    with pytest.raises(refusal):
        take_in_subscribers(upload=upload, agreed_how=agreed_how, by=cast.hub_manager, at=NOON)

    assert not SubscriberImport.objects.exists()
    assert not StoredFile.objects.exists()


# ---- Saving -------------------------------------------------------------------------------------


def test_saving_subscribes_the_new_ones_with_how_they_agreed_and_mails_nobody(cast):
    tom = make_colleague(school=cast.our_school)

    taken = save(cast, f"{OLIVE},Olive,,2024-09-01,By mail", f"{tom.email},Tom,Lampton,,")

    olive, toms = Subscription.objects.order_by("agreed_how")
    assert (olive.address, olive.agreed_how, olive.agreed_on) == (
        OLIVE,
        "By mail",
        date(2024, 9, 1),
    )
    assert (toms.person, toms.agreed_how, toms.agreed_on) == (tom, SHEET, None)
    for row in (olive, toms):
        assert (row.status, row.began_at, row.began_how, row.from_list) == (
            SubscriptionStatus.SUBSCRIBED,
            NOON,
            How.LIST,
            taken,
        )
    assert not Delivery.objects.exists()
    assert not StoredFile.objects.exists()


def test_whoever_asked_and_never_confirmed_is_subscribed_with_how_they_agreed(cast):
    make_subscription(
        address=OLIVE, status=SubscriptionStatus.PENDING, opt_in_mails=3, asked_at=NOON
    )

    taken = save(cast, f"{OLIVE},,,2024-09-01,By mail")

    row = Subscription.objects.get()
    assert (row.status, row.from_list, row.agreed_how, row.agreed_on, row.opt_in_mails) == (
        SubscriptionStatus.SUBSCRIBED,
        taken,
        "By mail",
        date(2024, 9, 1),
        0,
    )


def test_every_new_subscriber_has_an_act_and_so_has_the_list(cast):
    taken = save(cast, OLIVE, cast.rep.email)

    acts = [(act.verb, act.by, act.after) for act in Act.objects.order_by("pk")]
    assert acts == [
        ("newsletter.subscribed", cast.hub_manager, {"how": "list", "list": taken.pk}),
        (
            "subscriber_import.saved",
            cast.hub_manager,
            {"subscribed": 1, "had_it": 1, "unsubscribed": 0, "suppressed": 0, "twice": 0},
        ),
    ]


def test_nobody_who_said_no_is_put_back_and_the_rest_is_counted(cast):
    make_subscription(address="no@elsewhere.example", status=SubscriptionStatus.UNSUBSCRIBED)
    make_subscription(address="had@elsewhere.example")
    suppress_address(cast, "bounced@elsewhere.example")
    before = list(Subscription.objects.order_by("pk").values())

    taken = save(
        cast,
        "no@elsewhere.example",
        "had@elsewhere.example",
        "bounced@elsewhere.example",
        cast.rep.email,
        OLIVE,
        OLIVE,
    )

    assert (taken.subscribed, taken.had_it, taken.unsubscribed, taken.suppressed, taken.twice) == (
        1,
        2,
        1,
        1,
        1,
    )
    assert list(Subscription.objects.exclude(address=OLIVE).order_by("pk").values()) == before


def test_who_came_by_a_list_gets_the_next_issue(cast):
    save(cast, OLIVE)
    issue = make_issue()

    write_recipients(issue, on=london_date(NOON))

    row = issue.recipients.get(subscription__address=OLIVE)
    assert (row.why, row.left_out) == ("subscriber", "")


def test_who_came_by_a_list_and_unsubscribed_stays_out_of_the_next(cast):
    save(cast, OLIVE)
    unsubscribe(subscription=Subscription.objects.get(), how=How.ONE_CLICK, at=NOON)

    taken = save(cast, OLIVE)

    assert (taken.subscribed, taken.unsubscribed) == (0, 1)
    assert Subscription.objects.get().status == SubscriptionStatus.UNSUBSCRIBED


def test_whoever_unsubscribes_while_a_list_is_saved_stays_out(cast, monkeypatch):
    """The rows are looked at again once they are locked; one made in vain is not left behind."""
    tom = make_colleague(school=cast.our_school)
    taken = take_in(cast, OLIVE, tom.email)
    hold = subscriber_imports._hold

    def say_no_and_hold(*looked_at):
        make_subscription(address=OLIVE, status=SubscriptionStatus.UNSUBSCRIBED)
        make_subscription(
            address="tom@home.example", status=SubscriptionStatus.UNSUBSCRIBED, person=tom
        )
        return hold(*looked_at)

    monkeypatch.setattr(subscriber_imports, "_hold", say_no_and_hold)
    save_subscribers(taken=taken, by=cast.hub_manager, at=NOON)

    taken.refresh_from_db()
    assert (taken.subscribed, taken.unsubscribed) == (0, 2)
    assert sorted(Subscription.objects.values_list("address", "status")) == [
        (OLIVE, "unsubscribed"),
        ("tom@home.example", "unsubscribed"),
    ]


def test_a_list_with_a_wrong_row_is_refused_whole(cast):
    taken = take_in(cast, OLIVE, "olive at elsewhere")

    with pytest.raises(SubscriberListWrong, match="1 row of this list cannot be saved"):
        save_subscribers(taken=taken, by=cast.hub_manager, at=NOON)

    assert not Subscription.objects.exists()
    assert not Act.objects.exists()
    assert StoredFile.objects.exists()


def test_a_list_is_saved_once_and_a_list_put_aside_never(cast):
    saved, aside = take_in(cast, OLIVE), take_in(cast, "ann@elsewhere.example")
    save_subscribers(taken=saved, by=cast.hub_manager, at=NOON)
    put_subscribers_aside(taken=aside, by=cast.hub_manager, at=NOON)

    for taken in (saved, aside):
        taken.refresh_from_db()
        with pytest.raises(SubscriberListIsGone):
            save_subscribers(taken=taken, by=cast.hub_manager, at=NOON)

    assert [row.address for row in Subscription.objects.all()] == [OLIVE]
    assert not StoredFile.objects.exists()


def test_only_the_hub_brings_subscribers(cast):
    with pytest.raises(OnlyTheHub):
        take_in(cast, OLIVE, by=cast.rep)
    taken = take_in(cast, OLIVE)
    for verb in (save_subscribers, put_subscribers_aside, save_subscribers_as_job):
        with pytest.raises(OnlyTheHub):
            verb(taken=taken, by=cast.rep, at=NOON)

    assert not Subscription.objects.exists()


# ---- Long lists ---------------------------------------------------------------------------------


def test_a_long_list_is_saved_by_a_worker_in_one_go(cast):
    rows = [f"reader{number}@elsewhere.example" for number in range(501)]
    taken = take_in(cast, *rows)
    assert preview_subscribers(taken=taken, at=NOON).is_long

    job = save_subscribers_as_job(taken=taken, by=cast.hub_manager, at=NOON)
    assert not Subscription.objects.exists()
    run_job(job_id=job.pk, at=NOON + timedelta(seconds=1))

    job = Job.objects.get()
    assert (job.status, job.sentence) == (
        JobStatus.DONE,
        "501 new subscribers. Nobody was mailed.",
    )
    assert Subscription.objects.subscribed().count() == 501
    assert where_the_list_is(job).endswith(f"/subscriberimport/{taken.pk}/change/")


def test_a_worker_that_comes_twice_saves_nothing_twice(cast):
    taken = take_in(cast, OLIVE)
    job = save_subscribers_as_job(taken=taken, by=cast.hub_manager, at=NOON)
    save_subscribers(taken=taken, by=cast.hub_manager, at=NOON)

    outcome = subscriber_imports.save_as_job(job)

    assert outcome.sentence == "1 new subscriber. Nobody was mailed."
    assert Act.objects.filter(verb="newsletter.subscribed").count() == 1


@pytest.mark.parametrize("rows", [1, 60])
def test_a_list_costs_the_same_questions_whatever_its_length(cast, rows, django_assert_num_queries):
    taken = take_in(cast, *[f"reader{number}@elsewhere.example" for number in range(rows)])

    with django_assert_num_queries(7):
        preview_subscribers(taken=taken, at=NOON)


# ---- The last line ------------------------------------------------------------------------------


def test_nobody_is_subscribed_by_a_list_without_its_evidence(cast):
    taken = take_in(cast, OLIVE)

    for facts in ({}, {"from_list": taken}, {"agreed_how": SHEET}):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_subscription(began_how=How.LIST, **facts)
    with pytest.raises(IntegrityError), transaction.atomic():
        SubscriberImport.objects.filter(pk=taken.pk).update(agreed_how="", saved_at=NOON)


def test_a_refusal_is_a_sentence():
    assert isinstance(SubscriberListWrong(rows=2), PortalError)
    assert SubscriberListWrong(rows=2).sentence.startswith("2 rows of this list")
