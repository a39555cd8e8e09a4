"""The kinds of documents: the keys under which they are found, their counterparty, and their page layout."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from expenses_pack.documents import CardTransaction, Employee, ExpenseClaim
from tieout.core.documents.kind import Amounts, DocumentKind
from tieout.core.documents.sheet import InRole, Related, Sheet, table, worded
from tieout.core.values.key import ANY, Key
from tieout.core.values.party import Identifier, Party, normal_reference


def card_key(number: str) -> Key:
    """Where a card transaction is found; also the name of the ledger that claims use up."""
    return Key(ANY, "card-transaction", normal_reference(number))


def employee_key(number: str) -> Key:
    """Where the record of an employee is found."""
    return Key(ANY, "employee", normal_reference(number))


def _employee(claim: ExpenseClaim) -> Party:
    return Party(name=claim.name, identifiers=(Identifier(scheme="ours", value=claim.employee),))


def _identity(claim: ExpenseClaim) -> str:
    return f"{claim.employee}/{normal_reference(claim.number)}"


def _amounts(claim: ExpenseClaim) -> Amounts:
    return Amounts(net=claim.asked, payable=claim.asked, currency=claim.currency)


def _claim_sheet(claim: ExpenseClaim) -> Sheet:
    return Sheet(
        title="Expense claim",
        number=claim.number,
        fields=(("Trip", claim.trip), ("Handed in", claim.issue_date), ("Company", claim.entity)),
        parties=(InRole(role="Employee", party=_employee(claim)),),
        tables=(
            table(
                "What was spent",
                "Line | What | From | #Days | #Amount | Card transaction",
                [
                    (line.id, worded(line.sort), line.on, line.days, line.amount, line.card or "none named")
                    for line in claim.lines
                ],
            ),
        ),
        totals=(("To be paid back", claim.asked),),
    )


def _claim_hangs_on(claim: ExpenseClaim) -> Related:
    cards = tuple(card_key(line.card) for line in claim.lines if line.card)
    return Related(keys=cards, ledgers=cards)


def _card_keys(card: CardTransaction) -> Iterable[Key]:
    yield card_key(card.number)


def _card_sheet(card: CardTransaction) -> Sheet:
    return Sheet(
        title="Card transaction",
        number=card.number,
        fields=(("Paid", card.on), ("Amount", card.amount), ("Where", card.merchant), ("Employee", card.employee)),
    )


def _card_hangs_on(card: CardTransaction) -> Related:
    return Related(keys=(card_key(card.number),), ledgers=(card_key(card.number),))


def _employee_keys(employee: Employee) -> Iterable[Key]:
    yield employee_key(employee.number)


def _employee_sheet(employee: Employee) -> Sheet:
    return Sheet(
        title="Employee",
        number=employee.number,
        fields=(("Name", employee.name), ("E-mail", employee.email), ("Language", employee.language)),
    )


EXPENSE_CLAIM: Final = DocumentKind(
    name="expense_claim",
    words="Expense claim",
    type=ExpenseClaim,
    role="claim",
    identity=_identity,
    counterparty=_employee,
    amounts=_amounts,
    sheet=_claim_sheet,
    related=_claim_hangs_on,
    other_side="employee",
    by_hand=True,
)
CARD_TRANSACTION: Final = DocumentKind(
    name="card_transaction",
    words="Card transaction",
    type=CardTransaction,
    keys=_card_keys,
    sheet=_card_sheet,
    related=_card_hangs_on,
)
EMPLOYEE: Final = DocumentKind(
    name="employee",
    words="Employee",
    type=Employee,
    role="master",
    keys=_employee_keys,
    sheet=_employee_sheet,
)
KINDS: Final = (EXPENSE_CLAIM, CARD_TRANSACTION, EMPLOYEE)
