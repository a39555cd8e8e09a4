"""Every finding that is made while tests run: its expected, actual and variance are in one unit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tieout.core.findings import making
from tieout.core.findings.finding import Finding
from tieout.core.findings.measured import units_of


@contextmanager
def findings_made() -> Iterator[list[Finding]]:
    """The findings that are made within it, those of the verdicts in between and of silenced codes too."""
    made: list[Finding] = []
    hashed = making.evidence_hash

    def seen(finding: Finding) -> str:
        made.append(finding)
        return hashed(finding)

    making.evidence_hash = seen
    try:
        yield made
    finally:
        making.evidence_hash = hashed


def mixed(findings: list[Finding]) -> list[str]:
    """The findings that compare what cannot be compared."""
    return [
        f"{finding.code}: expected {finding.expected!r}, actual {finding.actual!r}, variance {finding.variance!r}"
        for finding in findings
        if len(units_of(finding)) > 1
    ]


@contextmanager
def one_unit() -> Iterator[None]:
    """Refuses findings of two units as soon as they are made."""
    hashed = making.evidence_hash

    def refusing(finding: Finding) -> str:
        assert not (wrong := mixed([finding])), wrong[0]
        return hashed(finding)

    making.evidence_hash = refusing
    try:
        yield
    finally:
        making.evidence_hash = hashed
