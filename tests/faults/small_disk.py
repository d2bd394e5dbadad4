"""A disk that fills up: a small one of its own where we may mount one, else a limit that the kernel
puts on what the writing processes may write."""

import contextlib
import os
import subprocess
import tempfile
from pathlib import Path

import psutil

BLOCK = bytes(1 << 16)


class MountedDisk:
    """A file system in memory, of so many megabytes."""

    answered_by_postgresql = 503

    def __init__(self, folder):
        self.folder = folder

    def fill(self, _processes=()):
        """Take every byte there is."""
        with contextlib.suppress(OSError), (self.folder / "filler").open("wb", buffering=0) as file:
            while True:
                file.write(BLOCK)
        with contextlib.suppress(OSError), (self.folder / "filler").open("ab", buffering=0) as file:
            while True:
                file.write(b"0")

    def make_room(self, _processes=()):
        (self.folder / "filler").unlink()


class LimitedProcesses:
    """No file of these processes grows any more, by word of the kernel.

    It says "file too large" then, which PostgreSQL takes for a fault of its own.
    """

    answered_by_postgresql = 500

    def __init__(self, folder):
        self.folder = folder

    def fill(self, processes):
        self._limit(processes, "0")

    def make_room(self, processes):
        self._limit(processes, "unlimited")

    def _limit(self, processes, most):
        """The soft limit alone; asked for by whoever a process belongs to."""
        for process in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                owner = process.uids().real, process.gids().real
                account = {"user": owner[0], "group": owner[1]} if os.geteuid() == 0 else {}
                limiting = ["prlimit", "--pid", str(process.pid), f"--fsize={most}:"]
                done = subprocess.run(limiting, capture_output=True, **account)
                assert done.returncode == 0 or not process.is_running(), done.stderr


@contextlib.contextmanager
def mounted_disk(*, megabytes):
    """A small disk, or OSError where we may not mount one."""
    folder = Path(tempfile.mkdtemp(prefix="portal-disk-"))
    size = f"size={megabytes}m,mode=0755"
    mounting = ["mount", "-t", "tmpfs", "-o", size, "portal-test", folder]
    try:
        if os.geteuid() or subprocess.run(mounting, capture_output=True).returncode:
            raise PermissionError("only root may mount a disk")
        try:
            yield MountedDisk(folder)
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)
    finally:
        folder.rmdir()


@contextlib.contextmanager
def small_disk(*, megabytes):
    """A disk that can be filled, one way or the other."""
    with contextlib.ExitStack() as disks:
        try:
            disk = disks.enter_context(mounted_disk(megabytes=megabytes))
        except PermissionError:
            disk = LimitedProcesses(Path(disks.enter_context(tempfile.TemporaryDirectory())))
            disk.folder.chmod(0o755)
        yield disk
