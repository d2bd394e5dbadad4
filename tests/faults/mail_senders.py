"""Real sender processes, started quickly: a nursery with Django loaded that forks them.

Run as a program it reads lines: "go" forks a sender and prints its process id.
"""

import os
import signal
import sys


def be_a_sender():
    from hub_portal.mail.services import sender

    sender.send_due(for_seconds=30.0)
    os._exit(0)


if __name__ == "__main__":
    import django

    django.setup()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them: they are killed
    print("ready", flush=True)  # noqa: T201
    for _ in sys.stdin:
        born = os.fork()
        if not born:
            be_a_sender()
        print(born, flush=True)  # noqa: T201
