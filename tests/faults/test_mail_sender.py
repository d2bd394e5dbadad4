"""The sender among dying and frozen processes: counted from the mail server's own log.

Rule XX-4: nothing is lost, and at most one mail goes twice for each sender killed.
"""

import random
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Count

from hub_portal.mail.choices import ClosedFor
from hub_portal.mail.models import Body, Delivery, MailGate
from hub_portal.mail.services.claiming import MOST_AT_ONCE
from hub_portal.mail.services.gate import set_gate
from hub_portal.mail.services.outbox import Letter, put_all_in_outbox
from hub_portal.shared import london
from tests.faults.harness import (
    environment,
    has_ended,
    running_mail_server,
    running_nursery,
    running_worker,
    wait_until,
)
from tests.makers.mail import make_hub_manager, make_issue, to_readers

pytestmark = [
    pytest.mark.fault,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def addresses(count, name):
    return [
        f"{name}@school.example" if "-" in name else f"{name}{n}@school.example"
        for n in range(count)
    ]


def write_letters(count, *, name="teacher"):
    put_all_in_outbox(
        [
            Letter(
                dedupe_key=f"{name}:{n}",
                kind="tests.letter",
                to=to,
                subject=f"Letter {n}",
                text="Hello\n",
                html="<p>Hello</p>",
                about=f"{name}:{n}",
            )
            for n, to in enumerate(addresses(count, name))
        ],
        at=london.now(),
    )


def write_issue(count, *, name="teacher"):
    """As many mails of one body; what is written after it in a test is of that body too."""
    person = get_user_model()
    people = person.objects.bulk_create(
        person(full_name="Reader", email=to) for to in addresses(count, name)
    )
    readers = to_readers(person.objects.filter(pk__in=[each.pk for each in people]))
    make_issue(readers, body=Body.objects.first(), at=london.now())


@pytest.fixture(params=[write_letters, write_issue], ids=["letters", "issue"])
def write(request):
    """What holds of letters holds of an issue to many."""
    return request.param


def let_the_leases_run_out():
    held = Delivery.objects.filter(status__in=["claimed", "sending"])
    held.update(lease_until=london.now() - timedelta(seconds=1))


def states():
    return dict(Delivery.objects.values_list("status").annotate(Count("pk")))


def message_ids():
    return set(Delivery.objects.values_list("message_id", flat=True))


@contextmanager
def senders(folder, *wishes):
    with running_mail_server(folder, *wishes) as server:
        url = f"smtp://127.0.0.1:{server.port}"
        with running_nursery(email_url=url) as nursery:
            yield server, nursery


def empty_the_outbox(nursery):
    sender = nursery.start_sender()
    wait_until(lambda: has_ended(sender), what="a sender emptied the outbox")


def kill_one_at_random(server, nursery):
    """Kill a sender at some moment after it has got one mail through.

    The mail in doubt goes first: killed before it is through, it would be twice in doubt.
    """
    before = sum(server.taken().values())
    sender = nursery.start_sender()
    wait_until(lambda: sum(server.taken().values()) > before + 1, what="the sender sends")
    time.sleep(random.random() * 0.05)
    sender.tell(signal.SIGKILL)
    wait_until(lambda: has_ended(sender), what="the sender died")


def test_a_sender_killed_after_the_server_s_250_loses_nothing_and_repeats_one_mail(write, tmp_path):
    write(200)
    with senders(tmp_path) as (server, nursery):
        sender = nursery.start_sender()
        server.kill_after_next_250(sender.pid)
        wait_until(lambda: has_ended(sender), what="the sender was killed")

        let_the_leases_run_out()
        empty_the_outbox(nursery)
        taken = server.taken()

    assert states() == {"sent": 200}
    assert set(taken) == message_ids()
    assert sum(taken.values()) - 200 <= 1


def test_twenty_senders_killed_at_random_lose_nothing_and_repeat_at_most_one_mail_each(
    write, tmp_path
):
    kills, mails = 20, 300
    write(mails)
    with senders(tmp_path, "--pause", "0.002") as (server, nursery):
        for _ in range(kills):
            kill_one_at_random(server, nursery)
            let_the_leases_run_out()
        assert states().get("waiting", 0) + states().get("claimed", 0) > 0, "nothing was left"
        empty_the_outbox(nursery)
        taken = server.taken()

    assert states() == {"sent": mails}
    assert set(taken) == message_ids()
    assert sum(taken.values()) - mails <= kills


def test_a_sender_frozen_past_its_lease_repeats_at_most_one_mail_and_changes_nothing(
    write, tmp_path
):
    write(1, name="slow-1")
    write(30)
    with senders(tmp_path) as (server, nursery):
        frozen = nursery.start_sender()
        wait_until(lambda: len(server.taken()) == 1, what="the sender waits for an answer")
        frozen.tell(signal.SIGSTOP)
        let_the_leases_run_out()
        empty_the_outbox(nursery)
        assert states() == {"sent": 31}

        frozen.tell(signal.SIGCONT)
        wait_until(lambda: has_ended(frozen), what="the frozen sender came to its end")
        taken = server.taken()

    assert states() == {"sent": 31}
    assert set(taken) == message_ids()
    assert sorted(taken.values()) == [1] * 30 + [2]


def test_two_senders_at_once_send_every_mail_once(write, tmp_path):
    write(150)
    with senders(tmp_path) as (server, nursery):
        both = [nursery.start_sender(), nursery.start_sender()]
        wait_until(lambda: all(map(has_ended, both)), what="both came to their end")
        empty_the_outbox(nursery)
        taken = server.taken()

    assert states() == {"sent": 150}
    assert set(taken.values()) == {1}
    assert set(taken) == message_ids()


def test_every_kind_of_answer_leaves_its_mail_as_the_rules_say(write, tmp_path):
    for name in ("gone-9", "full-9", "policy-9", "spam-9", "later-1", "busy-1", "drop-1"):
        write(1, name=name)
    write(3)
    with senders(tmp_path) as (server, nursery):
        for _ in range(4):
            empty_the_outbox(nursery)
            Delivery.objects.filter(status="waiting").update(not_before=london.now())
            MailGate.objects.update(trouble_until=None)
        taken = server.taken()

    outcome = {
        mail.to.partition("-")[0]: (mail.status, mail.failure, taken[mail.message_id])
        for mail in Delivery.objects.filter(to__contains="-")
    }
    assert outcome == {
        "gone": ("failed", "bounced", 0),
        "full": ("failed", "bounced", 0),
        "policy": ("failed", "refused", 0),
        "spam": ("failed", "refused", 0),
        "later": ("sent", "", 1),
        "busy": ("sent", "", 1),
        "drop": ("sent", "", 2),
    }
    assert Delivery.objects.exclude(to__contains="-").filter(status="sent").count() == 3


def test_a_mail_server_that_is_down_is_waited_for_and_charges_nobody(write, tmp_path):
    write(10)
    with running_mail_server(tmp_path) as server:
        url = f"smtp://127.0.0.1:{server.port}"
    with running_nursery(email_url=url) as nursery:
        empty_the_outbox(nursery)
        assert states() == {"waiting": 10}
        assert set(Delivery.objects.values_list("attempts", "doubts")) == {(0, 0)}
        assert MailGate.objects.get().troubles_in_a_row == 1

        with running_mail_server(tmp_path, "--port", str(server.port)) as up_again:
            Delivery.objects.update(not_before=london.now())
            empty_the_outbox(nursery)
            assert states() == {"waiting": 10}, "the gate was to be closed still"
            MailGate.objects.update(trouble_until=london.now())
            empty_the_outbox(nursery)
            taken = up_again.taken()

    assert states() == {"sent": 10}
    assert set(taken.values()) == {1}


def test_a_sender_told_to_end_finishes_its_mail_and_gives_back_the_rest(tmp_path):
    write_letters(60)
    with running_mail_server(tmp_path, "--pause", "0.05") as server:
        sender = subprocess.Popen(
            [sys.executable, "manage.py", "send_due_mail"],
            cwd=settings.BASE_DIR,
            env=environment(email_url=f"smtp://127.0.0.1:{server.port}"),
            stdout=subprocess.DEVNULL,
        )
        try:
            wait_until(lambda: len(server.taken()) >= 3, what="the sender sends")
            sender.terminate()
            assert sender.wait(timeout=10) == 0
        finally:
            sender.kill()
            sender.wait()
        taken = server.taken()

    sent = states()["sent"]
    assert states() == {"sent": sent, "waiting": 60 - sent}
    assert set(taken.values()) == {1}
    assert len(taken) == sent


def test_a_worker_told_to_end_stops_its_sender_between_two_mails(tmp_path):
    write_issue(200)
    with running_mail_server(tmp_path, "--pause", "0.05") as server:
        url = f"smtp://127.0.0.1:{server.port}"
        with running_worker(tmp_path, email_url=url, queues="mail") as worker:
            worker.ring("mail.send_due")
            wait_until(lambda: len(server.taken()) >= 3, what="the worker sends")
            asked_at = time.monotonic()
            worker.process.terminate()
            worker.process.wait(timeout=30)
            took = time.monotonic() - asked_at
        taken = server.taken()

    sent = states()["sent"]
    assert states() == {"sent": sent, "waiting": 200 - sent}
    assert len(taken) == sent < 200
    assert set(taken.values()) == {1}
    assert took < 10, "it was waited for, not told"


def test_a_password_the_server_refuses_is_waited_out_and_charges_nobody(write, tmp_path):
    write(10)
    with running_mail_server(tmp_path, "--auth") as server:
        url = f"smtp://portal:wrong@127.0.0.1:{server.port}"
        with running_nursery(email_url=url) as nursery:
            empty_the_outbox(nursery)
            taken = server.taken()

    assert states() == {"waiting": 10}
    assert set(Delivery.objects.values_list("attempts", "doubts")) == {(0, 0)}
    assert MailGate.objects.get().trouble.startswith("535")
    assert not taken


def test_a_slow_server_gets_every_mail_once(write, tmp_path):
    write(60)
    with senders(tmp_path, "--pause", "0.1") as (server, nursery):
        empty_the_outbox(nursery)
        taken = server.taken()

    assert states() == {"sent": 60}
    assert set(taken) == message_ids()
    assert set(taken.values()) == {1}


def test_two_workers_rung_twice_by_two_beats_send_every_mail_once(tmp_path):
    write_issue(300)
    with running_mail_server(tmp_path) as server:
        words = {"email_url": f"smtp://127.0.0.1:{server.port}", "queues": "mail"}
        folders = [tmp_path / name for name in ("one", "two")]
        with running_worker(folders[0], **words) as one, running_worker(folders[1], **words) as two:
            for worker in (one, two, one, two):
                worker.ring("mail.send_due")
            wait_until(lambda: states() == {"sent": 300}, what="both workers sent all")
        taken = server.taken()

    assert set(taken) == message_ids()
    assert set(taken.values()) == {1}


def test_every_reader_of_an_issue_gets_a_link_of_their_own_whoever_is_killed(tmp_path):
    write_issue(120)
    with senders(tmp_path, "--pause", "0.002") as (server, nursery):
        for _ in range(3):
            kill_one_at_random(server, nursery)
            let_the_leases_run_out()
        empty_the_outbox(nursery)
        links = server.links()

    about = Delivery.objects.values_list("message_id", "about")
    assert links == {id: f"<https://hub.example/unsubscribe/{subject}/>" for id, subject in about}


def test_a_gate_closed_while_an_issue_goes_stops_it_within_a_batch(tmp_path):
    write_issue(300)
    with senders(tmp_path, "--pause", "0.01") as (server, nursery):
        sender = nursery.start_sender()
        wait_until(lambda: len(server.taken()) >= 10, what="the sender sends")
        manager, at = make_hub_manager(), london.now()
        set_gate(closed_for=ClosedFor.BULK, reason="a mistake", by=manager, at=at)
        gone = len(server.taken())
        wait_until(lambda: has_ended(sender), what="the sender stops")
        taken = server.taken()

    assert len(taken) <= gone + MOST_AT_ONCE
    assert states() == {"sent": len(taken), "waiting": 300 - len(taken)}


def test_a_server_that_refuses_an_issue_is_asked_ten_times(tmp_path):
    """Two senders may each have one more on its way."""
    make_hub_manager()
    write_issue(1, name="spam-99")
    for n in range(100):
        write_issue(1, name=f"spam-99-{n}")
    with senders(tmp_path) as (_, nursery):
        both = [nursery.start_sender(), nursery.start_sender()]
        wait_until(lambda: all(map(has_ended, both)), what="both came to their end")

    refused = Delivery.objects.filter(failure="refused").count()
    assert 10 <= refused <= 12
    assert Delivery.objects.filter(kind="desk.mail_halted").count() == 1
    assert MailGate.objects.get().closed_for == ClosedFor.BULK
