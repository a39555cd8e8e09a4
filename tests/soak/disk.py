"""The disk of a home that can be filled: a file with a file system in it, where this process may mount one."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

_BYTES = 3 * 1024**3


@dataclass
class Disk:
    """`folder` is on a disk of its own if `own`; otherwise the processes that use it are not allowed to let files grow."""

    folder: Path
    own: bool

    @contextmanager
    def full(self) -> Iterator[None]:
        """Nothing more can be written while the block runs."""
        if self.own:
            ballast = self.folder / "ballast"
            try:
                with ballast.open("wb") as file, suppress(OSError):
                    space = os.statvfs(self.folder)
                    os.posix_fallocate(file.fileno(), 0, max(1, space.f_bavail * space.f_frsize))
                    while True:
                        os.write(file.fileno(), b"x" * 4096)
                yield
            finally:
                ballast.unlink(missing_ok=True)
            return
        users = [one for one in psutil.process_iter(["name"]) if str(self.folder) in " ".join(_words(one))]
        for one in list(users):
            with suppress(psutil.NoSuchProcess):
                users += one.children(recursive=True)
        before = {}
        for one in users:
            with suppress(psutil.NoSuchProcess, ProcessLookupError, PermissionError):
                before[one.pid] = resource.prlimit(one.pid, resource.RLIMIT_FSIZE)
                resource.prlimit(one.pid, resource.RLIMIT_FSIZE, (0, before[one.pid][1]))
        try:
            yield
        finally:
            for pid, limits in before.items():
                with suppress(ProcessLookupError, PermissionError):
                    resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)


def _words(process: psutil.Process) -> list[str]:
    with suppress(psutil.Error):
        return list(process.cmdline())
    return []


@contextmanager
def disk(folder: Path) -> Iterator[Disk]:
    """The folder on a disk of its own where that can be had; unmounted afterwards: what is on it is in `disk.img` beside it."""
    image = folder.with_name("disk.img")
    with image.open("wb") as file:
        file.truncate(_BYTES)
    made = _quietly("mkfs.ext4", "-q", "-F", "-m", "0", str(image)) and _quietly(
        "mount", "-o", "loop", str(image), str(folder)
    )
    if made:
        folder.chmod(0o711)
    else:
        image.unlink()
    try:
        yield Disk(folder=folder, own=made)
    finally:
        if made:
            _quietly("umount", "-l", str(folder))


def _quietly(*words: str) -> bool:
    try:
        return subprocess.run(words, capture_output=True, check=False).returncode == 0
    except OSError:
        return False
