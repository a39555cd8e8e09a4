"""Policy itself: what no policy in force says is a finding, because a missing tolerance must never mean "anything goes"."""

from __future__ import annotations

from collections.abc import Iterator

from tieout.core.findings.finding import Finding
from tieout.core.tie_out.judging import no_policy
from tieout.packs.payables.codes import code
from tieout.packs.payables.rules import RULES
from tieout.packs.payables.sheet import DOCUMENT, Sheet


def missing(sheet: Sheet) -> Iterator[Finding]:
    """GOV-NOPOLICY: once for the document, once for each line whose own facts lack a rule that the document has."""
    everywhere = sheet.ruling.lacks(RULES)
    if everywhere:
        yield _policy_finding(sheet, DOCUMENT, everywhere)
    for line in sheet.lines:
        if line.ruling is sheet.ruling:
            continue
        lacking = tuple(name for name in line.ruling.lacks(RULES) if name not in everywhere)
        if lacking and line.share == 0:
            yield _policy_finding(sheet, line.where, lacking)


def _policy_finding(sheet: Sheet, where: str, names: tuple[str, ...]) -> Finding:
    return no_policy(code("GOV-NOPOLICY"), where, names, ruling=sheet.ruling, at_stake=sheet.invoice.totals.payable)
