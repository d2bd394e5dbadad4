"""Addresses that carry a right: who holds the address may do the thing (security, part 3).

Three kinds of token, and nothing else in the portal makes one:

* **Mailed** (an invitation, later an approval or an unsubscribe): `sign` makes it from purpose,
  row and version with LINK_KEY, so nothing is kept but the version. Counting the version up
  revokes it; signing again repeats it, as a reminder must.
* **Written into a mail body**: never the token. The body holds a `placeholder`, and the sender
  calls `fill_placeholders` while sending: a dump of the outbox opens no door.
* **Shown once** on a page: `new_secret`, of which only the `fingerprint` is kept.

A page behind a token is two views, both under `@carries_a_right`: one at the mailed address that
calls `arrive`, which moves the right into the session and redirects to an address without it, and
one there that asks `row_arrived_with`. A GET changes nothing: school mail scanners open every link.
"""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

BYTES_OF_A_SIGNATURE = 24  # 192 bits in 32 characters; at least 128 are asked for
BYTES_OF_A_MARK = 12
BYTES_OF_A_SECRET = 16

NAME = re.compile(r"[a-z][a-z-]*")
ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
# only characters that HTML, addresses and text leave as they are
PLACEHOLDER = re.compile(
    r"~~link\.(?P<purpose>[a-z][a-z-]*)\.(?P<id>[A-Za-z0-9_-]{1,64})"
    r"\.(?P<version>\d{1,10})\.(?P<mark>[A-Za-z0-9_-]{16})~~"
)

RowT = TypeVar("RowT", bound=Model)
Arguments = ParamSpec("Arguments")


# ---- Purposes -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Purpose:
    """What a token is good for; one made for one purpose never serves another."""

    name: str


_registered: dict[str, Purpose] = {}
_said_otherwise: dict[str, Callable[[int, int], str]] = {}


def register_purpose(name: str) -> Purpose:
    """Name a purpose, once, as a constant of the app whose right it is."""
    if not NAME.fullmatch(name):
        raise ValueError(f"A purpose is named in small letters and hyphens, not {name!r}.")
    if name in _registered:
        raise ValueError(f"There is already a purpose named {name!r}.")
    _registered[name] = Purpose(name)
    return _registered[name]


def say_otherwise(purpose: Purpose, token_of: Callable[[int, int], str]) -> None:
    """Have the sender put something else in the place of a token for this purpose.

    It is given the id and the version: a ticket's code is one that people can type.
    """
    _said_otherwise[purpose.name] = token_of


# ---- Mailed tokens ------------------------------------------------------------------------------


def sign(purpose: Purpose, id: int | str, version: int) -> str:
    """The token for this purpose, row and version: the id, a dot, and an HMAC of all three."""
    return f"{_checked(id)}.{_mac(_newest_key(), 'token', purpose.name, id, version)}"


def verify(token: str, *, purpose: Purpose, id: int | str, version: int) -> bool:
    """Whether this token was made for this purpose, row and version, by any of our keys."""
    claimed, _, signature = token.partition(".")
    expected = (_mac(key, "token", purpose.name, id, version) for key in settings.LINK_KEYS)
    return claimed == str(id) and _is_one_of(signature, expected)


def row_behind(
    token: str,
    *,
    purpose: Purpose,
    rows: QuerySet[RowT],
    version_field: str = "link_version",
) -> RowT | None:
    """The row this token gives a right to, among these rows, or None for any bad token.

    `rows` holds what may still be opened: expired, used and revoked ones are left out by the app.
    """
    claimed = token.partition(".")[0]
    row = _row(rows, claimed)
    if row is None:
        return None
    version = getattr(row, version_field)
    return row if verify(token, purpose=purpose, id=claimed, version=version) else None


# ---- Placeholders in mail bodies ----------------------------------------------------------------


def placeholder(purpose: Purpose, id: int | str, version: int) -> str:
    """What stands in a mail body where the token will be when it is sent.

    It carries a mark of its own, so that nobody gets a token by typing a placeholder into a text
    field whose text is mailed.
    """
    mark = _mac(_newest_key(), "placeholder", purpose.name, id, version, BYTES_OF_A_MARK)
    return f"~~link.{purpose.name}.{_checked(id)}.{version}.{mark}~~"


