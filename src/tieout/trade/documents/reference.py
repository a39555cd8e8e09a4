"""How one document's line points at another's, and how a line names its product."""

from __future__ import annotations

from dataclasses import dataclass

from tieout.core.values.made import made_often


@made_often
@dataclass(frozen=True, slots=True, kw_only=True)
class LineReference:
    """A document number and a line in it; either may be "" where the sender left it out."""

    document: str = ""
    line: str = ""


@made_often
@dataclass(frozen=True, slots=True, kw_only=True)
class ProductIds:
    """The product as each side names it; "" where it does not. `standard` is a GTIN or the like."""

    buyer: str = ""
    seller: str = ""
    standard: str = ""

    def __bool__(self) -> bool:
        return bool(self.buyer or self.seller or self.standard)
