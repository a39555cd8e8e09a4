"""The paper itself: unreadable, or against the rules of its own format."""

from __future__ import annotations

from collections.abc import Iterator

from tieout.core.documents import Unreadable
from tieout.core.findings import Finding
from tieout.core.found import finding
from tieout.core.policy import Ruling
from tieout.core.remarks import remarks_of
from tieout.packs.payables.codes import code
from tieout.packs.payables.sheet import DOCUMENT, Sheet


def unreadable(paper: Unreadable, ruling: Ruling) -> Finding:
    """DOC-UNREAD for a paper of which nothing could be made."""
    return finding(
        code("DOC-UNREAD"),
        DOCUMENT,
        ruling=ruling,
        stage="reject",
        actual=paper.number,
        reason=paper.reason,
        remedy=paper.remedy or "ask the sender for a readable file",
        place=paper.where or "the file as a whole",
    )


def remarks(sheet: Sheet) -> Iterator[Finding]:
    """DOC-UNREAD and DOC-EINV: what the reader found amiss, and lines that bear one id."""
    remedy = "ask the supplier for a corrected document"
    yield from remarks_of(sheet.invoice, sheet.dossier.remarks, ruling=sheet.ruling, remedy=remedy)
