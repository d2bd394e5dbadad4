"""Production starts with what it needs and not with what it must not have (security.md 7)."""

import os
import secrets
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from hub_portal.settings import incoming

ROOT = Path(__file__).resolve().parents[2]
KEYS = ("SECRET_KEY", "LINK_KEY", "TICKET_KEY", "MFA_KEY", "NEEDS_KEY")
SHOW = "import hub_portal.settings as s; print({expression})"


@pytest.fixture
def production(tmp_path):
    return {name: secrets.token_urlsafe(60) for name in KEYS} | {
        "PORTAL_ENV": "production",
        "PORTAL_VAR": str(tmp_path),
        "PORTAL_URL": "https://portal.example",
        "ALLOWED_HOSTS": "portal.example",
        "DATABASE_URL": "postgres://portal_app@127.0.0.1/portal",
        "EMAIL_URL": "smtp://mail.example:25",
        "MAIL_FROM": "hub@portal.example",
    }


def start(environment, expression="s.PRODUCTION"):
    """Read the settings in a process of its own, as every start does."""
    return subprocess.run(
        [sys.executable, "-c", SHOW.format(expression=expression)],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
    )


def refusal(done):
    assert done.returncode == 1
    assert "ImproperlyConfigured" in done.stderr
    return done.stderr.strip().splitlines()[-1]


def test_production_with_everything_it_needs_starts(production):
    done = start(production)

    assert (done.returncode, done.stdout.strip()) == (0, "True")


@pytest.mark.parametrize(
    "name", [*KEYS, "PORTAL_URL", "ALLOWED_HOSTS", "DATABASE_URL", "EMAIL_URL", "MAIL_FROM"]
)
def test_production_without_a_setting_refuses_and_names_it(production, name):
    del production[name]

    assert f"{name} must be set" in refusal(start(production))


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("DEBUG", "1", "DEBUG must be off"),
        ("SECRET_KEY", "short", "SECRET_KEY must have at least 50"),
        ("SECRET_KEY", "a" * 80, "SECRET_KEY must have at least 50 random"),
        ("LINK_KEY", "django-insecure-" + "abcdefghij" * 6, "LINK_KEY must have"),
        ("PORTAL_URL", "http://portal.example", "must begin with https://"),
        ("ALLOWED_HOSTS", "*", "ALLOWED_HOSTS must name"),
        ("DATABASE_URL", "sqlite:////tmp/x.sqlite3", "must name PostgreSQL"),
        ("REDIS_URL", "redis://queue.example:6379/0", "REDIS_URL needs a password"),
        ("PORTAL_ENV", "prod", "PORTAL_ENV must be embedded or production"),
        ("TRUSTED_PROXIES", "all", "TRUSTED_PROXIES must be a whole number"),
        ("SECRET_KEY_FILE", "/nowhere/key", "SECRET_KEY_FILE cannot be read"),
        ("BOUNCES_URL", "imap://portal:secret@mail.example", "BOUNCES_URL must be of the form"),
        ("BOUNCES_URL", "imaps://mail.example/INBOX", "BOUNCES_URL must be of the form"),
        ("BOUNCES_URL", "imaps://portal@mail.example", "BOUNCES_URL must be of the form"),
        ("BOUNCES_URL", "imaps://portal:x@mail.example:many", "BOUNCES_URL must be of the form"),
    ],
)
def test_production_with_what_it_must_not_have_refuses(production, name, value, sentence):
    assert sentence in refusal(start(production | {name: value}))


def test_two_purposes_with_the_same_key_are_refused(production):
    assert "must differ" in refusal(start(production | {"LINK_KEY": production["TICKET_KEY"]}))


@pytest.mark.parametrize(
    "url", ["redis://127.0.0.1:6379/0", "redis://:a-password@queue.example:6379/0"]
)
def test_a_redis_on_this_machine_or_with_a_password_is_taken(production, url):
    done = start(production | {"REDIS_URL": url}, "s.CELERY_BROKER_URL")

    assert done.stdout.strip() == url


def test_a_list_of_keys_signs_with_the_first_and_verifies_with_all(production):
    old, new = secrets.token_urlsafe(60), secrets.token_urlsafe(60)

    done = start(
        production | {"SECRET_KEY": f"{new}, {old}"}, "(s.SECRET_KEY, s.SECRET_KEY_FALLBACKS)"
    )

    assert done.stdout.strip() == repr((new, [old]))


def test_a_key_may_be_a_file(production, tmp_path):
    path = tmp_path / "a secret"
    path.write_text(production.pop("MFA_KEY") + "\n")

    done = start(production | {"MFA_KEY_FILE": str(path)}, "s.MFA_KEYS[0]")

    assert done.stdout.strip() == path.read_text().strip()


