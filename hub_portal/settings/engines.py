"""The database, the cache and the broker: SQLite and a folder, or PostgreSQL and Redis."""

from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from hub_portal.settings.environment import PRODUCTION, VAR, read, required, whole_number

SECONDS_A_CONNECTION_IS_KEPT = 60
LOOPBACK = ("localhost", "127.0.0.1", "::1")


def database() -> dict[str, Any]:
    """DATABASE_URL, or a SQLite file of our own, each set up so that a booking is safe on it."""
    url = required("DATABASE_URL", embedded=f"sqlite:///{VAR / 'portal.sqlite3'}")
    config: dict[str, Any] = dict(environ.Env.db_url_config(url))
    if config["ENGINE"] == "django.db.backends.sqlite3":
        if PRODUCTION:
            raise ImproperlyConfigured("DATABASE_URL must name PostgreSQL in production.")
        return config | _sqlite()
    if config["ENGINE"] == "django.db.backends.postgresql":
        return config | _postgresql(config.get("OPTIONS", {}))
    raise ImproperlyConfigured("DATABASE_URL must name SQLite or PostgreSQL.")


def _sqlite() -> dict[str, Any]:
    pragmas = "journal_mode=WAL", "synchronous=FULL", "recursive_triggers=ON"
    return {
        "OPTIONS": {
            # the write lock is taken when the transaction begins: a reader never has to upgrade
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": ";".join(f"PRAGMA {pragma}" for pragma in pragmas),
        },
        # a file, as in use: an in-memory database locks by table and ignores the timeout
        "TEST": {"NAME": str(VAR / "test.sqlite3")},
    }


def _postgresql(given: dict[str, Any]) -> dict[str, Any]:
    import psycopg2  # noqa: F401 absent drivers say so here

    return {
        "ENGINE": "hub_portal.shared.postgresql",
        "CONN_MAX_AGE": whole_number("DB_CONN_MAX_AGE", default=SECONDS_A_CONNECTION_IS_KEPT),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "connect_timeout": 5,
            # A snapshot taken before waiting for a lock would oversell even with the lock. Said
            # once a connection: Django's own option has psycopg2 say it with every transaction.
            "options": "-c default_transaction_isolation=read\\ committed"
            " -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s",
            **given,
        },
    }


def broker() -> tuple[str, dict[str, Any]]:
    """REDIS_URL, or a folder that Celery polls: the address and its transport options."""
    url = read("REDIS_URL")
    if not url:
        return "filesystem://localhost", _folders()
    parts = urlsplit(url)
    if PRODUCTION and not parts.password and parts.hostname not in LOOPBACK:
        raise ImproperlyConfigured("REDIS_URL needs a password unless Redis is on this machine.")
    return url, {"visibility_timeout": 3600, "socket_connect_timeout": 1}


def _folders() -> dict[str, Any]:
    queue = VAR / "queue"
    folders = {name: queue / name for name in ("messages", "control", "taken")}
    for folder in folders.values():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return {
        "data_folder_in": str(folders["messages"]),
        "data_folder_out": str(folders["messages"]),
        "control_folder": str(folders["control"]),
        "processed_folder": str(folders["taken"]),
        "store_processed": False,
        "polling_interval": 0.2,
    }
