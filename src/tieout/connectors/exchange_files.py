"""Files exchanged with another system: written completely or not at all, durable before they count as sent, found by our reference."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

EXCHANGE_MARKER: Final = "tieout-exchange"
"""The file that distinguishes a prepared exchange folder from a share that is not mounted."""


def is_exchange(folder: Path) -> bool:
    """Whether a folder is a prepared exchange."""
    return (folder / EXCHANGE_MARKER).exists()


def write_durably(path: Path, content: bytes) -> None:
    """Write the content under a hidden name and rename it; the caller makes the folder durable. Raises OSError."""
    hidden = hidden_name(path)
    try:
        with open(hidden, "wb", buffering=0) as file:  # noqa: PTH123
            whole = file.write(content) == len(content)
            os.fsync(file.fileno())
        if not whole:
            raise OSError(f"{path.name} was not written completely")
        os.rename(hidden, path)  # noqa: PTH104
    except OSError:
        with suppress(OSError):
            os.unlink(hidden)  # noqa: PTH108
        raise


def hidden_name(path: Path) -> str:
    """The name under which a file is written before it is renamed.

    The process id keeps two writers of the same file apart: both write the same bytes, and either may win.
    """
    folder, name = os.path.split(path)
    return os.path.join(folder, f".{name}.{os.getpid()}.part")  # noqa: PTH118  strings: a path object costs more than the file


def sync_folder(folder: Path) -> None:
    """Makes the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def listing(folder: Path | str, references: Iterable[str]) -> defaultdict[str, list[Path]]:
    """Acknowledgement files by reference: "<reference>.json", and further ones "<reference>.<anything>.json"."""
    wanted = set(references)
    files: defaultdict[str, list[Path]] = defaultdict(list)
    with os.scandir(folder) as entries:
        for entry in entries:
            reference = entry.name.partition(".")[0]
            if reference in wanted and entry.name.endswith(".json"):
                files[reference].append(Path(entry.path))
    for paths in files.values():
        paths.sort()
    return files
