"""A newsletter to 5,000, every delivery recorded, against raw smtplib on the same mail server.

The floor is one connection and bytes replaced per recipient; nothing is written down. Ours is the
sender as it is: claimed, asked about, fenced, cast, sent, noted. Besides: 50,000 rows made.
"""

import os
import smtplib
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from statistics import median
from typing import IO, Any

import psutil

from bench._portal import cpu_seconds, engines
from bench._report import Figure, at_most, exactly, ratio_at_least, report, seen

ROWS = 50_000
KIND = "bench.issue"
MOST_SECONDS_FOR_ROWS = 3
LEAST_OF_RAW = {1: 0.25, 2: 0.4}
MOST_MB_GROWN = 5
WARM_AFTER = 0.2
"""The part of the mails after which a process has grown to its size."""

TEXT = "A course on coaching has places left: 14 January, at the hub.\n\n" * 60
HTML = (
    '<table role="presentation"><tr><td style="color:#1d1d1b;padding:8px 16px">'
    '<a href="https://portal.hub.example/courses/coaching/">Coaching</a> – places left</td></tr>'
    "</table>\n" * 120
)
AT_THE_END = "To unsubscribe: %%unsubscribe%%\nWhat you get: %%preferences%%\n"


def measure(quick: bool) -> list[Figure]:
    """Raw and ours turn about, with one process and then with two."""
    mails = 500 if quick else 5_000
    with engines(with_pages=False) as server, _mail_server() as port:
        os.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{port}"
        _make_readers()
        figures = _rows_made(server, times=1 if quick else 3)
        raws = [_raw(port, mails)]
        for processes, bar in LEAST_OF_RAW.items():
            ours = _sent_by(processes, mails, server)
            raws.append(_raw(port, mails))
            floor = median(raws[-2:])
            name = "one process" if processes == 1 else "two processes"
            figures += [
                ratio_at_least(bar, name=f"mails a second, {name}", ours=ours.rate, floor=floor),
                seen(name=f"CPU ms of each mail, {name}", ours=ours.cpu_ms),
                exactly(mails, name=f"mails sent and recorded, {name}", ours=ours.recorded),
            ]
            if processes == 1:
                figures += [
                    at_most(MOST_MB_GROWN, name="MB grown while sending", ours=ours.grown_mb),
                    seen(name="MB at most", ours=ours.peak_mb),
                ]
    return figures


# ---- The mail server -----------------------------------------------------------------------------


@contextmanager
def _mail_server() -> Iterator[int]:
    """A mail server in a process of its own that takes everything; its port."""
    child = subprocess.Popen(
        [sys.executable, "-m", "bench.newsletter", "--server"], stdout=subprocess.PIPE, text=True
    )
    try:
        yield int(_said(child.stdout))
    finally:
        child.kill()
        child.wait()


def _serve() -> None:
    import asyncio

    from aiosmtpd.smtp import SMTP

    class Takes:
        async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
            return "250 2.0.0 taken"

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: SMTP(Takes(), hostname="mail.example"), "127.0.0.1", 0
        )
        print(server.sockets[0].getsockname()[1], flush=True)
        await server.serve_forever()

    asyncio.run(serve())


# ---- The rows ------------------------------------------------------------------------------------


def _make_readers() -> None:
    """One person copied by the database: making fifty thousand is not what is measured."""
    from django.db import connection

    from schools.models import Person

    first = Person.objects.create(full_name="Reader", email="reader0@school.example")
    kept = [
        field.column for field in Person._meta.local_concrete_fields
        if field.column not in ("id", "email")
    ]  # fmt: skip
    columns = ", ".join(kept)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO schools_person (email, {columns}) "
            f"SELECT 'reader' || n || '@school.example', {columns} "
            "FROM schools_person, generate_series(1, %s) n WHERE id = %s",
            [ROWS - 1, first.pk],
        )


def _put(mails: int) -> Any:
    """An issue to so many, in the outbox; its body."""
    from django.db.models import CharField, F, Value
    from django.db.models.functions import Cast, Concat

    from hub_portal.mail.services.many import freeze_body, put_in_outbox_for_many
    from hub_portal.shared.london import now
    from schools.models import Person

    columns = {
        "dedupe_key": Concat(Value("issue:12:person:"), Cast("pk", CharField())),
        "to": F("email"),
        "recipient_id": F("pk"),
        "about": Concat(Value("subscription:"), Cast("pk", CharField()), Value(":1:issue:12")),
    }
    readers = Person.objects.filter(email__startswith="reader").order_by("pk")
    last = readers.values_list("pk", flat=True)[mails - 1]
    body = freeze_body(html=HTML + AT_THE_END, text=TEXT + AT_THE_END)
    put_in_outbox_for_many(
        body=body,
        kind=KIND,
        subject="This week at the hub",
        headers={
            "List-Id": "The weekly newsletter <news.hub.example>",
            "List-Unsubscribe": "<%%unsubscribe%%>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Precedence": "bulk",
        },
        reply_to="office@hub.example",
        to_whom=readers.filter(pk__lte=last).annotate(**columns).values(*columns),
        at=now(),
    )
    return body


