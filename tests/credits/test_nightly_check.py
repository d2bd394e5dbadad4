"""The books check by the clock, by hand, and its mail. Rule CR-13."""

from datetime import timedelta

import pytest
from celery import current_app
from django.core.management import CommandError, call_command

from credits.models import BooksCheck
from credits.services import registry
from credits.services.books import nightly_check
from credits.tasks import reconcile
from hub_portal.clock.models import Occurrence
from hub_portal.clock.services import due
from hub_portal.mail.models import Delivery
from tests.makers.credits import make_instalment, the_portal
from tests.makers.schools import NOON, make_cast, make_finance_officer, make_person

pytestmark = pytest.mark.django_db


def deliveries():
    return list(Delivery.objects.select_related("body").order_by("to"))


@pytest.fixture
def staff():
    cast = make_cast()
    make_finance_officer()
    make_person(email="left@hub.example", staff_role="finance", is_active=False)
    return cast


def test_the_nightly_check_tells_the_hubs_staff_the_head_of_the_chain(staff):
    make_instalment()

    check = nightly_check(by=the_portal(), at=NOON)

    mails = deliveries()
    assert [mail.to for mail in mails] == ["finance@hub.example", "manager@hub.example"]
    assert {mail.subject for mail in mails} == {"The books are clean"}
    assert check.head in mails[0].body.text
    assert check.head[:32] in mails[0].body.html
    assert "1 entry." in mails[0].body.text
    assert f"/admin/credits/bookscheck/{check.pk}/change/" in mails[0].body.text


def test_a_difference_is_in_the_mail_and_in_its_subject(staff, monkeypatch):
    monkeypatch.setattr(registry, "_PROOFS", {"bookings": lambda: ["A <place> without credits."]})

    nightly_check(by=the_portal(), at=NOON)

    mail = deliveries()[0]
    assert mail.subject == "The books differ: please look"
    assert "- bookings: A <place> without credits." in mail.body.text
    assert "bookings: A &lt;place&gt; without credits." in mail.body.html


def test_the_clock_checks_the_books_once_a_night():
    current_app.loader.import_default_modules()

    for minutes in (0, 1, 60):
        due.tick(at=NOON + timedelta(minutes=minutes))

    arranged = Occurrence.objects.filter(task="credits.reconcile")
    assert [each.key for each in arranged] == ["credits.reconcile:2026-11-20"]


def test_the_task_checks_the_books():
    reconcile()

    assert BooksCheck.objects.get().by == the_portal()


def test_by_hand_clean_books_say_so_and_end_well(capsys):
    call_command("reconcile_ledger")

    check = BooksCheck.objects.get()
    assert f"The books are clean: 0 entries checked. Head of the chain: {check.head}" in (
        capsys.readouterr().out
    )
    assert Delivery.objects.count() == 0


def test_by_hand_any_difference_is_told_and_ends_with_an_error(capsys, monkeypatch):
    monkeypatch.setattr(registry, "_PROOFS", {"bookings": lambda: ["A place without credits."]})

    with pytest.raises(CommandError, match="The books differ in 1 place"):
        call_command("reconcile_ledger")

    assert "bookings: A place without credits." in capsys.readouterr().out
