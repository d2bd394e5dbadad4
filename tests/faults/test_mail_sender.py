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
from django.db.models import Count

from hub_portal.mail.models import Delivery, MailGate
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

pytestmark = [
    pytest.mark.fault,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def write(count, *, name="teacher"):
    put_all_in_outbox(
        [
            Letter(
                dedupe_key=f"{name}:{n}",
                kind="tests.letter",
                to=f"{name}@school.example" if "-" in name else f"{name}{n}@school.example",
                subject=f"Letter {n}",
                text="Hello\n",
                html="<p>Hello</p>",
                about=f"{name}:{n}",
            )
            for n in range(count)
        ],
        at=london.now(),
    )


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


def test_a_sender_killed_after_the_server_s_250_loses_nothing_and_repeats_one_mail(tmp_path):
    write(20)
    with senders(tmp_path) as (server, nursery):
        sender = nursery.start_sender()
        server.kill_after_next_250(sender.pid)
        wait_until(lambda: has_ended(sender), what="the sender was killed")

        let_the_leases_run_out()
        empty_the_outbox(nursery)
        taken = server.taken()

    assert states() == {"sent": 20}
    assert set(taken) == message_ids()
    assert sum(taken.values()) - 20 <= 1


def test_twenty_senders_killed_at_random_lose_nothing_and_repeat_at_most_one_mail_each(tmp_path):
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


def test_a_sender_frozen_past_its_lease_repeats_at_most_one_mail_and_changes_nothing(tmp_path):
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


def test_two_senders_at_once_send_every_mail_once(tmp_path):
    write(150)
    with senders(tmp_path) as (server, nursery):
        both = [nursery.start_sender(), nursery.start_sender()]
        wait_until(lambda: all(map(has_ended, both)), what="both came to their end")
        empty_the_outbox(nursery)
        taken = server.taken()

    assert states() == {"sent": 150}
    assert set(taken.values()) == {1}
    assert set(taken) == message_ids()


def test_every_kind_of_answer_leaves_its_mail_as_the_rules_say(tmp_path):
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


def test_a_mail_server_that_is_down_is_waited_for_and_charges_nobody(tmp_path):
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
    write(60)
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
    write(200)
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
