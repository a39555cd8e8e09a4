"""Policy itself: what no policy in force says is a finding, because a missing tolerance must never mean "anything goes"."""

from __future__ import annotations

from collections.abc import Iterator

from tieout.core.findings import Finding
from tieout.packs.payables.codes import code
from tieout.packs.payables.found import finding
from tieout.packs.payables.sheet import DOCUMENT, Sheet


def missing(sheet: Sheet) -> Iterator[Finding]:
    """GOV-NOPOLICY: once for the document, once for each line whose own facts lack a rule that the document has."""
    said = set(sheet.ruling.missing)
    if said:
        yield _found(sheet, DOCUMENT, sheet.ruling.missing)
    for line in sheet.lines:
        lacking = tuple(name for name in line.ruling.missing if name not in said)
        if lacking and line.share == 0:
            yield _found(sheet, line.where, lacking)


def _found(sheet: Sheet, where: str, names: tuple[str, ...]) -> Finding:
    return finding(
        code("GOV-NOPOLICY"),
        where,
        ruling=sheet.ruling,
        expected="a policy in force that says it",
        actual=", ".join(names),
        at_stake=sheet.invoice.totals.payable,
        rules=", ".join(names),
        policies=", ".join(sheet.ruling.policies) or "none in force",
    )