def test_the_mailbox_of_bounces_is_named_by_one_address(production):
    url = "imaps://portal%40hub.example:a%2Fsecret@mail.example/Hub%20mail/Bounces"

    done = start(production | {"BOUNCES_URL": url}, "sorted(s.BOUNCE_MAILBOX.items())")

    assert done.stdout.strip() == repr(
        [
            ("folder", "Hub mail/Bounces"),
            ("host", "mail.example"),
            ("password", "a/secret"),
            ("port", 993),
            ("user", "portal@hub.example"),
        ]
    )
    assert start(production, "s.BOUNCE_MAILBOX").stdout.strip() == "None"


def test_the_key_of_the_webhook_asks_for_the_library_that_checks_it(production, monkeypatch):
    key = {"MAILGUN_WEBHOOK_KEY": "key-of-the-account"}
    assert start(production, "repr(s.MAILGUN_WEBHOOK_KEY)").stdout.strip() == "''"
    assert start(production | key, "s.MAILGUN_WEBHOOK_KEY").stdout.strip() == "key-of-the-account"
    assert "as Mailgun has it" in refusal(start(production | {"MAILGUN_WEBHOOK_KEY": "schlüssel"}))

    monkeypatch.setenv("MAILGUN_WEBHOOK_KEY", "key-of-the-account")
    monkeypatch.setitem(sys.modules, "anymail", None)
    with pytest.raises(ImproperlyConfigured, match="needs django-anymail: pip install -r"):
        incoming.mailgun_webhook_key()


def test_embedded_makes_keys_of_its_own_once_for_its_owner_only(tmp_path):
    expression = "s.SECRET_KEY, s.LINK_KEYS, s.TICKET_KEYS, s.MFA_KEYS, s.NEEDS_KEYS"

    first, second = (start({"PORTAL_VAR": str(tmp_path)}, expression) for _ in range(2))

    made = sorted(path.name for path in (tmp_path / "keys").iterdir())
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "keys").iterdir()}
    assert first.returncode == 0
    assert first.stdout == second.stdout
    assert made == sorted(name.lower() for name in KEYS)
    assert modes == {0o600}
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def test_the_folder_the_portal_writes_to_is_its_owners_alone(tmp_path):
    start({"PORTAL_VAR": str(tmp_path / "var")})

    assert stat.S_IMODE((tmp_path / "var").stat().st_mode) == 0o700


def test_sqlite_takes_the_write_lock_first_and_loses_nothing(tmp_path):
    done = start({"PORTAL_VAR": str(tmp_path)}, "s.DATABASES['default']['OPTIONS']")

    assert done.stdout.strip() == repr(
        {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;"
            "PRAGMA recursive_triggers=ON",
        }
    )


# ---- Google and Microsoft ------------------------------------------------------------------------

GOOGLE = {"GOOGLE_CLIENT_ID": "id", "GOOGLE_CLIENT_SECRET": "secret"}
MICROSOFT = {
    "MICROSOFT_CLIENT_ID": "id",
    "MICROSOFT_CLIENT_SECRET": "secret",
    "MICROSOFT_TENANT": "11111111-2222-3333-4444-555555555555",
}


@pytest.mark.parametrize(
    ("given", "offered"),
    [
        ({}, []),
        (GOOGLE, ["google"]),
        (MICROSOFT, ["microsoft"]),
        (MICROSOFT | {"MICROSOFT_TENANT": "Hub.Example.org"}, ["microsoft"]),
        (GOOGLE | MICROSOFT, ["google", "microsoft"]),
    ],
)
def test_a_sign_in_service_is_there_when_the_environment_sets_it_up(production, given, offered):
    done = start(production | given, "sorted(s.SOCIALACCOUNT_PROVIDERS)")

    assert done.stdout.strip() == str(offered)


def test_the_secret_of_a_sign_in_service_may_be_a_file(production, tmp_path):
    (tmp_path / "google").write_text("from-a-file\n")
    given = {"GOOGLE_CLIENT_ID": "id", "GOOGLE_CLIENT_SECRET_FILE": str(tmp_path / "google")}

    done = start(production | given, "s.SOCIALACCOUNT_PROVIDERS['google']['APP']['secret']")

    assert done.stdout.strip() == "from-a-file"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"GOOGLE_CLIENT_ID": "id"}, "GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET go together"),
        ({"MICROSOFT_CLIENT_SECRET": "x"}, "MICROSOFT_CLIENT_SECRET go together"),
        (MICROSOFT | {"MICROSOFT_TENANT": ""}, "MICROSOFT_TENANT must be set"),
        *(
            (MICROSOFT | {"MICROSOFT_TENANT": tenant}, "MICROSOFT_TENANT must be one organisation")
            for tenant in ("common", "Organizations", "consumers", "hub", "a/../common")
        ),
    ],
)
@pytest.mark.parametrize("where", ["production", "embedded"])
def test_half_a_sign_in_service_or_everybodys_tenant_does_not_start(
    production, tmp_path, where, given, said
):
    settings = production if where == "production" else {"PORTAL_VAR": str(tmp_path)}

    assert said in refusal(start(settings | given))
