"""Tokens of one-time links are kept out of logs: whoever reads a log could sign in with one that has not been used."""

from __future__ import annotations

import re
from typing import Any, Final

_TOKEN: Final = re.compile(r"(/enter/)[^/?#\s'\"]+")


def without_tokens(_logger: Any, _name: str, line: str) -> str:
    """A finished line of a log, with dots in the place of tokens: a processor of structlog, the last one."""
    return _TOKEN.sub(r"\1…", line) if "/enter/" in line else line
