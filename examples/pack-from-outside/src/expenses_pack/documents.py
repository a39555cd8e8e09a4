"""The documents of the process: the claim of an employee, the card transaction that proves a line of it, and the employee's record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from tieout.core.values.money import Money, total


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpenseLine:
    """One line: the type of expense, the first day, the number of days or nights, and the card transaction that paid it."""

    id: str
    sort: Literal["hotel", "meal"]
    on: date
    amount: Money
    days: int = 1
    card: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpenseClaim:
    """What an employee claims back. `employee` is our number for them; amounts are in one currency."""

    number: str
    employee: str
    name: str
    currency: str
    lines: tuple[ExpenseLine, ...]
    issue_date: date
    trip: str = ""
    entity: str = ""
    made_by: str = ""
    approved_by: str = ""
    kind: Literal["expense_claim"] = "expense_claim"

    @property
    def asked(self) -> Money:
        """The sum of the lines."""
        return total((line.amount for line in self.lines), self.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class CardTransaction:
    """A transaction that the card company booked: who paid, when, how much, where."""

    number: str
    employee: str
    on: date
    amount: Money
    merchant: str = ""
    entity: str = ""
    made_by: str = ""
    approved_by: str = ""
    kind: Literal["card_transaction"] = "card_transaction"


@dataclass(frozen=True, slots=True, kw_only=True)
class Employee:
    """The record of an employee: letters about their claims go to `email`, in their `language` ("de")."""

    number: str
    name: str
    email: str = ""
    language: str = ""
    entity: str = ""
    made_by: str = ""
    approved_by: str = ""
    kind: Literal["employee"] = "employee"
