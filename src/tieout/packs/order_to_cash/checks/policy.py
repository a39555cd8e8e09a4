"""Policy itself: what no policy in force says is a finding, because a missing limit must never mean "anything goes"."""

from __future__ import annotations

from collections.abc import Iterator

from tieout.core.findings.finding import Finding
from tieout.core.policy.policy import Ruling
from tieout.core.tie_out.judging import no_policy
from tieout.packs.order_to_cash.codes import code
from tieout.packs.order_to_cash.rules import RULES
from tieout.packs.order_to_cash.sheet import DOCUMENT, OrderSheet, Sheet


def missing(sheet: Sheet | OrderSheet) -> Iterator[Finding]:
    """GOV-NOPOLICY: once for the document, once for each line whose own facts lack a rule that the document has."""
    said = sheet.ruling.lacks(RULES)
    if said:
        yield no_policy(code("GOV-NOPOLICY"), DOCUMENT, said, ruling=sheet.ruling)
    told: set[object] = set(said)
    for where, ruling in _places(sheet):
        lacking = tuple(name for name in ruling.lacks(RULES) if name not in told and (where, name) not in told)
        if lacking:
            told |= {(where, name) for name in lacking}
            yield no_policy(code("GOV-NOPOLICY"), where, lacking, ruling=ruling)


def _places(sheet: Sheet | OrderSheet) -> Iterator[tuple[str, Ruling]]:
    """The lines with the rules that hold for each; an invoice line that stands on several order lines has theirs."""
    if isinstance(sheet, Sheet):
        yield from ((line.where, line.row.ruling) for line in sheet.lines)
    else:
        yield from ((row.line.id, row.ruling) for row in sheet.rows)
