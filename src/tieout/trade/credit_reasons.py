"""What a credit note itself says that it gives back: in words, by the code of its reason, or by its type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from tieout.trade.documents import Invoice, InvoiceLine
from tieout.trade.documents.invoice import GivesBack

Ground = Literal[
    "stated", "reason", "type", "return", "no_quantity", "at_price", "below_price", "raise", "rest", "posted"
]
"""Why a line is read as it is: what the document says, goods that went back, a line without a quantity, the price, a price
that was raised after the goods were billed, the rest of what was billed; or that it is posted so."""

_TYPES: Final[Mapping[str, GivesBack]] = {"83": "money", "84": "money"}
"""UNTDID 1001: credit and debit notes related to financial adjustments. 381 and 81 do not say what they give back."""
ADJUSTMENTS: Final[Mapping[str, GivesBack]] = {
    "4": "quantity", "15": "quantity", "16": "quantity", "29": "quantity", "32": "quantity", "35": "quantity",
    "1": "money", "5": "money", "19": "money", "20": "money", "21": "money", "38": "money",
}  # fmt: skip
"""UNTDID 4465, as far as a code says it: short delivery, goods (partly) returned, refused or not delivered; an agreed settlement, a
price query, a discount, late delivery, advertising, a bonus. Damaged goods and errors may be either."""
COLOMBIA: Final[Mapping[str, GivesBack]] = {
    "1": "quantity", "2": "quantity", "3": "money", "4": "money", "5": "money", "6": "money",
}  # fmt: skip
"""Reasons of DIAN's credit notes: partial return, annulment; reduction, price adjustment, discounts."""
PERU: Final[Mapping[str, GivesBack]] = {
    "01": "quantity", "02": "quantity", "06": "quantity", "07": "quantity",
    "04": "money", "05": "money", "08": "money", "09": "money",
}  # fmt: skip
"""SUNAT's catalogue 09: annulments and returns; discounts, a bonus, a lower value."""


def of_reason(code: str, *, listed: str = "") -> GivesBack:
    """What a reason code says that a credit note gives back; "" where it does not say. `listed` is how its list is called."""
    name = listed.casefold()
    if "dian" in name:
        return COLOMBIA.get(code, "")
    if "sunat" in name or "catalogo09" in name:
        return PERU.get(code, "")
    return ADJUSTMENTS.get(code, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a line moves: `gives_back` goods, days or value only, on which ground. `stated` is what says so, where something does."""

    gives_back: GivesBack
    ground: Ground
    stated: str = ""

    @property
    def is_money(self) -> bool:
        """Whether it is by value only."""
        return self.gives_back == "money"

    @property
    def assumed(self) -> bool:
        """Whether nothing says so and another reading may be meant: the price alone made it money."""
        return self.ground == "below_price"


def stated(document: Invoice, line: InvoiceLine) -> Reading | None:
    """What the document itself says that a line gives back; None where it does not."""
    if line.gives_back:
        return Reading(gives_back=line.gives_back, ground="stated", stated=line.gives_back)
    if document.gives_back:
        ground: Ground = "reason" if document.credit_reason else "stated"
        return Reading(
            gives_back=document.gives_back, ground=ground, stated=document.credit_reason or document.gives_back
        )
    by_type = _TYPES.get(document.type_code)
    return Reading(gives_back=by_type, ground="type", stated=document.type_code) if by_type else None


def gives_money_alone(document: Invoice) -> bool:
    """Whether a credit note says, for every line or as a whole, that it is a value-only credit."""
    readings = [stated(document, line) for line in document.lines]
    if not readings:
        return document.gives_back == "money" or _TYPES.get(document.type_code) == "money"
    return all(reading is not None and reading.is_money for reading in readings)
