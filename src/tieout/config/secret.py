"""The secret key of a home: made once, readable by its owner only."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def read_secret(home: Path) -> str:
    """The key of a home, or nothing if none was made yet (Django then refuses to sign anything)."""
    try:
        return (home / "secret_key").read_text().strip()
    except FileNotFoundError:
        return ""


def ensure_secret(home: Path) -> str:
    """The key of a home, made if there is none. Two processes at once agree on one."""
    path = home / "secret_key"
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        unfinished = home / f".secret_key.{os.getpid()}"
        unfinished.touch(mode=0o600)
        try:
            unfinished.write_text(secrets.token_urlsafe(48) + "\n")
            os.link(unfinished, path)  # fails if another was faster, unlike a rename
        except FileExistsError:
            pass
        finally:
            unfinished.unlink()
    return read_secret(home)
