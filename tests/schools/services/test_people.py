import pytest
from allauth.account.models import EmailAddress

from hub_portal.shared.errors import BadInput
from hub_portal.trail.models import Act
from schools.errors import SharedMailbox
from schools.models import Person
from schools.services.people import add_person, person_with_address
from tests.makers.schools import NOON, make_hub_manager, make_person, make_school

pytestmark = pytest.mark.django_db


def test_add_person_makes_a_person_whose_address_is_still_to_be_proved():
    hub_manager = make_hub_manager()

    ann = add_person(full_name=" Ann  Owusu ", email=" Ann@Our.Example ", by=hub_manager, at=NOON)

    assert (ann.full_name, ann.email, ann.has_usable_password()) == (
        "Ann Owusu",
        "ann@our.example",
        False,
    )
    [address] = EmailAddress.objects.filter(user=ann)
    assert (address.email, address.primary, address.verified) == ("ann@our.example", True, False)
    assert [(act.verb, act.subject, act.by) for act in Act.objects.all()] == [
        ("person.added", f"person:{ann.pk}", hub_manager)
    ]


def test_add_person_with_a_known_address_finds_that_person_and_writes_nothing():
    ann = make_person(email="ann@our.example")

    found = add_person(full_name="A. Other", email="ANN@our.example", by=ann, at=NOON)

    assert found == ann
    assert Person.objects.get(pk=ann.pk).full_name == "Ann Owusu"
    assert not Act.objects.exists()


def test_add_person_without_an_address_makes_a_new_person_each_time():
    hub_manager = make_hub_manager()

    first = add_person(full_name="Ann Owusu", email="", by=hub_manager, at=NOON)
    second = add_person(full_name="Ann Owusu", email=None, by=hub_manager, at=NOON)

    assert first != second
    assert (first.email, second.email) == (None, None)
    assert not EmailAddress.objects.filter(user__in=[first, second]).exists()


def test_add_person_is_refused_for_a_mailbox_that_a_school_shares():
    hub_manager = make_hub_manager()
    make_school(office_email="Office@our.example")

    with pytest.raises(SharedMailbox):
        add_person(full_name="Office", email="office@our.example", by=hub_manager, at=NOON)

    assert not Person.objects.filter(email="office@our.example").exists()
    assert not Act.objects.exists()


def test_add_person_is_refused_without_a_name():
    hub_manager = make_hub_manager()

    with pytest.raises(BadInput):
        add_person(full_name="  ", email="ann@our.example", by=hub_manager, at=NOON)

    assert not Person.objects.filter(email="ann@our.example").exists()


def test_person_with_address_finds_a_further_address_once_it_is_proved():
    ann = make_person(email="ann@our.example")
    EmailAddress.objects.create(user=ann, email="ann@home.example", verified=True)
    EmailAddress.objects.create(user=ann, email="typed@home.example", verified=False)

    assert person_with_address("Ann@Home.example") == ann
    assert person_with_address("typed@home.example") is None
    assert person_with_address("") is None
