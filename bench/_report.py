"""How every benchmark speaks: one line per figure, its bar beside it, and a file of the last run.

    def measure(quick: bool) -> list[Figure]:
        ...
        return [
            ratio_at_most(4, name="preview, CPU seconds", ours=0.55, floor=0.15),
            at_most(150, name="preview, peak MB", ours=61),
        ]

    if __name__ == "__main__":
        report("rolls", measure)

prints `name  ours  floor  ratio  bar  ok|short`, writes `bench/results/rolls.md` after a full
run, and exits 1 when a figure is short of its bar.
"""

import os
import platform
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median

RESULTS = Path(__file__).resolve().parent / "results"
HEADINGS = ("name", "ours", "floor", "ratio", "bar", "ok|short")


@dataclass(frozen=True)
class Figure:
    """One thing measured. `floor` is what the same work costs without the portal, if known."""

    name: str
    ours: float
    floor: float | None
    bar: str
    is_ok: bool

    @property
    def ratio(self) -> float | None:
        return self.ours / self.floor if self.floor else None

    def cells(self) -> tuple[str, ...]:
        floor = "-" if self.floor is None else _number(self.floor)
        ratio = "-" if self.ratio is None else f"{self.ratio:.2f}"
        return (
            self.name, _number(self.ours), floor, ratio, self.bar, "ok" if self.is_ok else "short"
        )  # fmt: skip


def ratio_at_most(bar: float, *, name: str, ours: float, floor: float) -> Figure:
    """A cost that may be so many times its floor."""
    return Figure(name, ours, floor, f"<= {bar:g} x", ours <= bar * floor)


def ratio_at_least(bar: float, *, name: str, ours: float, floor: float) -> Figure:
    """A speed that must reach such a part of its floor."""
    return Figure(name, ours, floor, f">= {bar:g} x", ours >= bar * floor)


def at_most(
    bar: float, *, name: str, ours: float, unit: str = "", floor: float | None = None
) -> Figure:
    """A cost with a bar of its own; the floor, if any, is only for orientation."""
    return Figure(name, ours, floor, f"<= {bar:g} {unit}".strip(), ours <= bar)


def at_least(
    bar: float, *, name: str, ours: float, unit: str = "", floor: float | None = None
) -> Figure:
    """A speed with a bar of its own; the floor, if any, is only for orientation."""
    return Figure(name, ours, floor, f">= {bar:g} {unit}".strip(), ours >= bar)


def exactly(bar: int, *, name: str, ours: int) -> Figure:
    """A count that may be no other."""
    return Figure(name, ours, None, f"= {bar}", ours == bar)


def seen(*, name: str, ours: float, floor: float | None = None) -> Figure:
    """A figure without a bar, told beside the others: the wall time beside the CPU time."""
    return Figure(name, ours, floor, "-", True)


def cpu_and_wall(act: Callable[[], object], *, times: int) -> tuple[float, float]:
    """Median CPU and wall seconds of an act in this process, after one go to warm up."""
    act()
    cpu, wall = [], []
    for _ in range(times):
        began, began_wall = time.process_time(), time.perf_counter()
        act()
        cpu.append(time.process_time() - began)
        wall.append(time.perf_counter() - began_wall)
    return median(cpu), median(wall)


def report(
    name: str, measure: Callable[[bool], Sequence[Figure]], *, packages: Sequence[str] = ("django",)
) -> None:
    """Measure, print, keep a full run's figures, and exit: 1 when one is short of its bar."""
    quick = "--quick" in sys.argv[1:]
    began = time.perf_counter()
    figures = measure(quick)
    lines = _table([HEADINGS, *(figure.cells() for figure in figures)])
    print("\n".join(lines))
    print(f"{time.perf_counter() - began:.0f} s on {_machine()}")
    if not quick:
        _keep(name, lines, packages)
    sys.exit(0 if all(figure.is_ok for figure in figures) else 1)


def _keep(name: str, lines: list[str], packages: Sequence[str]) -> None:
    versions = ", ".join(f"{package} {version(package)}" for package in packages)
    RESULTS.mkdir(exist_ok=True)
    RESULTS.joinpath(f"{name}.md").write_text(
        f"# ./run bench {name}\n\n"
        f"{datetime.now(tz=UTC):%Y-%m-%d %H:%M} UTC · {_machine()} · {versions}\n\n"
        "```\n" + "\n".join(lines) + "\n```\n",
        encoding="utf-8",
    )


def _machine() -> str:
    return (
        f"{os.cpu_count()} cores {platform.machine()}, {platform.system()}, "
        f"Python {platform.python_version()}"
    )


def _table(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if place in (0, len(widths) - 1) else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _number(value: float) -> str:
    if value >= 1000 or float(value).is_integer():
        return f"{value:,.0f}"
    return f"{value:.3f}" if value < 10 else f"{value:.1f}"
