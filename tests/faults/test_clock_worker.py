"""One tick at a real worker: everything any app has due is carried out to its end."""

import pytest

from hub_portal.clock.models import Heartbeat, Occurrence
from tests.faults.harness import running_worker, wait_until

pytestmark = [
    pytest.mark.fault,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def finished():
    rows = list(Occurrence.objects.exclude(task="").values_list("done_at", "failed_at"))
    return bool(rows) and all(done or failed for done, failed in rows)


def test_a_tick_wakes_the_sender_and_carries_out_what_is_due(tmp_path):
    url = f"filemail://{tmp_path}/mail"
    with running_worker(tmp_path, email_url=url, queues="portal,mail") as worker:
        worker.ring("clock.tick")
        worker.ring("clock.tick")
        wait_until(finished, what="everything due was carried out")
        wait_until(
            lambda: Heartbeat.objects.filter(name="mail.sender").exists(), what="the sender woke"
        )

    due = Occurrence.objects.exclude(task="")
    assert not due.filter(done_at=None).exists()
    assert set(due.values_list("attempts", flat=True)) == {1}
    assert due.filter(key__startswith="mail.empty_old_bodies:").count() == 1
    assert Heartbeat.objects.filter(name="clock.tick").exists()
