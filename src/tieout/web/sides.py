"""Sentences about the other side of a document: one whole sentence for each role that it may have, because languages differ."""

from __future__ import annotations

from dataclasses import dataclass

from tieout.wording.catalogue import text


@dataclass(frozen=True, slots=True)
class BySide:
    """A sentence about a supplier, about a customer, and about anybody else, whom it may call {side}. All three are marked messages."""

    supplier: str
    customer: str
    other: str

    def about(self, side: str, /, **values: object) -> str:
        """The sentence about this side ("supplier", "customer", another word or ""), in the language of the page."""
        match side:
            case "supplier":
                return text(self.supplier, **values)
            case "customer":
                return text(self.customer, **values)
            case _:
                return text(self.other, **values, side=text(side) or text("counterparty"))
