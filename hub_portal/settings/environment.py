"""What the environment says, read in one way.

Nothing set means the embedded portal: SQLite, a folder as the broker, keys made once, all of it
under `var/`. With PORTAL_ENV=production every convenience becomes a refusal to start. Any setting
NAME may instead be a file named by NAME_FILE, as secrets are mounted into containers.
"""

import contextlib
import os
import secrets
import tempfile
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

SHORTEST_KEY = 50

BASE_DIR = Path(__file__).resolve().parent.parent.parent


def read(name: str) -> str:
    """The setting, or what the file named by NAME_FILE holds; '' when neither is given."""
    path = os.environ.get(f"{name}_FILE", "")
    if not path:
        return os.environ.get(name, "").strip()
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error.strerror}.") from error


def required(name: str, *, embedded: str) -> str:
    """The setting; without it production refuses to start and the embedded portal has its own."""
    value = read(name)
    if not value and PRODUCTION:
        raise ImproperlyConfigured(f"{name} must be set when PORTAL_ENV=production.")
    return value or embedded


def flag(name: str, *, default: bool) -> bool:
    """A yes or no; anything else is a mistake worth stopping for."""
    value = read(name).lower()
    if value in ("1", "true", "yes", "on"):
        return True
    if value in ("0", "false", "no", "off"):
        return False
    if value:
        raise ImproperlyConfigured(f"{name} must be 1 or 0, not “{value}”.")
    return default


def whole_number(name: str, *, default: int) -> int:
    """A whole number that is not negative."""
    value = read(name) or str(default)
    if not value.isdecimal():
        raise ImproperlyConfigured(f"{name} must be a whole number, not “{value}”.")
    return int(value)


def listed(value: str) -> list[str]:
    """The parts of a comma separated (or one per line) setting."""
    return [part.strip() for part in value.replace("\n", ",").split(",") if part.strip()]


def keys(name: str) -> list[str]:
    """One or several keys: the first signs, all of them verify. Production refuses a short one."""
    found = listed(required(name, embedded=""))
    if not found:
        return [_own_key(name)]
    if PRODUCTION:
        for key in found:
            if len(key) < SHORTEST_KEY or len(set(key)) < 10 or key.startswith("django-insecure"):
                raise ImproperlyConfigured(
                    f"Every key in {name} must have at least {SHORTEST_KEY} random characters."
                )
    return found


def _own_key(name: str) -> str:
    """A key of this installation, made once and readable by its owner only."""
    folder = VAR / "keys"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / name.lower()
    if not path.exists():
        with tempfile.NamedTemporaryFile("w", dir=folder, prefix=".new-") as fresh:
            fresh.write(secrets.token_urlsafe(60))
            fresh.flush()
            with contextlib.suppress(FileExistsError):
                os.link(fresh.name, path)  # whole or not at all, and the first process wins
    return path.read_text(encoding="utf-8")


def _environment() -> str:
    named = os.environ.get("PORTAL_ENV", "") or "embedded"
    if named not in ("embedded", "production"):
        raise ImproperlyConfigured(f"PORTAL_ENV must be embedded or production, not “{named}”.")
    return named


def _var() -> Path:
    """The one folder the portal writes to, for its owner only."""
    folder = Path(os.environ.get("PORTAL_VAR", "") or BASE_DIR / "var")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


PRODUCTION = _environment() == "production"
VAR = _var()
