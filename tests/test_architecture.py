"""The house stands as docs/architecture.md draws it. A failure here is put right in the code."""

import ast
import re
import subprocess
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from celery import current_app
from django.apps import apps
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

from hub_portal.clock.services import due
from hub_portal.clock.services.due import Due

ROOT = Path(__file__).resolve().parents[1]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
DOORS = {"models", "services", "rules", "choices", "errors", "apps", "migrations", "__init__"}
GROUND_FLOOR = ["mail", "clock", "files", "trail"]
ROOF = ["pages", "desk"]
APPS = [*CONTRACTS["root_packages"][1:], *(f"hub_portal.{name}" for name in GROUND_FLOOR)]
KEEPER_OF_NAMES = "hub_portal/clock/services/due.py"
OURS = {"hub_portal", "schools", "credits", "cpd"}
RICH_TEXT = "hub_portal/shared/rich_text.py"


def committed(*suffixes: str) -> list[Path]:
    """The project's own files, as committed or about to be."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    paths = [ROOT / line for line in listed.stdout.splitlines()]
    return [
        path for path in paths if path.is_file() and path.suffix in (suffixes or (path.suffix,))
    ]


def code() -> list[Path]:
    """Python that runs in the portal."""
    outside = ("tests", "bench", "tools", "deploy")
    return [path for path in committed(".py") if path.relative_to(ROOT).parts[0] not in outside]


def calls(path: Path) -> list[ast.Call]:
    return [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]


def called(call: ast.Call) -> str:
    """The last part of what is called: `ring`, whether written `ring()` or `doorbell.ring()`."""
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_every_import_points_downwards(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT))
    # its own setting up would switch every logger off for the tests after this one
    monkeypatch.setattr("importlinter.cli._configure_logging", lambda verbose: None)

    status = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)

    assert status == EXIT_STATUS_SUCCESS


@pytest.mark.parametrize("app", APPS)
def test_every_private_module_is_listed_in_its_contract(app):
    folder = ROOT / app.replace(".", "/")
    doors = DOORS | ({"access"} if app == "schools" else set())
    born = {path.stem for path in folder.iterdir() if path.suffix == ".py"}
    born |= {path.name for path in folder.iterdir() if (path / "__init__.py").exists()}
    listed = {
        module
        for contract in CONTRACTS["contracts"]
        if contract["type"] == "protected"
        for module in contract["protected_modules"]
    }

    unlisted = {f"{app}.{module}" for module in born - doors} - listed

    assert unlisted == set()


def test_every_part_of_the_house_is_in_the_layers():
    layers = next(c["layers"] for c in CONTRACTS["contracts"] if c["name"].startswith("The house"))
    known = {part.strip("() ") for layer in layers for part in re.split(r"[|:]", layer)}
    born = {f"hub_portal.{path.stem}" for path in (ROOT / "hub_portal").glob("[a-z]*.py")}
    born |= {f"hub_portal.{path.parent.name}" for path in ROOT.glob("hub_portal/*/__init__.py")}

    assert born - known - {"hub_portal.settings"} == set()


def test_every_name_that_is_rung_is_a_registered_task():
    current_app.loader.import_default_modules()
    rung = {}
    for path in code():
        for call in calls(path):
            if called(call) == "ring":
                rung[f"{name_of(path)}:{call.lineno}"] = call.args[0]

    literal = {where: arg.value for where, arg in rung.items() if isinstance(arg, ast.Constant)}
    unknown = {where: name for where, name in literal.items() if name not in current_app.tasks}
    elsewhere = {where for where in rung if where not in literal}

    assert literal
    assert unknown == {}
    # only the clock rings by a name it was told, and it checks the name before it does
    assert {where.split(":")[0] for where in elsewhere} <= {KEEPER_OF_NAMES}


@pytest.mark.django_db
def test_every_name_the_tick_arranges_is_a_registered_task():
    current_app.loader.import_default_modules()
    noon = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

    arranged = {Due(*each).task for ask in due._REGISTERED.values() for each in ask(noon)}

    assert arranged
    assert arranged - set(current_app.tasks) == set()


def test_nothing_ignores_the_conflicts_of_a_bulk_insert():
    """On SQLite Django's `ignore_conflicts` swallows CHECK and NOT NULL failures too."""
    found = [
        f"{name_of(path)}:{call.lineno}"
        for path in code()
        for call in calls(path)
        if any(keyword.arg == "ignore_conflicts" for keyword in call.keywords)
    ]

    assert found == []


def test_only_rich_text_marks_its_own_output_as_safe():
    marks = {"mark_safe", "SafeString", "SafeText"}
    found = [
        f"{name_of(path)}:{call.lineno}"
        for path in code()
        if name_of(path) != RICH_TEXT
        for call in calls(path)
        if called(call) in marks
    ]
    unescaped = re.compile(r"\|\s*safe(seq)?\b|autoescape\s+off")
    templates = [path for path in committed(".html", ".txt") if "templates" in path.parts]
    found += [name_of(path) for path in templates if unescaped.search(path.read_text())]

    assert found == []


def test_no_committed_file_names_a_package_registry():
    hosts = ["pypi" + ".org", "python" + "hosted", "npm" + "js.", "unpkg" + ".com", "jsdel" + "ivr"]
    binary = {".woff2", ".png", ".jpg", ".ico", ".xz", ".pdf"}
    found = {
        name_of(path): host
        for path in committed()
        if path.suffix not in binary
        for host in hosts
        if host in path.read_text(errors="replace")
    }

    assert found == {}


def test_no_model_has_an_ordering_of_its_own():
    ours = [model for model in apps.get_models() if model.__module__.split(".")[0] in OURS]
    ordered = [
        model._meta.label
        for model in ours
        if model._meta.ordering and not hasattr(model, "history_user")
    ]

    assert ours
    assert ordered == []


def test_there_is_no_drawer_for_odd_things_and_no_hidden_link():
    names = {"utils.py", "helpers.py", "common.py", "misc.py", "signals.py"}
    drawers = [name_of(path) for path in code() if path.name in names]
    hidden = [
        name_of(path)
        for path in code()
        if re.search(r"GenericForeignKey|GenericRelation", path.read_text())
    ]

    assert drawers == []
    assert hidden == []


def test_only_the_two_signals_that_guard_the_triggers_are_heard():
    heard = {
        name_of(path)
        for path in code()
        if re.search(r"django\.(db\.models\.signals|dispatch)|core\.signals", path.read_text())
    }

    assert heard == {"hub_portal/trail/apps.py"}
