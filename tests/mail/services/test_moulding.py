"""A mail to many, cast: byte for byte what `compose` makes, which is the truth."""

import email
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub_portal.mail.choices import Priority
from hub_portal.mail.models import Body, Delivery
from hub_portal.mail.services import moulding
from hub_portal.mail.services.composing import Identity, compose, values_in
from hub_portal.mail.services.moulding import Mould, Moulds
from hub_portal.mail.services.placeholders import placeholder
from hub_portal.shared import links
from tests.makers.mail import NOON

HUB = Identity("London West – “Alliance”, Zoë’s", "portal@hub.example", "office@hub.example")
NEWS = links.Purpose("tests-mail-news")
GO, NAME = placeholder("go"), placeholder("name")
LONG_LINK = (
    "https://portal.west-london-alliance.example/newsletter/unsubscribe/55." + "x" * 32 + "/"
)

BODIES = {
    "plain": (f"Dear {NAME}\n{GO}\n", f"<p>Dear {NAME}</p>\n<p><a href='{GO}'>go</a></p>"),
    "text alone": (f"Dear {NAME}: {GO}\n", ""),
    "no placeholder": ("Hello\n", "<p>Hello</p>\n"),
    "nothing at all": ("", ""),
    "not ASCII": (f"Déjà vu – {NAME} 🎓\n", f"<p>Déjà – {NAME} 🎓</p>"),
    "long lines": (
        f"{'word ' * 60}{NAME} {'é' * 200}\n",
        f"<p>{'=' * 300}{GO}{'a' * 75}{NAME}</p>",
    ),
    "dots at the head": (f".\n..\n.{NAME}\n{NAME}.\n", f".{NAME}\n.\n"),
    "blanks at the end": (f"{NAME} \n{NAME}\t\n \n\n\n", f"<p>{NAME}</p> \n\n"),
    "no line break at the end": (f"Dear {NAME}", f"<p>{NAME}</p>"),
    "many in one line": (f"{NAME}{NAME}{GO}{NAME}\n", f"{GO}{NAME}%%unknown%%{NAME}"),
    "half placeholders": (f"%%{NAME}%%\n%%na\nme%%\n%%NAME%%\n", f"%%%%{NAME}%%%%"),
    "line breaks of all sorts": (f"a\r\n{NAME}\r\nb\r{NAME}\rc\n\n{GO}", f"{NAME}\r\n\r\n{GO}\r"),
    "other breaks": (f"a\x0b{NAME}\x0cb\x85{NAME}\u2028c\n", f"\u2029{NAME}\x1c{GO}"),
    "from at the head": (f"From {NAME}\n>From\n", "<p>From</p>"),
    "looks like a boundary": (f"--=_{'0' * 32}_0\n{NAME}\n--\n", f"--{NAME}--"),
    "a link for all": (f"{links.placeholder(NEWS, 7, 1)} {NAME}\n", links.placeholder(NEWS, 7, 2)),
}
VALUES = {
    "short": {"name": "Al", "go": "https://hub.example/"},
    "long": {"name": "x" * 500, "go": LONG_LINK},
    "marked up": {"name": "<b>&\"'</b>", "go": "https://hub.example/?a=1&b=2"},
    "not ASCII": {"name": "Zoë Özgür 🎓 مدرسة", "go": "https://hub.example/é"},
    "placeholders": {"name": GO, "go": links.placeholder(NEWS, 8, 1)},
    "percent": {"name": "100%%", "go": "%%name%%"},
    "equals": {"name": "=3D=\\1\\g<0>", "go": "="},
    "dot": {"name": ".", "go": "."},
    "blank": {"name": " ", "go": " a "},
    "empty": {"name": "", "go": ""},
    "line breaks": {"name": "a\nb\r\n", "go": "x"},
    "none": {},
}
SUBJECTS = ["News", "News – für Zoë 🎓", f"News for {NAME}", "x" * 250]


def mail(body, **words):
    given_ = {
        "priority": Priority.BULK,
        "to": "teacher@school.example",
        "subject": "News",
        "headers": {"List-Id": "The newsletter <news.hub.example>", "Precedence": "bulk"},
        "message_id": "<0123456789abcdef0123456789abcdef@hub.example>",
        **words,
    }
    return Delivery(body=body, **given_)


