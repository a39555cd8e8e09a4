"""In which unit a finding's figures are, so that expected, actual and variance are of one kind and can be compared by a reader."""

from __future__ import annotations

import re
from typing import Final

from tieout.core.findings.wording import Occurrence

_NUMBER: Final = r"-?[0-9]+(?:\.[0-9]+)?"
_KINDS: Final = (
    (re.compile(rf"{_NUMBER} ([A-Z0-9]{{1,3}} per [A-Z0-9]{{1,3}})"), ""),
    (re.compile(rf"{_NUMBER} ([A-Z0-9]{{1,3}}|%)"), ""),
    (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), "date"),
    (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2} UTC"), "moment"),
)
TEXT: Final = "text"


def unit_of(value: str) -> str:
    """The unit of a value in its canonical spelling: "EA", "EUR", "EUR per EA", "%", "date", "moment", else "text"; "" of ""."""
    if not value:
        return ""
    for form, kind in _KINDS:
        if match := form.fullmatch(value):
            return kind or match[1]
    return TEXT


def units_of(finding: Occurrence) -> frozenset[str]:
    """The units of what was expected, what is, and the difference. There is one at most: what cannot be compared is said in words."""
    return frozenset(filter(None, map(unit_of, (finding.expected, finding.actual, finding.variance))))


def unit(finding: Occurrence) -> str:
    """The unit of a finding's figures; "" where it has none, "text" where they are words."""
    return min(units_of(finding), default="")
