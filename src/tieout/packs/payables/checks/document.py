"""The paper itself: amiss, or against the rules of its own format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tieout.core.findings import Finding
from tieout.core.found import finding
from tieout.packs.payables.codes import code
from tieout.packs.payables.sheet import DOCUMENT, Sheet


def remarks(sheet: Sheet) -> Iterator[Finding]:
    """DOC-UNREAD and DOC-EINV: one finding for each remark of the reader that holds the paper."""
    for remark in sheet.dossier.remarks:
        yield finding(
            code(remark.code),
            remark.where or DOCUMENT,
            ruling=sheet.ruling,
            stage="hold" if remark.fatal else "note",
            actual=remark.rule,
            at_stake=sheet.invoice.totals.payable if remark.fatal else None,
            reason=remark.message,
            rule=remark.rule or remark.code,
            place=remark.where or "the document",
            remedy="ask the supplier for a corrected document",
        )
    yield from _ambiguous(sheet)


def _ambiguous(sheet: Sheet) -> Iterator[Finding]:
    """DOC-EINV where two lines bear one id: whatever is found, released or posted of a line would be said of both."""
    ids = Counter(line.id for line in sheet.invoice.lines)
    twice = [name for name, count in ids.items() if count > 1] if len(ids) < len(sheet.invoice.lines) else []
    if twice:
        yield finding(
            code("DOC-EINV"),
            DOCUMENT,
            ruling=sheet.ruling,
            stage="hold",
            actual=", ".join(twice),
            at_stake=sheet.invoice.totals.payable,
            reason=f"more than one line has the id {', '.join(twice)}",
            rule="line ids",
            place="the lines",
            remedy="ask the supplier for a corrected document",
        )
