"""The document itself: against the rules of its own format, or with lines that cannot be distinguished."""

from __future__ import annotations

from collections.abc import Iterator

from tieout.core.findings.finding import Finding
from tieout.packs.payables.codes import TAXONOMY
from tieout.packs.payables.sheet import Sheet
from tieout.trade.remarked import remarked


def remarks(sheet: Sheet) -> Iterator[Finding]:
    """DOC-UNREAD and DOC-EINV: what the reader found invalid, and two lines of one id."""
    remedy = "ask the supplier for a corrected document"
    payable = sheet.payable
    # what is asked for too much has a code of its own, with the part that nothing explains
    reported = frozenset({"BR-CO-16"}) if payable is not None and payable.excess.minor > 0 else frozenset()
    yield from remarked(sheet.dossier, sheet.invoice, TAXONOMY, ruling=sheet.ruling, remedy=remedy, reported=reported)