def _empty_the_outbox() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE mail_delivery CASCADE")


def _rows_made(server: psutil.Process, times: int) -> list[Figure]:
    took, spent = [], []
    for _ in range(times):
        began, used = time.perf_counter(), cpu_seconds(server)
        _put(ROWS)
        took.append(time.perf_counter() - began)
        spent.append(cpu_seconds(server) - used)
        _empty_the_outbox()
    name = f"seconds to make {ROWS:,} rows"
    return [
        at_most(MOST_SECONDS_FOR_ROWS, name=name, ours=median(took), unit="s"),
        seen(name="CPU seconds of that", ours=median(spent)),
    ]


# ---- Raw -----------------------------------------------------------------------------------------


def _raw(port: int, mails: int) -> float:
    """Mails a second of smtplib alone: one message, composed as ours, its recipient replaced."""
    from hub_portal.mail.models import Delivery
    from hub_portal.mail.services.composing import Identity, compose
    from hub_portal.shared.london import now

    _put(1)
    delivery = Delivery.objects.select_related("body").get()
    delivery.to = "reader@school.example"
    message = compose(
        delivery,
        attachments=(),
        identity=Identity("The hub", "portal@hub.example", "office@hub.example"),
        at=now(),
        personal=_values(delivery.about),
    )
    _empty_the_outbox()
    began = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        for n in range(mails):
            to = f"reader{n}@school.example"
            each = message.replace(b"reader@school.example", to.encode())
            smtp.sendmail("portal@hub.example", [to], each)
    return mails / (time.perf_counter() - began)


def _values(about: str) -> dict[str, str]:
    """What the newsletter says of one recipient: two links, each a right."""
    from hub_portal.shared import links

    _, pk, version, *_ = about.split(":")
    here = "https://portal.hub.example/newsletter"
    token = links.sign(links.Purpose("bench-unsubscribe"), int(pk), int(version))
    return {
        "unsubscribe": f"{here}/unsubscribe/{token}/",
        "preferences": f"{here}/preferences/{token}/",
    }


# ---- Ours ----------------------------------------------------------------------------------------


class Sent:
    """What some senders did at once."""

    def __init__(self, rate: float, cpu_ms: float, recorded: int, sizes: Sequence[float]) -> None:
        self.rate, self.cpu_ms, self.recorded = rate, cpu_ms, recorded
        settled = sizes[int(len(sizes) * WARM_AFTER) :]
        self.peak_mb = max(sizes)
        self.grown_mb = max(settled) - settled[0]


def _sent_by(processes: int, mails: int, server: psutil.Process) -> Sent:
    """Let so many senders empty the outbox of a newsletter."""
    from hub_portal.mail.services.many import progress_of

    body = _put(mails)
    senders = [
        subprocess.Popen(
            [sys.executable, "-m", "bench.newsletter", "--sender"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(processes)
    ]
    for sender in senders:
        _said(sender.stdout)
    sizes: list[float] = []
    watch = threading.Thread(target=_watch, args=(senders[0].pid, sizes))
    spent, began = cpu_seconds(psutil.Process(), server), time.perf_counter()
    for sender in senders:
        assert sender.stdin
        sender.stdin.write("go\n")
        sender.stdin.flush()
    watch.start()
    for sender in senders:
        _said(sender.stdout)
    took = time.perf_counter() - began
    spent = cpu_seconds(psutil.Process(), server) - spent
    recorded = progress_of(body=body).sent
    for sender in senders:
        sender.communicate()
    watch.join()
    _empty_the_outbox()
    return Sent(mails / took, 1000 * spent / mails, recorded, sizes)


def _watch(pid: int, sizes: list[float]) -> None:
    """The megabytes a process holds, ten times a second, while it lives."""
    try:
        process = psutil.Process(pid)
        while process.status() != psutil.STATUS_ZOMBIE:
            sizes.append(process.memory_info().rss / 2**20)
            time.sleep(0.1)
    except psutil.NoSuchProcess:
        return


def _send() -> None:
    """One sender: as the worker's, but for as long as there is something to send."""
    import django

    django.setup()
    from hub_portal.mail.services.kinds import register_mail_kind
    from hub_portal.mail.services.sender import send_due

    register_mail_kind(
        KIND,
        values_of=lambda abouts: {about: _values(about) for about in abouts},
        which_are_still_true=set,
    )
    print("ready", flush=True)
    sys.stdin.readline()
    send_due(for_seconds=3600)
    print("done", flush=True)
    sys.stdin.readline()


def _said(lines: IO[str] | None) -> str:
    assert lines
    return lines.readline().strip()


def main(arguments: Sequence[str]) -> None:
    if "--server" in arguments:
        _serve()
    elif "--sender" in arguments:
        _send()
    else:
        report("newsletter", measure, packages=("django", "psycopg2-binary", "aiosmtpd"))


if __name__ == "__main__":
    main(sys.argv[1:])
