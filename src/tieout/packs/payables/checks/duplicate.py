"""The same paper twice: the same supplier, number, amount and currency, not reversed."""

from __future__ import annotations

from collections.abc import Iterator

from tieout.core.dossier import Likeness
from tieout.core.findings import Finding
from tieout.packs.payables.codes import code
from tieout.packs.payables.found import finding
from tieout.packs.payables.sheet import DOCUMENT, Sheet


def duplicates(sheet: Sheet) -> Iterator[Finding]:
    """AP-DUP-CERT where everything agrees, AP-DUP-SUSP where only the amount differs. One finding: the gravest."""
    claims = [known for known in sheet.dossier.alike if _came_first(known)]
    payable = sheet.invoice.totals.payable
    same = [known for known in claims if known.payable == payable]
    if same:
        yield _found(sheet, "AP-DUP-CERT", same[0])
    elif claims:
        yield _found(sheet, "AP-DUP-SUSP", claims[0])


def _came_first(known: Likeness) -> bool:
    if known.reversed or known.state in {"rejected", "superseded"}:
        return False
    return known.earlier or known.state in {"posted", "part_posted", "posting"}


def _found(sheet: Sheet, code_id: str, known: Likeness) -> Finding:
    payable = sheet.invoice.totals.payable
    return finding(
        code(code_id),
        DOCUMENT,
        ruling=sheet.ruling,
        expected=str(known.payable or "unknown"),
        actual=str(payable or "unknown"),
        at_stake=payable,
        number=sheet.invoice.number,
        other=known.number,
        other_key=known.key,
        other_date=str(known.issue_date or "unknown"),
        other_state=known.state,
        supplier=sheet.invoice.supplier.name or known.supplier,
    )
