"""Policy itself: a rule that no policy in force sets is a finding, because a missing limit must never mean "no limit"."""

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
    unset = sheet.ruling.lacks(RULES)
    if unset:
        yield no_policy(code("GOV-NOPOLICY"), DOCUMENT, unset, ruling=sheet.ruling)
    reported: set[object] = set(unset)
    for where, ruling in _places(sheet):
        lacking = tuple(name for name in ruling.lacks(RULES) if name not in reported and (where, name) not in reported)
        if lacking:
            reported |= {(where, name) for name in lacking}
            yield no_policy(code("GOV-NOPOLICY"), where, lacking, ruling=ruling)


def _places(sheet: Sheet | OrderSheet) -> Iterator[tuple[str, Ruling]]:
    """The lines with the rules that hold for each; an invoice line matched to several order lines has theirs."""
    if isinstance(sheet, Sheet):
        yield from ((line.where, line.row.ruling) for line in sheet.lines)
    else:
        yield from ((row.line.id, row.ruling) for row in sheet.rows)
