import pytest
from allauth.account.models import EmailAddress

from hub_portal.mail.models import Delivery
from hub_portal.shared.errors import BadInput
from hub_portal.trail.models import Act
from schools.errors import (
    AddressInUse,
    AddressNotProved,
    LastAddress,
    OnlyTheHub,
    ReasonNeeded,
    SharedMailbox,
)
from schools.models import Person
from schools.services.addresses import (
    change_address,
    make_main_address,
    may_sign_in_with,
    note_proved_address,
    remove_address,
)
from tests.makers.schools import NOON, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def rep(cast):
    EmailAddress.objects.create(user=cast.rep, email="rita@home.example", verified=True)
    EmailAddress.objects.create(user=cast.rep, email="typed@home.example", verified=False)
    return cast.rep


def addresses(person):
    rows = EmailAddress.objects.filter(user=person).order_by("email")
    return [(row.email, row.primary, row.verified) for row in rows]


def told():
    return set(Delivery.objects.filter(kind="schools.account_notice").values_list("to", flat=True))


def reread(person):
    return Person.objects.get(pk=person.pk)


def test_change_address_by_the_hub_tells_both_and_ends_every_session(cast):
    change_address(
        person=cast.rep, email="Rita@New.example", reason="Married", by=cast.hub_manager, at=NOON
    )

    assert addresses(cast.rep) == [("rita@new.example", True, False)]
    assert (reread(cast.rep).email, reread(cast.rep).sessions_ended) == ("rita@new.example", 1)
    assert told() == {"rita@our.example", "rita@new.example"}
    assert all("rita@" not in mail.body.text for mail in Delivery.objects.all())
    [act] = Act.objects.all()
    assert (act.verb, act.reason) == ("person.address_changed", "Married")
    assert "@" not in str(act.before) + str(act.after)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"by": "rep"}, OnlyTheHub),
        ({"by": "headteacher"}, OnlyTheHub),
        ({"reason": ""}, ReasonNeeded),
        ({"email": "sam@their.example"}, AddressInUse),
        ({"email": "office@our.example"}, SharedMailbox),
        ({"email": "no address"}, BadInput),
    ],
)
def test_change_address_that_is_refused_writes_nothing(cast, changes, refusal):
    cast.our_school.office_email = "office@our.example"
    cast.our_school.save()
    given = {"email": "rita@new.example", "reason": "Married", "by": "hub_manager", **changes}

    with pytest.raises(refusal):
        change_address(
            person=cast.rep,
            email=given["email"],
            reason=given["reason"],
            by=getattr(cast, given["by"]),
            at=NOON,
        )

    assert addresses(cast.rep) == [("rita@our.example", True, True)]
    assert reread(cast.rep).sessions_ended == 0
    assert not Act.objects.exists()
    assert not Delivery.objects.exists()


def test_make_main_address_tells_both_and_ends_every_session(rep):
    make_main_address(person=rep, email="Rita@home.example", at=NOON)

    assert [email for email, primary, _ in addresses(rep) if primary] == ["rita@home.example"]
    assert (reread(rep).email, reread(rep).sessions_ended) == ("rita@home.example", 1)
    assert told() == {"rita@our.example", "rita@home.example"}


def test_make_main_address_is_refused_for_an_address_that_is_not_proved(rep):
    for email in ("typed@home.example", "sam@their.example"):
        with pytest.raises(AddressNotProved):
            make_main_address(person=rep, email=email, at=NOON)

    assert reread(rep).email == "rita@our.example"
    assert not Act.objects.exists()


def test_remove_address_tells_both_and_ends_every_session(rep):
    remove_address(person=rep, email="rita@home.example", at=NOON)

    assert not may_sign_in_with(person=rep, email="rita@home.example")
    assert reread(rep).sessions_ended == 1
    assert told() == {"rita@our.example", "rita@home.example"}


def test_remove_address_is_refused_for_the_main_one(rep):
    with pytest.raises(LastAddress):
        remove_address(person=rep, email="rita@our.example", at=NOON)

    assert may_sign_in_with(person=rep, email="rita@our.example")
    assert reread(rep).sessions_ended == 0
    assert not Act.objects.exists()


def test_a_proved_further_address_is_told_to_the_main_one(rep):
    note_proved_address(person=rep, email="rita@home.example", at=NOON)

    assert told() == {"rita@our.example"}
    assert [act.verb for act in Act.objects.all()] == ["person.address_proved"]
