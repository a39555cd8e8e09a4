"""Wording: a code's template and a finding's numbers make the sentence that people read.

`{billed}` stands for a number; a part in square brackets is left out when a number in it is not known, so that a
sentence never shows a hole: "Billed {billed}[, received {received}]."
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

_PART: Final = re.compile(r"\[([^\[\]]*)\]|([^\[\]]+)")
_NAME: Final = re.compile(r"\{(\w+)\}")


def say(template: str, numbers: Mapping[str, str] | Iterable[tuple[str, str]]) -> str:
    """The sentence. A number that is missing outside brackets reads "unknown": the sentence still stands."""
    known = dict(numbers)
    said: list[str] = []
    for optional, text, names in _parts(template):
        if optional and not all(known.get(name) for name in names):
            continue
        said.append(_NAME.sub(lambda match: known.get(match[1]) or "unknown", text))
    return "".join(said)


def names_in(template: str) -> frozenset[str]:
    """The numbers that a template uses."""
    return frozenset(_NAME.findall(template))


@lru_cache(maxsize=1024)
def _parts(template: str) -> tuple[tuple[bool, str, tuple[str, ...]], ...]:
    return tuple(
        (match[1] is not None, text, tuple(_NAME.findall(text)))
        for match in _PART.finditer(template)
        for text in [match[1] if match[1] is not None else match[2]]
    )
