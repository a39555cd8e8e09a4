"""Where measured runs keep their databases and files: each run far from what the run before has removed.

ext4 gives no inode away that was freed within the last minutes, and looks at each of them before it finds another: a run that makes
its files beside those that the run before removed pays for them, up to a millisecond a file. Folders right below one that is marked
as the top of a hierarchy are spread over the disk.
"""

from __future__ import annotations

import array
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

_GET_FLAGS: Final = 0x80086601
_SET_FLAGS: Final = 0x40086602
_TOP_OF_A_HIERARCHY: Final = 0x00020000  # EXT2_TOPDIR_FL


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder for the runs, removed with all that is in it when the block ends."""
    place = Path(tempfile.mkdtemp(prefix="tieout-bench-"))
    place.chmod(0o755)  # PostgreSQL may run as another user
    try:
        _spread(place)
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _spread(place: Path) -> None:
    descriptor = os.open(place, os.O_RDONLY | os.O_DIRECTORY)
    try:
        flags = array.array("L", [0])
        with suppress(OSError):  # another file system knows no such mark, and needs none
            fcntl.ioctl(descriptor, _GET_FLAGS, flags, True)
            flags[0] |= _TOP_OF_A_HIERARCHY
            fcntl.ioctl(descriptor, _SET_FLAGS, flags)
    finally:
        os.close(descriptor)