def fill_placeholders(text: str) -> str:
    """The text with a token for each of our placeholders; called by the sender, while sending."""
    return PLACEHOLDER.sub(_token_for, text)


def _token_for(found: re.Match[str]) -> str:
    name, id, version = found["purpose"], found["id"], int(found["version"])
    expected = (
        _mac(key, "placeholder", name, id, version, BYTES_OF_A_MARK) for key in settings.LINK_KEYS
    )
    if not _is_one_of(found["mark"], expected):
        return found[0]
    if name in _said_otherwise:
        return _said_otherwise[name](int(id), version)
    return sign(Purpose(name), id, version)


# ---- Tokens shown once --------------------------------------------------------------------------


def new_secret() -> str:
    """128 random bits, for what is shown once on a page."""
    return secrets.token_urlsafe(BYTES_OF_A_SECRET)


def fingerprint(secret: str) -> str:
    """What is kept of a secret: enough to know it again, not enough to say it."""
    return hashlib.sha256(secret.encode()).hexdigest()


# ---- Pages behind a token -----------------------------------------------------------------------


def arrive(
    request: HttpRequest,
    token: str,
    *,
    purpose: Purpose,
    rows: QuerySet[RowT],
    then: str,
    version_field: str = "link_version",
) -> HttpResponse:
    """Move the right a token carries into the session, and go on to an address without it.

    The session keeps the row's id and version, never the token. A bad token leads to the same
    page, which then finds no row and says so: nothing is learnt by trying.
    """
    row = row_behind(token, purpose=purpose, rows=rows, version_field=version_field)
    if row is None:
        leave(request, purpose=purpose)
    else:
        request.session[_key(purpose)] = [str(row.pk), getattr(row, version_field)]
    return redirect(then)


def row_arrived_with(
    request: HttpRequest,
    *,
    purpose: Purpose,
    rows: QuerySet[RowT],
    version_field: str = "link_version",
) -> RowT | None:
    """The row this session arrived for, if it may still be opened and its link is not revoked."""
    id, version = request.session.get(_key(purpose), (None, None))
    row = _row(rows, id) if id is not None else None
    return row if row is not None and getattr(row, version_field) == version else None


def leave(request: HttpRequest, *, purpose: Purpose) -> None:
    """Forget the right once it is used."""
    request.session.pop(_key(purpose), None)


def carries_a_right(
    view: Callable[Concatenate[HttpRequest, Arguments], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, Arguments], HttpResponseBase]:
    """For every page behind a token: no cache keeps it, no other site hears of it."""

    @wraps(view)
    def with_headers(
        request: HttpRequest, *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store, private"
        response["Referrer-Policy"] = _what_others_hear(response)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return cast("Callable[Concatenate[HttpRequest, Arguments], HttpResponseBase]", with_headers)


def _what_others_hear(response: HttpResponseBase) -> str:
    """The address with the token is named to nobody.

    The page one is moved on to has no token in its address, and browsers send forms of a page
    that is "no-referrer" with the origin "null", which is refused as forged.
    """
    moves_on = 300 <= response.status_code < 400
    return "no-referrer" if moves_on else "same-origin"


# ---- Within -------------------------------------------------------------------------------------


def _newest_key() -> str:
    key: str = settings.LINK_KEYS[0]
    return key


def _mac(
    key: str, use: str, name: str, id: int | str, version: int, length: int = BYTES_OF_A_SIGNATURE
) -> str:
    """A keyed hash of all that a token is bound to; no part can run into the next."""
    bound = "\n".join((use, name, str(id), str(int(version))))
    digest = hmac.digest(key.encode(), bound.encode(), "sha256")
    return base64.urlsafe_b64encode(digest[:length]).decode()


def _is_one_of(given: str, expected: Iterable[str]) -> bool:
    matches = [hmac.compare_digest(given.encode("utf-8", "replace"), e.encode()) for e in expected]
    return any(matches)


def _checked(id: int | str) -> int | str:
    if not ID.fullmatch(str(id)):
        raise ValueError("A link is made for an id of letters, digits, - and _.")
    return id


def _row(rows: QuerySet[RowT], id: Any) -> RowT | None:
    try:
        return rows.filter(pk=id).first()
    except (ValueError, ValidationError):
        return None


def _key(purpose: Purpose) -> str:
    return f"link:{purpose.name}"
