"""Many files made durable at once: where the file system can be synced as a whole, one wait for the disk serves a batch.

A sync of each file costs the disk a flush each, and writers that sync at the same time make each other wait: a batch of 400 vouchers
spent more processor time in it than in everything else that happens to them (decision 94).
"""

from __future__ import annotations

import ctypes
import fcntl
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Final

from tieout.connectors.exchange_files import hidden_name, sync_folder, write_durably

_WRITERS: Final = 8  # threads that wait for the disk, where each file is synced
_WHOLE: Final = frozenset({"ext4", "xfs"})
"""File systems of a local disk whose sync as a whole waits for every file and whose renames reach the disk in their order."""
_SINCE: Final = (5, 8)  # the Linux from which a whole sync reports what could not be written

File = tuple[Path, bytes]


def write_together(rounds: Sequence[Sequence[File]]) -> None:
    """Write files, each completely or not at all, all durable when this returns; those of a round appear after those of the round before.

    Raises OSError; then some of them may be there.
    """
    folders = sorted({Path(name) for name in {os.path.dirname(path) for files in rounds for path, _ in files}})  # noqa: PTH120
    if not folders:
        return
    if all(synced_whole(folder) for folder in folders):
        _at_once([file for files in rounds for file in files], folders)
        return
    for files in rounds:
        _one_by_one(files)
        for folder in {path.parent for path, _ in files}:
            sync_folder(folder)


def synced_whole(folder: Path) -> bool:
    """Whether one sync of the folder's file system makes all that was written to it durable and says when it could not. Raises OSError."""
    return _syncfs() is not None and _type_of(os.stat(folder).st_dev) in _WHOLE  # noqa: PTH116  the device, as mountinfo numbers it


def _at_once(files: Sequence[File], folders: Sequence[Path]) -> None:
    hidden = [(hidden_name(path), path, content) for path, content in files]
    try:
        with ExitStack() as stack:
            # Opened before the first byte is written: an error of the disk from here on is reported to these.
            opened = [stack.enter_context(_alone_in(folder)) for folder in folders]
            for name, _, content in hidden:
                _write(name, content)
            for descriptor in opened:
                _sync_whole(descriptor)
            for name, path, _ in hidden:
                os.rename(name, path)  # noqa: PTH104  strings: a path object costs more than the file
            for descriptor in opened:
                os.fsync(descriptor)
    except OSError:
        for name, _, _ in hidden:
            with suppress(OSError):
                os.unlink(name)  # noqa: PTH108
        raise


@contextmanager
def _alone_in(folder: Path) -> Iterator[int]:
    """The folder, opened; one writer at a time, since two that sync at once cost each other more than they gain."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with suppress(OSError):  # a courtesy: without locks it is slower and as safe
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


def _write(name: str, content: bytes) -> None:
    with open(name, "wb", buffering=0) as file:  # noqa: PTH123
        if file.write(content) != len(content):
            raise OSError(f"{name} was not written completely")


def _one_by_one(files: Sequence[File]) -> None:
    """Each thread takes every eighth file: distributing them one by one would cost more than writing them."""
    with ThreadPoolExecutor(_WRITERS) as pool:
        for _ in pool.map(_write_share, [files[start::_WRITERS] for start in range(_WRITERS)]):
            pass


def _write_share(files: Iterable[File]) -> None:
    for path, content in files:
        write_durably(path, content)


def _sync_whole(descriptor: int) -> None:
    library = _syncfs()
    assert library is not None, "asked before"
    if library.syncfs(descriptor):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


@cache
def _syncfs() -> ctypes.CDLL | None:
    """The C library if it has `syncfs` and the kernel reports its errors, else None."""
    if os.uname().sysname != "Linux":
        return None
    major, minor = os.uname().release.split(".")[:2]
    if (int(major), int("".join(filter(str.isdigit, minor)) or 0)) < _SINCE:
        return None
    library = ctypes.CDLL(None, use_errno=True)
    return library if hasattr(library, "syncfs") else None


@cache
def _type_of(device: int) -> str:
    """The type of the file system with this device number, "" if the system does not say."""
    number = f"{os.major(device)}:{os.minor(device)}"
    with suppress(OSError), open("/proc/self/mountinfo", encoding="utf-8", errors="replace") as file:  # noqa: PTH123
        for line in file:
            before, _, after = line.partition(" - ")
            if before.split()[2] == number:
                return after.split()[0]
    return ""
