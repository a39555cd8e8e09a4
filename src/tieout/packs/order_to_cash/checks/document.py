"""The paper itself: what its reader found amiss."""

from __future__ import annotations

from collections.abc import Iterator

from tieout.core.findings import Finding
from tieout.core.remarks import remarks_of
from tieout.packs.order_to_cash.sheet import Sheet


def remarks(sheet: Sheet) -> Iterator[Finding]:
    """DOC-UNREAD and DOC-EINV, until the invoice is out: then another paper has to mend it."""
    if not sheet.released:
        remedy = "correct the document where it was made"
        yield from remarks_of(sheet.invoice, sheet.dossier.remarks, ruling=sheet.ruling, remedy=remedy)
