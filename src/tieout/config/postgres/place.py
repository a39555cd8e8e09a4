"""The folders of one embedded server: data, sockets, log, passwords, locks, and who may enter them."""

from __future__ import annotations

import fcntl
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tieout.config.postgres.account import Account
from tieout.config.postgres.errors import EmbeddedError

SHELTER: Final = Path("/var/lib/tieout")
ADMIN: Final = "postgres"
OWNER: Final = "tieout"
_SOCKET_PATH_MAX: Final = 100  # the kernel allows 108 bytes on Linux and 104 on macOS, file name included


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One server's folder: `home/postgres`, or what that points to."""

    folder: Path

    @property
    def data(self) -> Path:
        """PostgreSQL's own folder, owned by the server's account."""
        return self.folder / "data"

    @property
    def sockets(self) -> Path:
        """Holds the socket; only the server's account (and root) may enter it."""
        return self.folder / "sockets"

    @property
    def log(self) -> Path:
        """The log of the server."""
        return self.folder / "postgres.log"

    @property
    def passfile(self) -> Path:
        """The passwords in libpq's own form, readable by whoever starts the server and by nobody else."""
        return self.folder / "pgpass"

    @property
    def socket_folder(self) -> Path | None:
        """The folder for the socket, or nothing where the path is longer than a socket's name may be."""
        return self.sockets if len(os.fsencode(self.sockets / ".s.PGSQL.65535")) <= _SOCKET_PATH_MAX else None


def find(home: Path) -> Place | None:
    """The place of a home, None where it has none yet."""
    link = home / "postgres"
    if link.is_symlink() and not link.exists():
        raise EmbeddedError(
            "{link} points to {folder}, which is gone.",
            remedy="Put that folder back from a backup, or remove the link to begin with an empty database.",
            link=link,
            folder=link.readlink(),
        )
    return Place(folder=link.resolve()) if link.exists() else None


def ensure_place(home: Path, account: Account, *, shelter: Path) -> Place:
    """The place of a home, made if there is none: inside the home if the account can get there, else in the shelter."""
    place = find(home)
    if place is not None:
        return place
    link = home / "postgres"
    if not account.other or account.can_enter(home):
        link.mkdir()
        link.chmod(0o711 if account.other else 0o700)  # whatever the umask says
        return Place(folder=link.resolve())
    open_shelter(shelter)
    folder = Path(tempfile.mkdtemp(prefix="postgres-", dir=shelter))
    folder.chmod(0o711)
    link.symlink_to(folder)
    return Place(folder=folder)


def open_home(home: Path) -> Path:
    """The absolute home, made if need be: closed to others, but that of root lets the server's account pass through."""
    home = home.expanduser().absolute()
    try:
        if not home.exists():
            home.mkdir(parents=True, exist_ok=True)
            home.chmod(0o711 if os.geteuid() == 0 else 0o700)
    except OSError as error:
        raise EmbeddedError(
            "{home} cannot be created: {reason}.", remedy="Set TIEOUT_HOME.", home=home, reason=error.strerror
        ) from error
    if not os.access(home, os.W_OK | os.X_OK):
        raise EmbeddedError(
            "{home} is not yours to write.", remedy="Set TIEOUT_HOME to a folder of your own.", home=home
        )
    return home


def open_shelter(shelter: Path) -> None:
    """Make the folder for what must stand outside a private home."""
    try:
        shelter.mkdir(parents=True, exist_ok=True, mode=0o755)
        shelter.chmod(0o755)
    except OSError as error:
        raise EmbeddedError(
            "The server's account needs a folder that it can reach, and {shelter} cannot be created: {reason}.",
            remedy="Set TIEOUT_HOME to a folder whose path the server's account can reach, or set DATABASE_URL.",
            shelter=shelter,
            reason=error.strerror,
        ) from error


def write_passwords(place: Place) -> None:
    """Make the passwords, if there are none and no data that others belong to."""
    if place.passfile.exists():
        return
    if place.data.exists():
        raise EmbeddedError(
            "{passfile} is missing, and the database does not open without it.",
            remedy="Put it back from a backup of the folder.",
            passfile=place.passfile,
        )
    unfinished = place.passfile.with_suffix(".new")
    unfinished.touch(mode=0o600)
    unfinished.write_text("".join(f"*:*:*:{role}:{secrets.token_urlsafe(32)}\n" for role in (ADMIN, OWNER)))
    unfinished.rename(place.passfile)


def password(place: Place, role: str) -> str:
    """The password of a role, from the password file."""
    for line in place.passfile.read_text().splitlines():
        *_, name, secret = line.split(":")
        if name == role:
            return secret
    raise EmbeddedError(
        "{passfile} names no role {role}.", remedy="Put it back from a backup.", passfile=place.passfile, role=role
    )


@contextmanager
def starting_lock(home: Path) -> Iterator[None]:
    """One start or stop at a time for a home, over all processes; the kernel lets go when a process dies."""
    with (home / "postgres.lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(handle, fcntl.LOCK_UN)
