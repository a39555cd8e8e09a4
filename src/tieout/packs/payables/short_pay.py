"""Paying short: a resolution that policy has to permit, for the facts of the line that it is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from tieout.core.findings.finding import Finding
from tieout.packs.payables.rules import SHORT_PAY
from tieout.packs.payables.sheet import Sheet

RESOLUTION: Final = "short_pay"


def permitted(sheet: Sheet, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings; `short_pay` is offered only where each policy ruling on that line says `short_pay: true`."""
    return tuple(
        finding if RESOLUTION not in finding.resolutions or _is_permitted(sheet, finding.where) else _withheld(finding)
        for finding in findings
    )


def _is_permitted(sheet: Sheet, where: str) -> bool:
    rulings = [line.ruling for line in sheet.lines if line.where == where] or [sheet.ruling]
    return all(ruling.value(SHORT_PAY) is True for ruling in rulings)


def _withheld(finding: Finding) -> Finding:
    return replace(finding, resolutions=tuple(name for name in finding.resolutions if name != RESOLUTION))
