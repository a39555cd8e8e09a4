"""The document itself: what its reader reported as invalid."""

from __future__ import annotations

from collections.abc import Iterator

from tieout.core.findings.finding import Finding
from tieout.packs.order_to_cash.codes import TAXONOMY
from tieout.packs.order_to_cash.sheet import Sheet
from tieout.trade.remarked import remarked


def remarks(sheet: Sheet) -> Iterator[Finding]:
    """DOC-UNREAD and DOC-EINV, until the invoice is out: from then on only another document can correct it."""
    if not sheet.released:
        remedy = "correct the document where it was made"
        yield from remarked(sheet.dossier, sheet.invoice, TAXONOMY, ruling=sheet.ruling, remedy=remedy)
