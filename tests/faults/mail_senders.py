"""Real sender processes, started quickly: a nursery with Django loaded that forks them.

Run as a program it reads lines: "go" forks a sender and prints its process id.
"""

import os
import signal
import sys


def say_what_is_of_each_reader():
    """What the newsletter says of its mails: a link for each."""
    from hub_portal.mail.services.kinds import register_mail_kind

    def links_of(abouts):
        return {
            about: {"unsubscribe": f"https://hub.example/unsubscribe/{about}/"} for about in abouts
        }

    register_mail_kind("tests.issue", which_are_still_true=set, values_of=links_of)


def be_a_sender():
    from hub_portal.mail.services import sender

    sender.send_due(for_seconds=30.0)
    os._exit(0)


if __name__ == "__main__":
    import django

    django.setup()
    say_what_is_of_each_reader()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them: they are killed
    print("ready", flush=True)  # noqa: T201
    for _ in sys.stdin:
        born = os.fork()
        if not born:
            be_a_sender()
        print(born, flush=True)  # noqa: T201
