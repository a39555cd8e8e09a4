"""Paths and modules of ours in back-ticks on pages, and those of them that do not exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import product
from pathlib import Path

TOP = ("src", "tests", "docs", "examples", "findings")
_PATH = re.compile(r"[\w.{},*/-]+")
_MODULE = re.compile(r"tieout(?:\.\w+)+")
_PLACEHOLDER = re.compile(r"\b(?:yours|[A-Z]{4,}|code_ap_chg_many)\b")
"""Placeholders of guides, which a reader replaces."""


def stale(page: Path, root: Path) -> list[str]:
    """Words in back-ticks that look like a path or a module of ours and do not exist. Code blocks are skipped."""
    text = re.sub(r"^ *```.*?^ *```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    named = dict.fromkeys(re.findall(r"`([^`\n]+)`", text))
    return [word for word in named if not _PLACEHOLDER.search(word) and not _leads_somewhere(word, page, root)]


def _leads_somewhere(word: str, page: Path, root: Path) -> bool:
    if _MODULE.fullmatch(word):
        return _module(word)
    if not _PATH.fullmatch(word) or not _is_ours(word, root):
        return True
    return all(_path(one, page, root) for one in _spread(word))


def _is_ours(word: str, root: Path) -> bool:
    """It begins with a room or a folder of the repository, or is a file of Python."""
    first, slash, _ = word.partition("/")
    rooms = {path.name for path in (root / "src" / "tieout").iterdir() if path.is_dir()}
    return bool(slash and first in {*rooms, *TOP}) or word.endswith(".py")


def _spread(word: str) -> Iterator[str]:
    """`core/{claim,case}` names two."""
    parts = [part.split(",") if k % 2 else [part] for k, part in enumerate(re.split(r"\{([^}]*)\}", word))]
    yield from ("".join(chosen) for chosen in product(*parts))


def _path(word: str, page: Path, root: Path) -> bool:
    name = word.rstrip("/")
    for folder in (root, root / "src" / "tieout", root / "src", root / "tests", page.parent):
        if any((folder / f"{name}{ending}").exists() for ending in ("", ".py")) or (
            "*" in name and any(folder.glob(name))
        ):
            return True
    return "/" not in name and any((root / top).rglob(name) for top in TOP[:3] if any((root / top).rglob(name)))


def _module(name: str) -> bool:
    """A module, or what one holds."""
    module, _, attribute = name.rpartition(".")
    try:
        if find_spec(name) is not None:
            return True
    except ModuleNotFoundError:
        pass
    try:
        return find_spec(module) is not None and hasattr(__import__(module, fromlist=[attribute]), attribute)
    except ModuleNotFoundError:
        return False
