"""The worksheet: claim lines and order lines side by side with their quantities, prices and limits, in the layout that auditors use."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from tieout.core.values.made import made_often
from tieout.core.values.money import Money


@made_often
@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One claim line and the order line (or a part of the order) that it matched; "" and None where there is none.

    Quantities are in the order line's unit (`unit`), prices in the claim's currency for one `unit`; where `price_expected` is in
    another one, `currency_expected` says which, and the two are not compared. `matched_by` says how the two were matched. `verdict`
    is the gravest stage of this line's findings, "ok" if none. `disputed` is what of it a customer objects to.
    """

    claim_line: str
    description: str
    order: str = ""
    order_line: str = ""
    matched_by: str = ""
    unit: str = ""
    site: str = ""
    ordered: Decimal | None = None
    received: Decimal | None = None
    in_inspection: Decimal | None = None
    accepted: Decimal | None = None
    rejected: Decimal | None = None
    billed_before: Decimal | None = None
    billed: Decimal | None = None
    price: Decimal | None = None
    price_expected: Decimal | None = None
    currency_expected: str = ""
    price_source: str = ""
    variance: Decimal | None = None
    limit: str = ""
    net: Money | None = None
    codes: tuple[str, ...] = ()
    verdict: str = "ok"
    disputed: Decimal | None = None
