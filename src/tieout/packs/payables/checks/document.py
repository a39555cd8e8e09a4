"""The paper itself: against the rules of its own format, or with lines that cannot be told apart."""

from __future__ import annotations

from collections.abc import Iterator

from tieout.core.findings import Finding
<<<<<<< HEAD
from tieout.core.remarks import remarks_of
=======
from tieout.core.remarked import remarked
from tieout.packs.payables.codes import TAXONOMY
>>>>>>> o2c2
from tieout.packs.payables.sheet import Sheet


def remarks(sheet: Sheet) -> Iterator[Finding]:
<<<<<<< HEAD
    """DOC-UNREAD and DOC-EINV: what the reader found amiss, and lines that bear one id."""
    remedy = "ask the supplier for a corrected document"
    yield from remarks_of(sheet.invoice, sheet.dossier.remarks, ruling=sheet.ruling, remedy=remedy)
=======
    """DOC-UNREAD and DOC-EINV: what the reader found amiss, and two lines of one id."""
    remedy = "ask the supplier for a corrected document"
    yield from remarked(sheet.dossier, sheet.invoice, TAXONOMY, ruling=sheet.ruling, remedy=remedy)
>>>>>>> o2c2
