"""`./run` says in a sentence what is missing, and does nothing it was not asked to do."""

import fcntl
import importlib.util
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run(*words, **environment):
    return subprocess.run(
        ["/bin/sh", "run", *words],
        cwd=ROOT,
        env={**os.environ, **{name: str(value) for name, value in environment.items()}},
        capture_output=True,
        text=True,
    )


def program(path, *lines):
    path.write_text("\n".join(["#!/bin/sh", *lines]) + "\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def virtualenv(tmp_path, monkeypatch):
    """tools/virtualenv.py, on a project and a Python made up for the test."""
    monkeypatch.setenv("PORTAL_VENV", str(tmp_path / "venv"))
    spec = importlib.util.spec_from_file_location("v", ROOT / "tools" / "virtualenv.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (tmp_path / "venv" / "bin").mkdir(parents=True)
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "run.txt").write_text("nothing\n")
    module.ROOT = tmp_path
    return module


def test_a_python_that_is_there_and_fails_is_not_taken(tmp_path):
    for name in ("python3", "python3.11", "python3.12", "python3.13"):
        program(tmp_path / name, "echo 'pyenv: version not installed' >&2", "exit 127")
    for name in ("dirname", "cat"):
        (tmp_path / name).symlink_to(Path("/usr/bin") / name)

    done = run(PATH=tmp_path, PYTHON="", PORTAL_VENV=tmp_path / "none")

    assert done.returncode == 1
    assert "needs Python 3.11 or newer, and none that works was found" in done.stderr
    assert "apt-get install python3 python3-venv" in done.stderr


def test_a_python_that_makes_no_venv_is_said_with_the_package(tmp_path):
    (tmp_path / "ensurepip.py").write_text("raise ImportError")

    done = run("manage", "check", PYTHONPATH=tmp_path, PORTAL_VENV=tmp_path / "none")

    assert done.returncode == 1
    assert "cannot make a virtual environment" in done.stderr
    assert "-venv" in done.stderr
    assert not (tmp_path / "none").exists()


def test_a_missing_pango_is_said_with_the_package_and_asked_again(virtualenv, capsys):
    program(virtualenv.PYTHON, 'case "$*" in *weasyprint*) exit 1;; esac')

    with pytest.raises(SystemExit, match="1"):
        virtualenv.install("run")

    assert "libpango-1.0-0" in capsys.readouterr().err
    assert not (virtualenv.VENV / ".installed-run").exists()


def test_packages_that_cannot_be_had_are_said_with_a_way_out(virtualenv, capsys):
    program(virtualenv.PYTHON, 'case "$*" in *install*) exit 1;; esac')

    with pytest.raises(SystemExit, match="1"):
        virtualenv.install("run")

    assert "PIP_NO_INDEX=1" in capsys.readouterr().err
    assert not (virtualenv.VENV / ".installed-run").exists()


def test_packages_are_installed_once_and_again_when_the_list_changes(virtualenv, tmp_path):
    asked = tmp_path / "asked"
    program(virtualenv.PYTHON, f'case "$*" in *install*) echo x >> {asked};; esac')

    virtualenv.install("run")
    virtualenv.install("run")
    once = asked.read_text()
    (tmp_path / "requirements" / "run.txt").write_text("something\n")
    virtualenv.install("run")

    assert once == "x\n"
    assert asked.read_text() == "x\nx\n"


def test_a_folder_that_is_no_virtual_environment_is_left_alone(virtualenv, capsys):
    (virtualenv.VENV / "letters").write_text("mine")

    with pytest.raises(SystemExit, match="1"):
        virtualenv.install("run")

    assert "is not a virtual environment" in capsys.readouterr().err
    assert (virtualenv.VENV / "letters").read_text() == "mine"


def test_a_word_that_is_not_known_gets_the_list_of_words():
    done = run("serve")

    assert done.returncode == 1
    assert "does not know “serve”" in done.stderr
    assert "./run demo --reset" in done.stderr


def test_help_lists_the_words():
    done = run("help")

    assert done.returncode == 0
    assert "./run check" in done.stdout


def test_demo_reset_leaves_a_database_of_ones_own_alone(tmp_path):
    done = run("demo", "--reset", PORTAL_VAR=tmp_path, DATABASE_URL="postgres://x@127.0.0.1:1/x")

    assert done.returncode == 1
    assert "throws away the embedded SQLite portal only" in done.stderr


def test_demo_reset_leaves_a_portal_that_runs_alone(tmp_path):
    (tmp_path / "portal.sqlite3").write_text("the books")

    with (tmp_path / "serving").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        environment = dict.fromkeys(("DATABASE_URL", "REDIS_URL"), "")
        done = run("demo", "--reset", PORTAL_VAR=tmp_path, **environment)

    assert done.returncode == 1
    assert "The portal is running on this folder" in done.stderr
    assert (tmp_path / "portal.sqlite3").read_text() == "the books"