def both(delivery, personal):
    composed = compose(delivery, attachments=(), identity=HUB, at=NOON, personal=personal)
    cast = Mould(delivery.body, HUB).cast(delivery, values=values_in(delivery, personal), at=NOON)
    return cast, composed


@pytest.mark.parametrize(
    "values", [name for name in VALUES if name not in ("empty", "line breaks")]
)
@pytest.mark.parametrize("body", BODIES)
def test_a_cast_mail_is_the_composed_one_byte_for_byte(body, values):
    text, html = BODIES[body]

    cast, composed = both(mail(Body(pk=1, text=text, html=html)), VALUES[values])

    assert cast == composed


@pytest.mark.parametrize("subject", SUBJECTS)
@pytest.mark.parametrize(
    "words",
    [
        {"to": "head@école.example"},
        {"to": f"{'a' * 64}@{'b' * 60}.{'c' * 60}.example"},
        {"to": "o'brien+news@school.example"},
        {"reply_to": "editor@school.example"},
        {"message_id": f"<{'0' * 32}@{'long.' * 20}example>"},
        {"headers": {"List-Unsubscribe": f"<{GO}>", "X-For": f"{NAME} é"}},
        {"replacements": {"name": "Kept"}},
    ],
)
def test_headers_of_a_cast_mail_are_the_composed_ones(words, subject):
    body = Body(pk=1, text=f"Dear {NAME}\n", html=f"<p>{GO}</p>")

    cast, composed = both(mail(body, subject=subject, **words), VALUES["long"])

    assert cast == composed


LINES = st.lists(
    st.one_of(st.sampled_from([NAME, GO, "\n", "\r\n", ".", " ", "=", "%%", "~~"]), st.text()),
    max_size=12,
).map("".join)
PRINTABLE = st.text(min_size=1).filter(str.isprintable)


def can_be_sent(words):
    return words.encode("utf-8", "ignore").decode() == words


@given(
    text=LINES.filter(can_be_sent),
    html=LINES.filter(can_be_sent),
    values=st.fixed_dictionaries({"name": PRINTABLE, "go": PRINTABLE}),
)
def test_any_words_with_any_values_are_cast_as_they_are_composed(text, html, values):
    cast, composed = both(mail(Body(pk=1, text=text, html=html)), values)

    assert cast == composed


@pytest.mark.parametrize("values", ["empty", "line breaks"])
def test_values_that_may_change_the_number_of_lines_go_the_slow_way(values, monkeypatch):
    monkeypatch.setattr(moulding, "Mould", None)
    moulds, body = Moulds(HUB), Body(pk=1, text=f"{NAME}", html="")

    for _ in range(2):
        found = moulds.message(mail(body), personal=VALUES[values], at=NOON)
        assert found == compose(
            mail(body), attachments=(), identity=HUB, at=NOON, personal=VALUES[values]
        )


def test_a_body_is_composed_twice_however_many_mails_it_is_for(monkeypatch):
    """Once for its first mail, once for the mould."""
    calls = []

    def counted(*words, **more):
        calls.append(words)
        return compose(*words, **more)

    monkeypatch.setattr(moulding, "compose", counted)
    moulds, body = Moulds(HUB), Body(pk=1, text=f"Dear {NAME}\n", html=f"<p>{GO}</p>")

    made = {
        moulds.message(mail(body), personal={"name": f"Nº {n}", "go": "x"}, at=NOON)
        for n in range(20)
    }

    assert (len(calls), len(made)) == (2, 20)


def test_only_so_many_moulds_are_kept(monkeypatch):
    moulds = Moulds(HUB)
    for pk in range(1, 4 * moulding.MOST_MOULDS):
        for _ in range(2):
            moulds.message(mail(Body(pk=pk, text="Hello\n", html="")), personal={}, at=NOON)

    assert len(moulds._moulds) <= moulding.MOST_MOULDS


def test_an_address_to_unsubscribe_stands_whole_in_its_header_however_long():
    body = Body(pk=1, text="Hello\n", html="")
    words = {"List-Unsubscribe": f"<{GO}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}

    cast, _ = both(mail(body, headers=words), {"go": LONG_LINK})

    assert f"\r\nList-Unsubscribe: <{LONG_LINK}>\r\n".encode() in cast
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in cast
    assert email.message_from_bytes(cast, policy=default)["List-Unsubscribe"] == f"<{LONG_LINK}>"
