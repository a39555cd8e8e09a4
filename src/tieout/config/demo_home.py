"""The demo's own folder: emptied for each demo, identified by a mark file, so that a folder with real data is never taken for one."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tieout.config.errors import CannotRunError
from tieout.config.postgres import destroy
from tieout.config.postgres.place import open_home
from tieout.wording.catalogue import text

_MARK: Final = "this-is-a-demo"
_LOCKS: Final = {"postgres.lock", "postgres.users"}
_OF_OTHERS: Final = ("DATABASE_URL", "TIEOUT_EXCHANGE", "TIEOUT_SECRET_KEY")


def open_demo_home(home: Path, *, say: Callable[[str], None]) -> Path:
    """The empty home of a new demo, which this process uses from now on; what the last demo left there is removed.

    The demo has a database of its own, whatever DATABASE_URL says. Raises `CannotRunError` for a folder that holds
    anything else than a demo, that belongs to somebody else, or in which a demo is running.
    """
    home = home.expanduser().absolute()
    if home.exists() and not os.access(home, os.R_OK | os.W_OK | os.X_OK):
        raise CannotRunError("{home} is not yours to write. Remove it, or name another folder with --home.", home=home)
    if home.exists() and not home.is_dir():
        raise CannotRunError("{home} is no folder. Name another one with --home.", home=home)
    if home.exists() and any(home.iterdir()):
        _empty(home, say=say)
    try:
        open_home(home)
        (home / _MARK).touch()
    except OSError as error:
        raise CannotRunError(
            "{home} cannot be created: {reason}. Name another folder with --home.", home=home, reason=error.strerror
        ) from error
    for name in _OF_OTHERS:
        os.environ.pop(name, None)
    os.environ["TIEOUT_HOME"] = str(home)
    os.environ.setdefault("TIEOUT_LOG_LEVEL", "warning")
    return home


def _empty(home: Path, *, say: Callable[[str], None]) -> None:
    if not (home / _MARK).exists():
        raise CannotRunError(
            "{home} holds something else than a demo, and a demo would remove it. Name another folder with --home.",
            home=home,
        )
    if _in_use(home):
        raise CannotRunError(
            "A demo is running in {home}. End it first, or name another folder with --home.", home=home
        )
    say(text("Removing what the last demo left in {home}", home=home))
    link = home / "postgres"
    if link.is_symlink() and not link.exists():
        link.unlink()
    try:
        destroy(home)
        for path in home.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            elif path.name not in _LOCKS | {_MARK}:
                path.unlink()
    except PermissionError as error:
        raise CannotRunError(
            "{file} belongs to somebody else. Remove {home} as its owner, or name another folder with --home.",
            file=error.filename,
            home=home,
        ) from error


def _in_use(home: Path) -> bool:
    """Whether a program has the folder's database open: it holds a shared lock then."""
    try:
        with (home / "postgres.users").open("a") as users:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False
