"""The benchmarks that make tables of their own still do, and say what they measured."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.fault


@pytest.mark.parametrize("name", ["certificates", "rolls"])
def test_a_benchmark_measures(name):
    answer = subprocess.run(
        [sys.executable, "-m", f"bench.{name}", "--quick"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert "ok|short" in answer.stdout, answer.stderr
