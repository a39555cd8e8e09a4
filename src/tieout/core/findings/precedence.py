"""Precedence: of the findings of one document, which people have to answer, and which are only symptoms or stale.

Three rules. A control code is never silenced, and one on the whole document reaches every line. A code that says that our
input is stale suppresses the codes that rest on it, on the same line. An explanation replaces its symptoms, on the same
line. Nothing is thrown away: what is silenced is returned with who silenced it, and a mere note never silences more than
a note, so that silencing alone can never clear a document.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from heapq import merge
from operator import itemgetter
from typing import Final, Literal

from tieout.core.findings.code import Code
from tieout.core.findings.finding import Finding

DOCUMENT: Final = "document"
_GRAVITY: Final = {"reject": 0, "hold": 1, "wait": 2, "note": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Silenced:
    """A finding that another one stands for; `rule` says how, `by` is that finding's code."""

    finding: Finding
    by: str
    rule: Literal["suppressed", "replaced"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """The findings that stand (controls first, then the gravest, then as on the document) and those that were silenced."""

    kept: tuple[Finding, ...]
    silenced: tuple[Silenced, ...]


def apply(findings: Iterable[Finding], taxonomy: Mapping[str, Code]) -> Weighed:
    """Weighs findings against each other. Their order does not matter, and weighing what was kept changes nothing."""
    ordered = sorted(dict.fromkeys(findings), key=lambda finding: _place(finding, taxonomy))
    above = _Above(ordered, taxonomy)
    by: dict[Finding, Silenced | None] = {}
    for finding in ordered:
        _decide(finding, above, taxonomy, by, asked=())
    return Weighed(
        kept=tuple(finding for finding in ordered if by[finding] is None),
        silenced=tuple(gone for finding in ordered if (gone := by[finding]) is not None),
    )


class _Above:
    """The findings that may silence one: a contract of many years has thousands, and each pair of them would be weighed."""

    def __init__(self, ordered: list[Finding], taxonomy: Mapping[str, Code]) -> None:
        self._everywhere: list[tuple[int, Finding]] = []
        self._at: dict[str, list[tuple[int, Finding]]] = {}
        for number, finding in enumerate(ordered):
            code = taxonomy.get(finding.code)
            if code is None or not (code.suppresses or code.replaces):
                continue
            if code.control and finding.where == DOCUMENT:
                self._everywhere.append((number, finding))
            else:
                self._at.setdefault(finding.where, []).append((number, finding))

    def of(self, finding: Finding) -> Iterator[Finding]:
        """Those at its place and the controls of the whole document, in their order."""
        return (other for _, other in merge(self._everywhere, self._at.get(finding.where, ()), key=itemgetter(0)))


def _decide(
    finding: Finding,
    above: _Above,
    taxonomy: Mapping[str, Code],
    by: dict[Finding, Silenced | None],
    *,
    asked: tuple[Finding, ...],
) -> bool:
    """Whether a finding is kept: no finding that is itself kept silences it. Only codes in a circle could recur."""
    if finding not in by:
        assert finding not in asked, f"codes silence one another in a circle: {[earlier.code for earlier in asked]}"
        by[finding] = next(
            (
                Silenced(finding=finding, by=other.code, rule=rule)
                for other in above.of(finding)
                if (rule := _rule(other, finding, taxonomy)) is not None
                and _decide(other, above, taxonomy, by, asked=(*asked, finding))
            ),
            None,
        )
    return by[finding] is None


def _rule(upper: Finding, lower: Finding, taxonomy: Mapping[str, Code]) -> Literal["suppressed", "replaced"] | None:
    code, silent = taxonomy.get(upper.code), taxonomy.get(lower.code)
    if code is None or silent is None or silent.control or upper.code == lower.code:
        return None
    if upper.stage == "note" and lower.stage != "note":
        return None
    if lower.remainder and not code.control:
        return None
    if upper.where != lower.where and not (code.control and upper.where == DOCUMENT):
        return None
    if names(code.suppresses, lower.code):
        return "suppressed"
    return "replaced" if names(code.replaces, lower.code) else None


def names(patterns: tuple[str, ...], code: str) -> bool:
    """Whether a code is meant by one of these: a code itself, or a family as "AP-QTY-*"."""
    return any(code.startswith(pattern[:-1]) if pattern.endswith("*") else code == pattern for pattern in patterns)


def _place(finding: Finding, taxonomy: Mapping[str, Code]) -> tuple[bool, int, bool, int, str, str, str]:
    code = taxonomy.get(finding.code)
    control = code is not None and code.control
    return (
        not control,
        _GRAVITY[finding.stage],
        finding.where != DOCUMENT,
        len(finding.where),
        finding.where,
        finding.code,
        repr(finding),
    )
