"""What must be set up in a company's accounting before it can bill a customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from tieout.core.values.party import Party


@dataclass(frozen=True, slots=True, kw_only=True)
class RevenueAccount:
    """The account on which revenue of a plan or product ("" for all) is booked."""

    account: str
    plan: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountingSetup:
    """One of our companies (`number`) in the accounting system.

    `tax_classes` are those of customers that it can book, `periods` the first days of the months that are open. `seller` is the company
    as its invoices have to state it, where what makes them leaves out what the way to a customer demands.
    """

    number: str
    revenue: tuple[RevenueAccount, ...] = ()
    tax_classes: tuple[str, ...] = ()
    periods: tuple[date, ...] = ()
    seller: Party | None = None
    kind: Literal["accounting_setup"] = "accounting_setup"
