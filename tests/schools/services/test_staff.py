import pytest

from hub_portal.shared.errors import BadInput
from hub_portal.trail.models import Act
from schools.choices import Role
from schools.errors import DoesNotActFor, SharedMailbox
from schools.models import Appointment, Person
from schools.services.staff import colleague_names, name_colleague
from tests.makers.schools import NOON, make_cast, make_colleague, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


def staff_posts(school):
    posts = Appointment.objects.filter(school=school, role=Role.STAFF).order_by("pk")
    return [(post.person.full_name, post.known_as, post.to_on) for post in posts]


def test_name_colleague_adds_a_new_person_to_the_staff_list(cast):
    ann = name_colleague(
        school=cast.our_school, full_name="Ann Owusu", email="ann@our.example", by=cast.rep, at=NOON
    )

    assert ann.email == "ann@our.example"
    assert staff_posts(cast.our_school) == [("Ann Owusu", "", None)]
    assert colleague_names(school=cast.our_school)[ann.pk] == "Ann Owusu"
    assert list(Act.objects.order_by("pk").values_list("verb", flat=True)) == [
        "person.added",
        "post.began",
    ]


def test_name_colleague_with_an_address_known_elsewhere_shows_only_what_was_typed(cast):
    secret = make_colleague(
        school=cast.strangers_school, full_name="Augusta King-Noel", email="ada@their.example"
    )

    named = name_colleague(
        school=cast.our_school, full_name="A King", email="Ada@their.example", by=cast.rep, at=NOON
    )

    assert named == secret
    assert colleague_names(school=cast.our_school)[secret.pk] == "A King"
    assert colleague_names(school=cast.strangers_school)[secret.pk] == "Augusta King-Noel"
    assert Person.objects.get(pk=secret.pk).full_name == "Augusta King-Noel"


def test_name_colleague_already_on_the_staff_list_changes_nothing(cast):
    tom = make_colleague(school=cast.our_school)

    named = name_colleague(
        school=cast.our_school, full_name="Thomas T", email=tom.email, by=cast.rep, at=NOON
    )

    assert named == tom
    assert staff_posts(cast.our_school) == [("Tom Teacher", "", None)]
    assert not Act.objects.exists()


def test_name_colleague_without_address_finds_the_one_of_that_name_who_has_none(cast):
    make_colleague(school=cast.our_school, full_name="Ann Owusu", email="other@our.example")
    words = {"school": cast.our_school, "full_name": "Ann Owusu", "email": "", "by": cast.rep}

    first = name_colleague(**words, at=NOON)
    again = name_colleague(**words, at=NOON)

    assert first == again
    assert first.email is None
    assert len(staff_posts(cast.our_school)) == 2


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        ({"full_name": " "}, BadInput),
        ({"email": "office@our.example"}, SharedMailbox),
        ({"by": "stranger"}, DoesNotActFor),
    ],
)
def test_name_colleague_that_is_refused_writes_nothing(cast, words, refusal):
    cast.our_school.office_email = "office@our.example"
    cast.our_school.save()
    people = Person.objects.count()
    by = getattr(cast, words.pop("by", "rep"))
    given = {"full_name": "Ann Owusu", "email": "ann@our.example", **words}

    with pytest.raises(refusal):
        name_colleague(school=cast.our_school, by=by, at=NOON, **given)

    assert Person.objects.count() == people
    assert staff_posts(cast.our_school) == []
    assert not Act.objects.exists()


def test_name_colleague_who_left_is_put_on_the_list_again(cast):
    ann = make_person(email="ann@our.example")
    Appointment.objects.create(
        person=ann,
        school=cast.our_school,
        role=Role.STAFF,
        from_on="2020-09-01",
        to_on="2021-01-01",
    )

    name_colleague(
        school=cast.our_school, full_name="Ann", email=ann.email, by=cast.deputy, at=NOON
    )

    assert len(staff_posts(cast.our_school)) == 2
    assert colleague_names(school=cast.our_school)[ann.pk] == "Ann"
