"""All that is held about a person, as each app says it (rule XX-3).

This module knows no app. An app says what it holds in `services/privacy.py`, when it is ready:

    register_held(Held("bookings", fields=("cpd.Booking.named_as",), rows=bookings_of))

`fields` are those of docs/personal-data.md that it gives out; a test holds the two together, both
ways. Who asks, and whether they may, is the affair of the page that asks.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Held:
    """One kind of thing held about people: its name, the fields it gives out, and the rows.

    `files` gives what is no row: a name and its content.
    """

    name: str
    fields: Sequence[str]
    rows: Callable[[Any], Iterable[Row]]
    files: Callable[[Any], Iterable[tuple[str, bytes]]] = lambda _person: ()


_held: dict[str, Held] = {}


def register_held(*kinds: Held) -> None:
    """Say what is held; called once for each kind, when its app is ready."""
    for kind in kinds:
        if kind.name in _held and _held[kind.name] is not kind:
            raise ValueError(f"There is already something held named {kind.name!r}.")
        _held[kind.name] = kind


def everything_held() -> list[Held]:
    """Every kind, in the order in which the apps said them."""
    return list(_held.values())
