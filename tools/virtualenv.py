"""The `.venv`: made once, filled from the hashed lists, and made again when they change.

Standard library only: this runs before anything is installed.
"""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = Path(os.environ.get("PORTAL_VENV", ROOT / ".venv")).resolve()
PYTHON = VENV / "bin" / "python"

NO_VENV = """\
This Python ({python}) cannot make a virtual environment.
  Debian/Ubuntu: sudo apt-get install python{version}-venv
  or name another Python: PYTHON=/path/to/python3 ./run"""
NO_PACKAGES = """\
pip could not install {lock} (see above). Is there no network, or a proxy?
  A folder of wheels works too: PIP_NO_INDEX=1 PIP_FIND_LINKS=/path/to/wheels ./run"""
NO_PANGO = """\
The PDFs need Pango, and WeasyPrint cannot load it.
  Debian/Ubuntu: sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \\
                                      fonts-dejavu-core
  Fedora:        sudo dnf install pango
  macOS:         brew install pango"""


def stop(sentence: str) -> NoReturn:
    """End with a sentence that says what to do."""
    print(f"\n{sentence}\n", file=sys.stderr)
    raise SystemExit(1)


def install(lists: str) -> None:
    """Have the packages of `requirements/<lists>.txt` in `.venv`; nothing to do when they are."""
    if not _works():
        _make()
    lock = ROOT / "requirements" / f"{lists}.txt"
    stamp = VENV / f".installed-{lists}"
    wanted = hashlib.sha256(lock.read_bytes() + str(PYTHON).encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print(f"installing {lock.relative_to(ROOT)} (hashes checked)", flush=True)
    pip = [str(PYTHON), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    done = subprocess.run([*pip, "--only-binary", ":all:", "--require-hashes", "-r", str(lock)])
    if done.returncode:
        stop(NO_PACKAGES.format(lock=lock.relative_to(ROOT)))
    if subprocess.run([PYTHON, "-c", "import weasyprint"], capture_output=True).returncode:
        stop(NO_PANGO)
    stamp.write_text(wanted)


def _works() -> bool:
    """A `.venv` whose Python was removed or replaced is there and does not run."""
    if not PYTHON.exists():
        return False
    tried = subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True)
    return tried.returncode == 0


def _make() -> None:
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        major, minor = sys.version_info[:2]
        stop(NO_VENV.format(python=sys.executable, version=f"{major}.{minor}"))
    if VENV.exists() and not (VENV / "pyvenv.cfg").exists() and any(VENV.iterdir()):
        stop(f"{VENV} is not a virtual environment; move it away or set PORTAL_VENV.")
    print(f"making {VENV.name} with Python {platform.python_version()}", flush=True)
    base = shutil.which(getattr(sys, "_base_executable", sys.executable)) or sys.executable
    if subprocess.run([base, "-m", "venv", "--clear", VENV]).returncode:
        stop(f"Python could not make {VENV} (see above).")
