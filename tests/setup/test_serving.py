"""`./run` serves web, worker and beat from one terminal, and leaves nothing behind."""

import os
import shutil
import signal
import socket
import subprocess
import sys

import psutil
import pytest

from tests.setup.portal_process import ROOT, Portal, served, wait_until

pytestmark = pytest.mark.fault


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A folder with everything made, so that each test starts as a second start does."""
    var = tmp_path_factory.mktemp("prepared") / "var"
    environment = Portal(var).environment
    subprocess.run(
        [sys.executable, "manage.py", "prepare", "--empty"], cwd=ROOT, env=environment, check=True
    )
    return var


@pytest.fixture
def portal(prepared, tmp_path):
    var = shutil.copytree(prepared, tmp_path / "var")
    with served(var) as running:
        yield running


def test_one_ctrl_c_ends_everything_and_leaves_no_process(portal):
    family = portal.family()

    os.kill(portal.process.pid, signal.SIGINT)

    assert portal.process.wait(30) == 0
    assert len(family) >= 5
    assert [process for process in family if process.is_running()] == []
    assert "Traceback" not in portal.said()


def test_a_killed_worker_is_started_again_and_the_web_keeps_answering(portal):
    before = portal.part("worker")

    before.kill()

    assert wait_until(lambda: portal.part("worker") not in (None, before), seconds=30)
    assert portal.answers()
    assert portal.process.poll() is None


def test_a_killed_web_stops_the_rest_with_exit_1(portal):
    family = portal.family()

    portal.part("web").kill()

    assert portal.process.wait(30) == 1
    assert wait_until(lambda: not any(map(psutil.Process.is_running, family)), seconds=10)
    assert "web has ended" in portal.said()


def test_a_runner_killed_outright_takes_its_parts_along(portal):
    family = portal.family()

    portal.process.kill()

    assert wait_until(lambda: not any(map(psutil.Process.is_running, family)), seconds=30)


def test_a_second_portal_on_the_same_folder_is_refused_in_a_sentence(portal):
    second = Portal(portal.var)
    second.log = portal.var / "second.log"
    second.start()

    assert second.process.wait(60) == 1
    assert "runs already" in second.said()
    assert "Traceback" not in second.said()
    assert portal.answers()


def test_a_port_in_use_is_said_in_a_sentence_before_anything_is_made(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        done = subprocess.run(
            ["./run", "--empty", "--port", str(port)],
            cwd=ROOT,
            env={**os.environ, "PORTAL_VAR": str(tmp_path / "var")},
            capture_output=True,
            text=True,
        )

    assert done.returncode == 1
    assert f"Port {port} is in use" in done.stderr
    assert f"./run --port {port + 1}" in done.stderr
    assert not (tmp_path / "var").exists()
