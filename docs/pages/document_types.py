"""The reference page of document types: every row of every list, and what Tieout does with it."""

from __future__ import annotations

from itertools import groupby

from pages.text import NOTE, page, table
from pages.text import row as _row
from tieout.trade.document_types import every_type, treatment_of
from tieout.trade.document_types.titles import TITLES
from tieout.trade.document_types.untdid import DIRECTORY
from tieout.wording.reworded import reworded


def document_types_page() -> str:
    """One table a list."""
    lines = [
        "# Document types",
        NOTE,
        "What a supplier's document is, by its type code, and what Tieout does with it ([why](../concepts/document-types.md)). Codes are",
        "as the document writes them (EN 16931 BT-3). Credit notes are never payable, whatever their root element.",
        "",
    ]
    for name, rows in groupby(every_type(), key=lambda row: row.code_list):
        heading = "Decided by the profile alone" if name == "profile" else name
        lines += [f"## {heading}", "", *table("code", "type", "what Tieout does")]
        lines += [_row(f"`{row.code}`", reworded(row.name), treatment_of(row)) for row in rows]
        lines.append("")
    lines += [
        "## All other codes",
        "",
        f"UNTDID 1001 has {len(DIRECTORY)} codes here (D.22A and what was added since). Those that are not named above are of other",
        "documents (orders, certificates, transport documents): held as no invoice (`DOC-NOTINV`). A code that is in no list is",
        "held with `DOC-EINV` (BR-CL-01), and so is one that contradicts the document's root element, or is of another list than",
        "EN 16931 allows on a document that claims the standard (a national code in Peppol BIS, 480).",
        "",
        "## What a document calls itself",
        "",
        "A title counts, or a note that consists of such a title alone, in any of these languages. Words in a longer text decide",
        "nothing. What calls itself a credit note or cancellation and bills money is held with `DOC-EINV`.",
        "",
        *table("title", "what Tieout does"),
        *(_row(reworded(row.name), treatment_of(row)) for row, _ in TITLES),
    ]
    return page(*lines)
