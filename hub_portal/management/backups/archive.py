"""The archive: a gzipped tar of the database, the stored files and a manifest that counts both.

Any tar opens it: `tar xOzf ARCHIVE manifest.json` says what is in it.
"""

import gzip
import hashlib
import io
import json
import os
import tarfile
import time
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.core.management.base import CommandError

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "database"
FILES = "files"
BYTES_AT_ONCE = 1 << 20
OWN_ONLY = 0o600


@dataclass(frozen=True)
class Member:
    """One part of an archive, by what it must weigh and hash to."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What an archive holds, and what a portal must be to take it in."""

    made_at: str
    engine: str
    migrations: list[str]
    keys: dict[str, str]
    rows: dict[str, int]
    members: dict[str, Member] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    format: int = FORMAT


class Packing:
    """An archive being written, for its owner alone; every part is weighed and hashed."""

    def __init__(self, path: Path) -> None:
        self._file = os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWN_ONLY), "wb")
        self._tar = tarfile.open(fileobj=self._file, mode="w:gz", compresslevel=6)  # noqa: SIM115
        self.members: dict[str, Member] = {}

    def __enter__(self) -> "Packing":
        return self

    def __exit__(self, *_: object) -> None:
        self._tar.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def add(self, name: str, path: Path) -> Member:
        """Put a file into the archive."""
        with path.open("rb") as content:
            size = os.fstat(content.fileno()).st_size
            hashed = _Hashed(content)
            self._put(name, size, hashed)
        self.members[name] = Member(size, hashed.sha256.hexdigest())
        return self.members[name]

    def finish(self, manifest: Manifest) -> None:
        """The manifest comes last: an archive without it was never finished."""
        text = json.dumps(asdict(manifest), indent=1, sort_keys=True).encode()
        self._put(MANIFEST, len(text), io.BytesIO(text))

    def _put(self, name: str, size: int, content: "IO[bytes] | _Hashed") -> None:
        part = tarfile.TarInfo(name)
        part.size, part.mode, part.mtime = size, OWN_ONLY, int(time.time())
        self._tar.addfile(part, content)


class _Hashed:
    """A file that is hashed while it is read."""

    def __init__(self, content: IO[bytes]) -> None:
        self._content = content
        self.sha256 = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self._content.read(size)
        self.sha256.update(block)
        return block


def unpacked(archive: Path, *, into: Path) -> Manifest:
    """Write every part of the archive into a folder, once all of it is what its manifest says.

    Raises: CommandError, in a sentence, for an archive that is cut short, changed, or not ours.
    """
    found: dict[str, Member] = {}
    text = b""
    try:
        with gzip.open(archive) as whole, tarfile.open(fileobj=whole, mode="r|") as tar:
            for part in tar:
                content = tar.extractfile(part)
                if content is None or not _is_a_name_of_ours(part.name):
                    raise CommandError(f"{archive.name} holds “{part.name}”, which is not ours.")
                if part.name == MANIFEST:
                    text = content.read()
                else:
                    found[part.name] = _written(content, into / part.name)
            while whole.read(BYTES_AT_ONCE):
                pass  # to the very end, where gzip's own checksum is
    except (tarfile.TarError, EOFError, OSError, zlib.error) as error:
        raise CommandError(f"{archive} cannot be read to its end: {error}.") from error
    manifest = _manifest(text, archive)
    damaged = sorted(
        name
        for name in {*found, *manifest.members}
        if found.get(name) != manifest.members.get(name)
    )
    if damaged:
        raise CommandError(
            f"{archive.name} is not as it was made ({', '.join(damaged[:3])}). Take another one."
        )
    return manifest


def _is_a_name_of_ours(name: str) -> bool:
    """Nothing is ever written beside the folder, whoever made the archive."""
    parts = PurePosixPath(name).parts
    return name in (MANIFEST, DATABASE) or (
        len(parts) == 3 and parts[0] == FILES and ".." not in parts
    )


def _written(content: IO[bytes], path: Path) -> Member:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    sha256, size = hashlib.sha256(), 0
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWN_ONLY), "wb") as kept:
        while block := content.read(BYTES_AT_ONCE):
            kept.write(block)
            sha256.update(block)
            size += len(block)
    return Member(size, sha256.hexdigest())


def _manifest(text: bytes, archive: Path) -> Manifest:
    if not text:
        raise CommandError(
            f"{archive.name} has no manifest: it was never finished, or is not ours."
        )
    told: Mapping[str, Any] = json.loads(text)
    if told.get("format") != FORMAT:
        raise CommandError(f"{archive.name} is of a form this portal does not know.")
    members = {name: Member(**member) for name, member in told["members"].items()}
    return Manifest(**{**told, "members": members})
