"""Which account the server runs as: ourselves, or, because PostgreSQL refuses root, one with fewer rights."""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tieout.config.postgres.errors import EmbeddedError

_PREFERRED: Final = ("tieout", "postgres", "nobody")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A user of this machine. `other` says that it is not the one who runs this process."""

    name: str
    uid: int
    gid: int
    other: bool

    def process_arguments(self) -> dict[str, Any]:
        """Keyword arguments of `subprocess` that run a program as this account, from `/`, with a quiet environment."""
        # libpq and initdb read PG* variables, and an unreachable working folder stops initdb.
        environ = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
        arguments: dict[str, Any] = {
            "cwd": "/",
            "env": environ | {"LC_ALL": "C", "TZ": "UTC"},
            "umask": 0o077,
        }
        if self.other:
            arguments |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        return arguments

    def run(self, argv: Sequence[str | Path]) -> subprocess.CompletedProcess[str]:
        """Run a program to its end as this account. Never raises for its exit status."""
        return subprocess.run(
            [str(part) for part in argv],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            **self.process_arguments(),
        )

    def can_enter(self, folder: Path) -> bool:
        """Whether this account may pass through the folder and all above it, by the word of the kernel."""
        return self.run(["/bin/sh", "-c", 'cd "$1" 2>/dev/null', "sh", folder]).returncode == 0

    def give(self, path: Path, *, mode: int) -> None:
        """Make the account the only owner of a path."""
        if self.other:
            os.chown(path, self.uid, self.gid)
        path.chmod(mode)


def account_for(data: Path) -> Account:
    """The account for the server of a data folder: its owner if the folder exists, else the first fit user."""
    me = os.geteuid()
    owner = data.stat().st_uid if data.exists() else None
    if me != 0:
        if owner not in {None, me}:
            raise EmbeddedError(
                "{data} belongs to {owner}, and you are {user}.",
                remedy="Run as its owner, or set TIEOUT_HOME to a folder of your own.",
                data=data,
                owner=_name(owner),
                user=_name(me),
            )
        return Account(name=_name(me), uid=me, gid=os.getegid(), other=False)
    if owner:
        return _account(pwd.getpwuid(owner))
    for name in _PREFERRED:
        try:
            return _account(pwd.getpwnam(name))
        except KeyError:
            continue
    raise EmbeddedError(
        "PostgreSQL does not run as root, and this machine has none of the users {users}.",
        remedy="Add a user named tieout, run as an ordinary user, or set DATABASE_URL to a PostgreSQL of yours.",
        users=", ".join(_PREFERRED),
    )


def _account(entry: pwd.struct_passwd) -> Account:
    return Account(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid, other=entry.pw_uid != os.geteuid())


def _name(uid: int | None) -> str:
    if uid is None:
        return "nobody"
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"
