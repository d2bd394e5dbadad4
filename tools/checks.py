"""`./run check` and `./run fix`: what a change must pass besides its tests."""

import os
import secrets
import subprocess
import tempfile
import time

from virtualenv import PYTHON, ROOT, VENV

BIN = VENV / "bin"
CODE = ("hub_portal", "schools", "credits", "cpd", "tools")
CHECKS: dict[str, list[object]] = {
    "ruff": [BIN / "ruff", "check", "."],
    "ruff format": [BIN / "ruff", "format", "--check", "."],
    "djlint": [BIN / "djlint", "templates", "--lint", "--quiet"],
    "mypy": [BIN / "mypy", *CODE],
    "import-linter": [BIN / "lint-imports"],
    "bandit": [BIN / "bandit", "-q", "-ll", "-c", "pyproject.toml", "-r", *CODE],
    "makemigrations": [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run", "-v", "1"],
    "check --deploy": [PYTHON, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
}
FIXES: list[list[object]] = [
    [BIN / "ruff", "check", "--fix", "."],
    [BIN / "ruff", "format", "."],
]


def check() -> int:
    """Run every check, all of them even when one fails; 1 when any did."""
    failed = []
    with tempfile.TemporaryDirectory(prefix="portal-check-") as var:
        for name, command in CHECKS.items():
            began = time.monotonic()
            production = _production(var) if name == "check --deploy" else {"PORTAL_VAR": var}
            environment = {**os.environ, "PYTHONPATH": str(ROOT), **production}
            done = subprocess.run(
                [str(part) for part in command],
                cwd=ROOT,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            verdict = "FAILED" if done.returncode else "ok"
            print(f"{name:<16}{verdict:<8}{time.monotonic() - began:5.1f} s", flush=True)
            if done.returncode:
                failed.append(name)
                print(done.stdout, flush=True)
    if failed:
        print(f"failed: {', '.join(failed)}   (./run fix puts right what a tool can)")
    return 1 if failed else 0


def fix() -> int:
    """Let the tools put right what they can."""
    for command in FIXES:
        subprocess.run([str(part) for part in command], cwd=ROOT)
    return 0


def _production(var: str) -> dict[str, str]:
    """What production needs to start, made up for this one check."""
    names = ("SECRET_KEY", "LINK_KEY", "TICKET_KEY", "MFA_KEY", "NEEDS_KEY")
    return {name: secrets.token_urlsafe(60) for name in names} | {
        "PORTAL_ENV": "production",
        "PORTAL_VAR": var,
        "PORTAL_URL": "https://portal.example",
        "ALLOWED_HOSTS": "portal.example",
        "DATABASE_URL": "postgres://portal_app@127.0.0.1/portal",
        "EMAIL_URL": "smtp+tls://mail.example:587",
        "MAIL_FROM": "The hub <hub@portal.example>",
    }
