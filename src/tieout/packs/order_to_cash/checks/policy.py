"""Policy itself: what no policy in force says is a finding, because a missing limit must never mean "anything goes"."""

from __future__ import annotations

from collections.abc import Iterator

from tieout.core.findings import Finding
from tieout.core.judging import no_policy
from tieout.packs.order_to_cash.codes import code
from tieout.packs.order_to_cash.rules import RULES
from tieout.packs.order_to_cash.sheet import DOCUMENT, OrderSheet, Sheet


def missing(sheet: Sheet | OrderSheet) -> Iterator[Finding]:
    """GOV-NOPOLICY: once for the document, once for each line whose own facts lack a rule that the document has."""
    said = sheet.ruling.lacks(RULES)
    if said:
        yield no_policy(code("GOV-NOPOLICY"), DOCUMENT, said, ruling=sheet.ruling)
    for line in sheet.lines if isinstance(sheet, Sheet) else ():
        lacking = tuple(name for name in line.row.ruling.lacks(RULES) if name not in said)
        if lacking and line.share == 0:
            yield no_policy(code("GOV-NOPOLICY"), line.where, lacking, ruling=line.row.ruling)
