"""What a running portal can say of itself: whether it may serve, and how it is.

Nobody here knows an app. Whoever has something to look at registers it when its app is ready:

    register_status("mail queue", look_at_queue)

A look takes the moment as `at` and answers with a `Finding`. There are three questions:
*readiness* (`/readyz`: may this process be sent visitors?), *status* (`./run manage status` and
the desk: what should somebody see to?) and *refusals* (asked once, when production starts).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Finding:
    """How one part of the portal is, in a sentence for a person and facts for a program."""

    is_fine: bool
    says: str
    facts: Mapping[str, int | float | str | None] = field(default_factory=dict)


Look = Callable[[datetime], Finding]

_readiness: dict[str, Look] = {}
_status: dict[str, Look] = {}
_refusals: dict[str, Look] = {}


def register_readiness(name: str, look: Look) -> None:
    """A part without which no page can be served."""
    _readiness[name] = look


def register_status(name: str, look: Look) -> None:
    """A part that somebody should see to when it is not fine, while pages are still served."""
    _status[name] = look


def register_refusal(name: str, look: Look) -> None:
    """A reason for which web, worker and beat do not begin to serve in production."""
    _refusals[name] = look


def readiness(*, at: datetime) -> dict[str, Finding]:
    """What `/readyz` asks."""
    return _ask(_readiness, at)


def status(*, at: datetime) -> dict[str, Finding]:
    """What `./run manage status` and the desk show: readiness first."""
    return _ask(_readiness, at) | _ask(_status, at)


def part(name: str, *, at: datetime) -> Finding:
    """How one part of the status is."""
    return _found(_status[name], at)


def refusals(*, at: datetime) -> dict[str, Finding]:
    """What stands in the way of serving, asked when a production process starts."""
    return {name: found for name, found in _ask(_refusals, at).items() if not found.is_fine}


def _ask(looks: Mapping[str, Look], at: datetime) -> dict[str, Finding]:
    return {name: _found(look, at) for name, look in looks.items()}


def _found(look: Look, at: datetime) -> Finding:
    """A look that fails has found something: the kind of failure is the finding."""
    try:
        return look(at)
    except Exception as error:  # whatever it is, this part is not fine
        return Finding(is_fine=False, says=f"could not be looked at ({type(error).__name__})")
