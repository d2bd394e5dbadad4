"""What an answer of the mail server means, and how long to wait after it."""

from datetime import timedelta

import pytest

from hub_portal.mail.rules import (
    WAITS,
    WAITS_OF_SIGN_IN,
    Answer,
    Stage,
    closed_after,
    judge,
    may_send_now,
    wait_after,
)


@pytest.mark.parametrize(
    ("stage", "code", "words", "verdict"),
    [
        (Stage.CONTENT, 250, "2.0.0 queued", "sent"),
        (Stage.RECIPIENT, 450, "4.2.0 greylisted", "try later"),
        (Stage.RECIPIENT, 451, "", "try later"),
        (Stage.CONTENT, 452, "4.3.1 disk full", "try later"),
        (Stage.OFFERING, 451, "", "try later"),
        (Stage.RECIPIENT, 550, "5.1.1 no such user", "bounced"),
        (Stage.RECIPIENT, 550, "no such user", "bounced"),
        (Stage.RECIPIENT, 552, "5.2.2 mailbox full", "bounced"),
        (Stage.RECIPIENT, 553, "", "bounced"),
        (Stage.CONTENT, 550, "5.1.1 no such user", "bounced"),
        (Stage.RECIPIENT, 550, "5.7.1 we do not like your country", "refused"),
        (Stage.RECIPIENT, 554, "", "refused"),
        (Stage.RECIPIENT, 550, "5.1.8 your domain takes no mail", "refused"),
        (Stage.RECIPIENT, 550, "5.4.4 no such domain", "bounced"),
        (Stage.REPORT, 550, "5.1.1 no such user", "bounced"),
        (Stage.REPORT, 550, "no such user", "bounced"),
        (Stage.REPORT, 554, "", "refused"),
        (Stage.REPORT, 450, "4.4.7 gave up", "try later"),
        (Stage.CONTENT, 552, "5.3.4 too big", "refused"),
        (Stage.CONTENT, 554, "5.6.0 spam", "refused"),
        (Stage.CONTENT, 550, "looks like spam", "refused"),
        (Stage.SENDER, 552, "5.3.4 too big", "refused"),
        (Stage.CONNECTING, 535, "5.7.8 wrong password", "trouble"),
        (Stage.CONNECTING, 554, "no", "trouble"),
        (Stage.CONNECTING, 0, "refused", "trouble"),
        (Stage.SENDER, 550, "5.7.1 sender not allowed", "trouble"),
        (Stage.SENDER, 451, "", "trouble"),
        (Stage.SENDER, 0, "gone", "trouble"),
        (Stage.RECIPIENT, 0, "gone", "trouble"),
        (Stage.OFFERING, 0, "gone", "trouble"),
        (Stage.RECIPIENT, 530, "5.7.57 not authenticated", "trouble"),
        (Stage.RECIPIENT, 550, "5.7.139 basic authentication disabled", "trouble"),
        (Stage.RECIPIENT, 421, "closing", "trouble"),
        (Stage.CONTENT, 421, "closing", "trouble"),
        (Stage.CONTENT, 0, "gone", "in doubt"),
    ],
)
def test_judge_gives_each_answer_its_meaning(stage, code, words, verdict):
    assert judge(Answer(stage, code, words)) == verdict


def test_an_answer_reads_as_a_sentence():
    assert str(Answer(Stage.RECIPIENT, 550, "5.1.1 nobody")) == (
        "550 5.1.1 nobody (naming the recipient)"
    )
    assert str(Answer(Stage.CONTENT, 0)) == "no answer (handing over the message)"


def test_wait_after_grows_and_ends():
    waits = [wait_after(attempts=n, priority=1) for n in range(1, len(WAITS) + 2)]

    assert waits[:3] == [timedelta(minutes=2), timedelta(minutes=5), timedelta(minutes=10)]
    assert waits[:-1] == sorted(waits[:-1])
    assert waits[-1] is None
    assert timedelta(days=1) < sum(WAITS, timedelta()) < timedelta(days=3)


def test_wait_after_of_a_sign_in_code_is_short_and_ends_with_its_ten_minutes():
    assert wait_after(attempts=1, priority=0) == timedelta(seconds=20)
    assert wait_after(attempts=len(WAITS_OF_SIGN_IN) + 1, priority=0) is None
    assert sum(WAITS_OF_SIGN_IN, timedelta()) < timedelta(minutes=10)


def test_closed_after_grows_to_a_quarter_of_an_hour():
    minutes = [
        closed_after(troubles_in_a_row=n) // timedelta(minutes=1) for n in (1, 2, 3, 4, 5, 99)
    ]

    assert minutes == [1, 2, 4, 8, 15, 15]


@pytest.mark.parametrize(
    ("left", "seconds", "now"), [(0, 0, 0), (0, 30, 15), (10, 60, 30), (-5, 20, 5)]
)
def test_may_send_now_refills_with_time_up_to_a_minute_s_worth(left, seconds, now):
    since = timedelta(seconds=seconds)

    assert may_send_now(left=left, since=since, per_minute=30) == now
