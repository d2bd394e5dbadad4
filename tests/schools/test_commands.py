"""What the console does about people: each an act of the portal."""

from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command

from hub_portal.trail.models import Act
from schools.choices import StaffRole
from schools.models import Person
from tests.makers.schools import make_hub_manager, make_person

pytestmark = pytest.mark.django_db


def run(*words):
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue().strip()


def test_make_hub_manager_makes_the_first_one():
    run("make_hub_manager", "mina@hub.example", "Mina Hub")

    mina = Person.objects.get(email="mina@hub.example")
    assert (mina.full_name, mina.staff_role) == ("Mina Hub", StaffRole.HUB_MANAGER)
    assert {act.by for act in Act.objects.all()} == {Person.objects.portal()}


def test_make_hub_manager_refuses_what_is_no_address():
    with pytest.raises(CommandError):
        run("make_hub_manager", "nonsense", "Mina Hub")

    assert not Person.objects.hub_managers().exists()


def test_lost_mfa_removes_the_second_step_and_signs_out():
    mina = make_hub_manager()
    Authenticator.objects.create(user=mina, type="totp", data={"secret": "x"})

    run("lost_mfa", "manager@hub.example")

    assert not Authenticator.objects.exists()
    assert Person.objects.get(pk=mina.pk).sessions_ended == 1
    assert [act.verb for act in Act.objects.all()] == ["person.second_step_reset"]


def test_sign_in_link_prints_an_address_that_signs_in(client):
    ann = make_person(email="ann@our.example")

    address = run("sign_in_link", "ann@our.example")
    client.get(address.removeprefix("http://127.0.0.1:8000"))
    client.post("/accounts/login/link/")

    assert client.session["_auth_user_id"] == str(ann.pk)
    assert [act.verb for act in Act.objects.all()] == ["person.sign_in_link"]


@pytest.mark.parametrize("command", ["lost_mfa", "sign_in_link"])
def test_commands_about_nobody_are_refused(command):
    with pytest.raises(CommandError):
        run(command, "nobody@our.example")

    assert not Act.objects.exists()
