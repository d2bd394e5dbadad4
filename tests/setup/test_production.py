"""Production as it is kept: the owner migrates, `portal_app` serves, and nobody else may."""

import os
import secrets
import subprocess
import sys
from pathlib import Path
from urllib.request import Request, urlopen

import psycopg2
import pytest

from tests.browser import services
from tests.setup.portal_process import wait_until

ROOT = Path(__file__).resolve().parents[2]
KEYS = ("SECRET_KEY", "LINK_KEY", "TICKET_KEY", "MFA_KEY", "NEEDS_KEY")
CELERY = ["-m", "celery", "-A", "hub_portal"]
PARTS = {
    "web": ["-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "--bind", "127.0.0.1:0"],
    "worker": [*CELERY, "worker", "-l", "WARNING", "-P", "solo"],
    "beat": [*CELERY, "beat", "-l", "WARNING", "--pidfile="],
}

pytestmark = pytest.mark.fault


class Production:
    """A migrated database with its two roles, and what production needs to start."""

    def __init__(self, owner: str, var: Path) -> None:
        self.owner, self.application = owner, owner.replace("portal@", "portal_app@")
        self.environment = {name: secrets.token_urlsafe(60) for name in KEYS} | {
            "PATH": os.environ["PATH"],
            "PORTAL_ENV": "production",
            "PORTAL_VAR": str(var),
            "PORTAL_URL": "https://portal.example",
            "ALLOWED_HOSTS": "portal.example",
            "EMAIL_URL": "smtp://127.0.0.1:1",
            "MAIL_FROM": "hub@portal.example",
            "WEB_PROCESSES": "1",
        }

    def start(self, *words: str, as_: str) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, *words],
            cwd=ROOT,
            env={**self.environment, "DATABASE_URL": as_},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def manage(self, *words: str) -> None:
        done = self.start("manage.py", *words, as_=self.owner)
        said, _ = done.communicate(timeout=120)
        assert done.returncode == 0, said

    def execute(self, statement: str) -> None:
        with psycopg2.connect(self.owner) as connection, connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.fixture(scope="module")
def production(tmp_path_factory):
    with services.postgresql() as owner:
        made = Production(owner, tmp_path_factory.mktemp("production"))
        made.manage("prepare", "--empty")
        made.manage("make_roles")
        yield made


def test_the_application_role_serves(production):
    port = services.free_port()
    words = ["-m", "gunicorn", "--config", "deploy/gunicorn.conf.py"]
    web = production.start(*words, "--bind", f"127.0.0.1:{port}", as_=production.application)

    def ready():
        try:
            return urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2).status == 200
        except OSError:
            return False

    try:
        assert wait_until(ready, seconds=30)
        page = Request(
            f"http://127.0.0.1:{port}/accounts/login/",
            headers={"Host": "portal.example", "X-Forwarded-Proto": "https"},
        )
        answer = urlopen(page, timeout=10)
    finally:
        web.terminate()
        web.communicate(timeout=30)

    assert answer.status == 200
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "Secure" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize("part", PARTS)
def test_nothing_serves_as_a_superuser(production, part):
    refused = production.start(*PARTS[part], as_=production.owner)

    said, _ = refused.communicate(timeout=60)

    assert refused.returncode != 0
    assert "database role: DATABASE_URL connects as a superuser" in said


@pytest.mark.parametrize("part", PARTS)
def test_nothing_serves_the_demo_hub(production, part):
    production.execute("UPDATE schools_hubprofile SET is_demo = true")
    try:
        refused = production.start(*PARTS[part], as_=production.application)
        said, _ = refused.communicate(timeout=60)
    finally:
        production.execute("UPDATE schools_hubprofile SET is_demo = false")

    assert refused.returncode != 0
    assert "demo data: this database holds the demo hub" in said


def test_the_owner_who_is_no_superuser_is_not_served_with_either(production):
    production.execute("CREATE ROLE somebody LOGIN; GRANT portal TO somebody")

    refused = production.start(*PARTS["web"], as_=production.owner.replace("portal@", "somebody@"))
    said, _ = refused.communicate(timeout=60)

    assert refused.returncode != 0
    assert "connects as the owner of its tables" in said
