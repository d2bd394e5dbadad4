"""What we send is read by others: two parsers that share no line, and a checker of spam."""

import email
import re
import subprocess
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.policy import compat32, default

import pytest
from fast_mail_parser import parse_email, parse_email_tree, walk

from hub_portal.mail.models import Delivery
from hub_portal.mail.services import sender
from hub_portal.mail.services.composing import folded
from newsletter.services.approving import approve_issue
from newsletter.services.items import add_item
from newsletter.services.sending import send_issue_due
from tests.browser import services
from tests.makers.cpd import give_credits, make_booking, make_cohort, make_programme
from tests.makers.issues import FRIDAY, make_draft
from tests.makers.mail import AnsweringTransport
from tests.makers.schools import NOON, make_cast

pytestmark = pytest.mark.django_db

WORDS = "Señor Núñez’s year 6 – “très bien”"
SUBJECT = f"{WORDS}; and £10 ½ day for {WORDS} in Llanfairpwllgwyngyll"


@pytest.fixture(autouse=True)
def _address_of_the_portal(settings):
    settings.PORTAL_URL = "https://hub.lampton.example"


@pytest.fixture
def cast():
    return make_cast()


def sent(*, to, at):
    """The bytes of the mail to an address, as the sender hands it to the mail server."""
    transport = AnsweringTransport()
    sender.send_due(transport=transport, now=lambda: at, is_told_to_stop=lambda: False)
    return next(raw for address, _, raw in transport.sent if address == to)


@pytest.fixture
def issue_mail(cast):
    issue = make_draft(by=cast.hub_manager, at=NOON)
    add_item(issue=issue, heading=WORDS, text=f"<p>{WORDS * 9}</p>", by=cast.hub_manager, at=NOON)
    issue.subject = SUBJECT
    issue.save()
    approve_issue(issue=issue, by=cast.hub_manager, at=NOON)
    send_issue_due(issue=issue, by=cast.hub_manager, at=FRIDAY)
    return sent(to="rita@our.example", at=FRIDAY)


@pytest.fixture
def letter(cast):
    """The confirmation of a place, with its entry for a calendar."""
    give_credits(school=cast.our_school)
    cohort = make_cohort(programme=make_programme(title=SUBJECT[:90]))
    booking = make_booking(cohort=cohort, school=cast.our_school, by=cast.rep)
    return sent(to=booking.delegate.email, at=NOON)


@pytest.fixture(params=["issue_mail", "letter"])
def message(request):
    return request.getfixturevalue(request.param)


def as_python_reads(part):
    """A part of a mail: kind, charset, name of its file, what it holds or is made of."""
    kind, name = part.get_content_type(), part.get_filename() or ""
    charset = part.get_content_charset() or ""
    if part.is_multipart():
        return kind, charset, name, [as_python_reads(each) for each in part.iter_parts()]
    return kind, charset, name, part.get_payload(decode=True)


def as_another_reads(part):
    of_kind = " ".join(part.headers.get("Content-Type", [])).lower()
    charset = of_kind.partition('charset="')[2].partition('"')[0]
    if part.children:
        inside = [as_another_reads(each) for each in part.children]
        return part.content_type, charset, part.filename, inside
    return part.content_type, charset, part.filename, part.content


def test_both_find_the_same_headers_in_the_same_order(message):
    by_python = email.message_from_bytes(message, policy=default)
    by_another = parse_email_tree(message)

    assert list(by_another.headers.items()) == [
        (name, [str(value)]) for name, value in by_python.items()
    ]
    assert {"From", "To", "Subject", "Date", "Message-ID"} <= set(by_another.headers)


def test_both_find_the_same_parts_with_the_same_bytes(message):
    by_python = as_python_reads(email.message_from_bytes(message, policy=default))

    assert as_another_reads(parse_email_tree(message)) == by_python
    kind, _, _, parts = by_python
    assert kind in ("multipart/alternative", "multipart/mixed")
    assert len(parts) > 1


