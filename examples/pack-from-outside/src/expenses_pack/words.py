"""How scenarios write the documents of the process: `expense_claim`, `card_transaction` and `employee`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date as Day  # noqa: N812  the field is called date
from typing import Final, Literal, cast

from expenses_pack.documents import CardTransaction, Employee, ExpenseClaim, ExpenseLine
from tieout.core.documents.kind import Document
from tieout.core.tie_out.scenario_word import ScenarioWord, Writing
from tieout.core.values.errors import Malformed
from tieout.core.values.money import Money
from tieout.scenario.plain import Text, Word, Words


class ExpenseClaimText(Text):
    """What an employee claims back. Lines as "1: hotel 2026-03-02 2 nights 300.00 card T-1", "2: meal 2026-03-02 45.00"."""

    number: Word
    employee: Word
    lines: Words
    name: str = ""
    date: Day | None = None
    currency: str = "EUR"
    trip: str = ""
    entity: str = ""
    made_by: str = ""
    approved_by: str = ""
    version: Word = "1"


class CardTransactionText(Text):
    """A transaction that the card company booked: `amount` as "300.00 EUR"."""

    number: Word
    employee: Word
    amount: Word
    date: Day | None = None
    merchant: str = ""
    entity: str = ""
    version: Word = "1"


class EmployeeText(Text):
    """The record of an employee, to whom letters about a claim go."""

    number: Word
    name: str
    email: str = ""
    language: str = ""
    entity: str = ""
    version: Word = "1"


_LINE: Final = re.compile(
    r"^\s*(?P<id>\S+?)\s*:\s*(?P<sort>hotel|meal)\s+(?P<on>\d{4}-\d\d-\d\d)(?:\s+(?P<days>\d+)\s+(?:nights?|days?))?"
    r"\s+(?P<amount>-?\d+(?:\.\d+)?)(?:\s+card\s+(?P<card>\S+))?\s*$"
)


def _line(text: str, currency: str) -> ExpenseLine:
    match = _LINE.match(text)
    if not match:
        raise Malformed(
            "{text!r} is not a line", remedy='write "1: hotel 2026-03-02 2 nights 300.00 card T-1"', text=text
        )
    return ExpenseLine(
        id=match["id"],
        sort=cast("Literal['hotel', 'meal']", match["sort"]),
        on=Day.fromisoformat(match["on"]),
        days=int(match["days"] or 1),
        amount=Money.of(match["amount"], currency),
        card=match["card"] or "",
    )


def _claim(text: ExpenseClaimText, writing: Writing) -> Iterator[Document]:
    yield ExpenseClaim(
        number=text.number,
        employee=text.employee,
        name=text.name or f"Employee {text.employee}",
        currency=text.currency,
        lines=tuple(_line(line, text.currency) for line in text.lines),
        issue_date=text.date or writing.at.date(),
        trip=text.trip,
        entity=text.entity,
    )


def _card(text: CardTransactionText, writing: Writing) -> Iterator[Document]:
    yield CardTransaction(
        number=text.number,
        employee=text.employee,
        on=text.date or writing.at.date(),
        amount=Money.parse(text.amount),
        merchant=text.merchant,
        entity=text.entity,
    )


def _employee(text: EmployeeText, writing: Writing) -> Iterator[Document]:  # noqa: ARG001  a record is of no day
    yield Employee(number=text.number, name=text.name, email=text.email, language=text.language, entity=text.entity)


WORDS: Final = (
    ScenarioWord(name="card_transaction", text=CardTransactionText, write=_card),
    ScenarioWord(name="employee", text=EmployeeText, write=_employee),
    ScenarioWord(name="expense_claim", text=ExpenseClaimText, write=_claim, turn="claim"),
)
