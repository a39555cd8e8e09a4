"""Versions of a policy text: what differs between two, a former one written as the next, why one begins in the past."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from tieout.core.values.errors import Malformed
from tieout.formats.policy_yaml import path_text
from tieout.formats.yaml_tree import Path, parse

_WHY: Final = re.compile(rb"\n# begins in the past, because: ([^\n]*)\n\Z")
_HEAD: Final = frozenset({("version",), ("effective_from",), ("effective_to",)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One value that differs: its path in the text, and what stands there before and after ("": nothing)."""

    path: str
    before: str
    after: str


def differences(before: bytes, after: bytes) -> tuple[Difference, ...]:
    """What differs between two texts, but for their versions and days. Raises `Malformed` for what is no YAML."""
    old, new = dict(_flat(parse(before).value)), dict(_flat(parse(after).value))
    paths = [path for path in dict.fromkeys((*old, *new)) if old.get(path) != new.get(path) and path not in _HEAD]
    return tuple(Difference(path=path_text(path), before=old.get(path, ""), after=new.get(path, "")) for path in paths)


def _flat(value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(inner, (*path, key))
    elif isinstance(value, list):
        for k, inner in enumerate(value):
            yield from _flat(inner, (*path, k))
    else:
        yield path, str(value)


def next_version(versions: Iterable[str], latest: str) -> str:
    """The version after these: the next number, or where none is a number the latest with one more part."""
    numbers = [int(version) for version in versions if version.isascii() and version.isdigit()]
    return str(max(numbers) + 1) if numbers else f"{latest}.1"


def renewed(content: bytes, *, version: str, effective_from: date) -> bytes:
    """A former text as another version, from another day; every other line stays. Raises `Malformed` where it has no such lines."""
    text = without_reason(content).decode("utf-8-sig")
    for name, value in (("version", f'"{version}"'), ("effective_from", effective_from.isoformat())):
        text, changed = re.subn(
            rf"^{name}:[^\n#]*?(\s*(?:#[^\n]*)?)$", rf"{name}: {value}\1", text, count=1, flags=re.MULTILINE
        )
        if not changed:
            raise Malformed("the text has no line {name}:", remedy="write the version by hand", name=name)
    return re.sub(r"^effective_to:[^\n]*\n", "", text, flags=re.MULTILINE).encode()


def with_reason(content: bytes, why: str) -> bytes:
    """The text with the reason why it begins in the past, as its last line: it is kept, and sealed, with the text."""
    return without_reason(content) + b"\n# begins in the past, because: " + " ".join(why.split()).encode() + b"\n"


def without_reason(content: bytes) -> bytes:
    """The text as it was handed in."""
    return _WHY.sub(b"", content)


def reason_of(content: bytes) -> str:
    """Why a text begins in the past; "" where it does not say."""
    match = _WHY.search(content)
    return match[1].decode() if match else ""
