"""A national roll file, from the upload to its preview, against parsing its CSV alone.

The file is all of England in GIAS's own layout: 26,078 rows of 139 columns.
"""

import csv
import io
import lzma
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from bench._report import Figure, at_most, cpu_and_wall, ratio_at_most, report, seen

NATIONAL = Path(__file__).resolve().parents[1] / "tests" / "data" / "gias_all.csv.xz"
MEMBERS = 38
MOST_TIMES_THE_FLOOR = 4
MOST_MEGABYTES = 150


def measure(quick: bool) -> list[Figure]:
    """Preview the file in a process of its own, so that its peak of memory is its own too."""
    times = 3 if quick else 9
    floor_cpu, floor_wall = _parse_alone(times)
    with tempfile.TemporaryDirectory(prefix="bench-rolls-") as folder:
        environment = {
            **os.environ,
            "PORTAL_VAR": folder,
            "DATABASE_URL": "",
            "REDIS_URL": "",
            "DJANGO_SETTINGS_MODULE": "hub_portal.settings",
        }
        tables = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(tables, env=environment, check=True)
        answer = subprocess.run(
            [sys.executable, "-m", "bench.rolls", "--child", str(times)],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    if answer.returncode:
        sys.exit(answer.stderr)
    cpu, wall, megabytes = map(float, answer.stdout.split())
    return [
        ratio_at_most(
            MOST_TIMES_THE_FLOOR, name="national preview, CPU seconds", ours=cpu, floor=floor_cpu
        ),
        seen(name="national preview, wall seconds", ours=wall, floor=floor_wall),
        at_most(MOST_MEGABYTES, name="its process, peak", ours=megabytes, unit="MB"),
    ]


def _parse_alone(times: int) -> tuple[float, float]:
    """The floor: the csv module over the same bytes, every cell made and thrown away."""
    content = lzma.decompress(NATIONAL.read_bytes())

    def parse() -> None:
        for _ in csv.reader(io.TextIOWrapper(io.BytesIO(content), "cp1252", newline="")):
            pass

    return cpu_and_wall(parse, times=times)


def _child(times: int) -> None:
    """The portal's side: a hub of its own, the file kept, read, and previewed."""
    import django

    django.setup()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "gias.csv"
        with lzma.open(NATIONAL) as packed, path.open("wb") as unpacked:
            while block := packed.read(1 << 20):
                unpacked.write(block)
        cpu, wall = cpu_and_wall(_previewing(path), times=times)
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(cpu, wall, megabytes)


def _previewing(path: Path):
    from django.core.files.uploadedfile import TemporaryUploadedFile

    from hub_portal.shared.london import london_date, now
    from schools.services import roll_imports
    from schools.services.roll_preview import preview

    by = _make_members(path)
    roll_imports.READ_AT_ONCE = 1 << 30  # what the worker does, here and now

    def act() -> None:
        # as Django hands over a large upload: a file on disk
        upload = TemporaryUploadedFile("gias.csv", "text/csv", path.stat().st_size, None)
        with path.open("rb") as source:
            while block := source.read(1 << 20):
                upload.write(block)
        taken_in = roll_imports.take_in_roll_file(upload=upload, by=by, at=now())
        shown = preview(roll_import=taken_in, on=london_date(now()))
        assert shown.findings.rows == 26_078
        assert len(shown.to_save) == MEMBERS

    return act


def _make_members(path: Path):
    """Members of the alliance: schools of Hounslow that have a roll in the file."""
    from datetime import date

    from schools.choices import Phase
    from schools.models import Membership, Person, School

    with path.open(encoding="cp1252", newline="") as text:
        hounslow = [
            row
            for row in csv.DictReader(text)
            if row["LA (name)"] == "Hounslow" and row["NumberOfPupils"]
        ]
    for row in hounslow[:MEMBERS]:
        school = School.objects.create(
            name=row["EstablishmentName"], urn=int(row["URN"]), phase=Phase.OTHER
        )
        Membership.objects.create(school=school, from_on=date(2018, 9, 1))
    return Person.objects.portal()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        _child(int(sys.argv[2]))
    else:
        report("rolls", measure)
