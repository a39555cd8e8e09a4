"""The paper itself: what its reader found amiss, and lines that cannot be told apart. Every process holds such a paper."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from tieout.core.documents import Invoice
from tieout.core.findings import Finding
from tieout.core.found import finding
from tieout.core.judging import DOCUMENT
from tieout.core.policy import Ruling
from tieout.core.reading import Remark
from tieout.core.taxonomy import KERNEL


def remarks_of(invoice: Invoice, remarks: Iterable[Remark], *, ruling: Ruling, remedy: str) -> Iterator[Finding]:
    """DOC-UNREAD and DOC-EINV: one finding for each remark of the reader, and one for lines that bear one id.

    `remedy` says who is to mend the paper: the supplier, or whoever of ours made it.
    """
    for remark in remarks:
        yield finding(
            KERNEL[remark.code],
            remark.where or DOCUMENT,
            ruling=ruling,
            stage="hold" if remark.fatal else "note",
            actual=remark.rule,
            at_stake=invoice.totals.payable if remark.fatal else None,
            reason=remark.message,
            rule=remark.rule or remark.code,
            place=remark.where or "the document",
            remedy=remedy,
        )
    yield from _ambiguous(invoice, ruling, remedy)


def _ambiguous(invoice: Invoice, ruling: Ruling, remedy: str) -> Iterator[Finding]:
    """DOC-EINV where two lines bear one id: whatever is found, released or posted of a line would be said of both."""
    ids = Counter(line.id for line in invoice.lines)
    twice = [name for name, count in ids.items() if count > 1] if len(ids) < len(invoice.lines) else []
    if twice:
        yield finding(
            KERNEL["DOC-EINV"],
            DOCUMENT,
            ruling=ruling,
            stage="hold",
            actual=", ".join(twice),
            at_stake=invoice.totals.payable,
            reason=f"more than one line has the id {', '.join(twice)}",
            rule="line ids",
            place="the lines",
            remedy=remedy,
        )
