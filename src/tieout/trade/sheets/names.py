"""How lines and products are named in a document view."""

from __future__ import annotations

from tieout.core.values.sentence import Sentence, joined
from tieout.trade.documents import LineReference, ProductIds


def reference(to: LineReference) -> str:
    """ "4500012 / 10"; "" for none."""
    return " / ".join(part for part in (to.document, to.line) if part)


def product(ids: ProductIds, *, selling: bool = False) -> str:
    """The product by every name it has; on what we sell, the seller's name is ours."""
    ours, theirs = (ids.seller, ids.buyer) if selling else (ids.buyer, ids.seller)
    named = (
        (ours, Sentence("{number} (ours)", number=ours)),
        (theirs, Sentence("{number} (theirs)", number=theirs)),
        (ids.standard, Sentence("{number} (GTIN)", number=ids.standard)),
    )
    return joined(", ", [text for number, text in named if number])