def test_an_issue_is_read_as_it_was_written_and_can_be_ended_with_one_click(issue_mail):
    mail = parse_email(issue_mail)
    row = Delivery.objects.get(to="rita@our.example", kind="newsletter.issue")

    assert mail.subject == SUBJECT
    assert WORDS in mail.text_html[0]
    assert WORDS[:20] in mail.text_plain[0]
    (link,) = mail.headers["List-Unsubscribe"]
    assert link.startswith(("<https://", "<http://"))
    assert link.endswith(">")
    assert " " not in link
    assert link.strip("<>") in mail.text_plain[0]
    assert mail.headers["List-Unsubscribe-Post"] == ["List-Unsubscribe=One-Click"]
    assert mail.headers["Message-ID"] == [row.message_id]


def test_the_entry_of_a_letter_is_read_by_calendars(letter):
    entries = [part for part in walk(parse_email_tree(letter)) if "calendar" in part.content_type]

    (of_kind,) = entries[0].headers["Content-Type"]
    assert 'charset="utf-8"' in of_kind
    assert "method" in of_kind
    assert b"BEGIN:VEVENT" in entries[0].content
    assert WORDS.encode()[:10] in entries[0].content.replace(b"\r\n ", b"")


NOT_ON_ITS_WAY_YET = {"NO_RECEIVED", "NO_RELAYS"}
SAYS_NOTHING_AGAINST_IT = {"HTML_MESSAGE", "MAILING_LIST_MULTI"}  # it has HTML; lists are told


def rules_of(mail, home):
    """The rules of SpamAssassin, those that need no network, that this mail meets."""
    checker = [services.spamassassin(), "--local", "--prefspath", str(home / "none")]
    done = subprocess.run(checker, input=mail, capture_output=True, check=True, timeout=120)
    checked = email.message_from_bytes(done.stdout, policy=default)
    [rules] = re.findall(r"tests=(.+?) autolearn", str(checked["X-Spam-Status"]))
    return set(re.split(r"[,\s]+", rules))


@pytest.mark.spamassassin
def test_a_spam_checker_finds_no_rule_that_is_ours_to_mend(message, tmp_path):
    assert rules_of(message, tmp_path) - SAYS_NOTHING_AGAINST_IT == NOT_ON_ITS_WAY_YET


@pytest.mark.spamassassin
def test_a_spam_checker_says_what_a_worse_mail_would_lack(letter, tmp_path):
    worse = re.sub(rb"(?m)^(Date|Message-ID): .*\r?\n", b"", letter, count=2)

    assert {"MISSING_DATE", "MISSING_MID"} <= rules_of(worse, tmp_path)


SUBJECTS = [
    "Year place bien’ – £10 £10 6: place and Señor bien’ Your place bien’ conversations” place",
    "Señor “x” " * 8 + "end",
    WORDS,
    "In plain words, though long enough to need a second line of its own in every mail program",
]


@pytest.mark.parametrize("name", [*SUBJECTS[:3], "Señor, “x” <x>", "Hub"])
def test_the_name_of_who_writes_keeps_every_space(name):
    raw = folded("From", str(Address(name, addr_spec="hub@lampton.example")))

    expected = f"{name} <hub@lampton.example>"
    assert parse_email(raw + b"\r\nWords").headers["From"] == [expected]
    written = email.message_from_bytes(raw, policy=compat32)["From"]
    assert str(make_header(decode_header(written))) == expected
    assert max(map(len, raw.split(b"\r\n"))) <= 78


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_long_subject_keeps_every_space(subject):
    raw = folded("Subject", subject)

    assert parse_email(raw + b"\r\nWords").subject == subject
    assert email.message_from_bytes(raw, policy=default)["Subject"] == subject
    assert max(map(len, raw.split(b"\r\n"))) <= 78
