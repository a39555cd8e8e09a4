"""The pack: employee expenses as a process of Tieout."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from expenses_pack.checks import CHECKS, Side
from expenses_pack.codes import ASK, CODES, DEDUCT, QUEUE, TAXONOMY, TRAVEL_CLERK
from expenses_pack.documents import CardTransaction, Employee, ExpenseClaim, ExpenseLine
from expenses_pack.kinds import KINDS, card_key, employee_key
from expenses_pack.rules import RULES
from expenses_pack.words import WORDS
from tieout.core.documents.acceptance import Release
from tieout.core.documents.kind import Document
from tieout.core.findings.acceptance import released
from tieout.core.findings.finding import Finding
from tieout.core.findings.precedence import apply
from tieout.core.policy.facts import Facts
from tieout.core.policy.policy import PolicySet
from tieout.core.tie_out.actions import PlainActions
from tieout.core.tie_out.correspondence import Address, Correspondence
from tieout.core.tie_out.dossier import Dossier, Need
from tieout.core.tie_out.follows import Urgency
from tieout.core.tie_out.judging import verdict_of
from tieout.core.tie_out.pack import Pack, TieOut
from tieout.core.tie_out.plain_pack import PlainPack
from tieout.core.tie_out.verdict import Allocation, PostingLine, status_of
from tieout.core.tie_out.worksheet import Row
from tieout.core.values.key import ANY, Key
from tieout.core.values.money import Money
from tieout.core.values.sentence import Sentence

NAME: Final = "employee_expenses"
VERSION: Final = "employee-expenses-2"


class ExpenseActions(PlainActions):
    """A reimbursement is a posting like any other; with the claimed amount known, no more than that is ever posted."""

    def asks_for(self, document: Document) -> Money | None:
        """The sum of its lines."""
        return document.asked if isinstance(document, ExpenseClaim) else None

    def line_amounts(self, document: Document) -> dict[str, Money] | None:
        """Each line's amount."""
        return {line.id: line.amount for line in document.lines} if isinstance(document, ExpenseClaim) else None

    def correspondence(self, document: Document, masters: Sequence[Document], *, company: str) -> Correspondence:
        """The employee, by their record. Without an e-mail there nobody is asked: a claim states no address of its own."""
        if not isinstance(document, ExpenseClaim):
            return super().correspondence(document, masters, company=company)
        own = [one for one in masters if isinstance(one, Employee) and one.number == document.employee]
        record = own[0] if len(own) == 1 else None
        mail = record.email.strip() if record else ""
        return Correspondence(
            side="employee",
            name=record.name if record else document.name,
            number=document.employee,
            language=record.language if record else "",
            addresses=(Address(value=mail),) if mail else (),
            lacking="" if mail else Sentence("the record of {name} has no e-mail: add one there.", name=document.name),
            about=(
                (Sentence("Expense claim"), document.number),
                (Sentence("Date"), document.issue_date),
                (Sentence("Amount"), document.asked),
            ),
        )


class Expenses(PlainPack):
    """Stateless: every answer follows from dossier and policies alone."""

    name = NAME
    version = VERSION
    claims = frozenset({"expense_claim"})
    documents = KINDS
    actions = ExpenseActions()
    rules = RULES
    codes = CODES
    resolutions = (DEDUCT, ASK)
    silent_waits = frozenset({"WAIT-CARD"})
    roles = (TRAVEL_CLERK,)
    queues = (QUEUE,)
    scenario_words = WORDS

    def needs(self, dossier: Dossier) -> Iterable[Need]:
        """The card transactions that the lines name, the employee's record, and the acceptances for this claim."""
        asked = set(dossier.looked_up)
        for key in (*_cards(dossier), Key(ANY, "release", dossier.claim.key), *_employee(dossier)):
            if key not in asked:
                asked.add(key)
                yield Need(key=key)

    def locks(self, dossier: Dossier) -> tuple[Key, ...]:
        """The card transactions: two claims may not use up the same one at the same time."""
        return tuple(sorted(set(_cards(dossier))))

    def ledgers(self, dossier: Dossier) -> tuple[Key, ...]:
        """The card transactions, to know whether another claim used one up."""
        return self.locks(dossier)

    def tie_out(self, dossier: Dossier, policies: PolicySet) -> TieOut:
        """Checks, acceptances, precedence, verdict."""
        claim = dossier.claim.document
        assert isinstance(claim, ExpenseClaim), f"{NAME} does not judge {claim.kind}"
        facts = Facts(tenant=dossier.tenant, entity=dossier.entity or claim.entity, process=NAME)
        evidence = [recorded.document for recorded in dossier.evidence]
        side = Side(
            dossier=dossier,
            claim=claim,
            cards={card_key(card.number): card for card in evidence if isinstance(card, CardTransaction)},
            ruling=policies.ruling(facts, dossier.at.date()),
        )
        findings = [finding for check in CHECKS for finding in check(side)]
        acceptances = [document for document in evidence if isinstance(document, Release)]
        weighed = apply(released(findings, acceptances, dossier.at), TAXONOMY)
        clear = status_of(weighed.kept) == "clear"
        verdict = verdict_of(
            dossier,
            weighed.kept,
            version=VERSION,
            rulings=(side.ruling,),
            allocations=_used(side) if clear or dossier.posted else (),
            postable=_postable(claim, dossier) if clear else (),
        )
        rows = tuple(_row(line, weighed.kept) for line in claim.lines)
        return TieOut(verdict=verdict, rows=rows, priority=Urgency(amount=claim.asked))


def _row(line: ExpenseLine, findings: tuple[Finding, ...]) -> Row:
    own = [finding for finding in findings if finding.where == line.id]
    worst = next(
        (stage for stage in ("reject", "hold", "wait", "note") if stage in {finding.stage for finding in own}), "ok"
    )
    codes = tuple(finding.code for finding in own)
    return Row(claim_line=line.id, description=line.sort, net=line.amount, codes=codes, verdict=worst)


def _cards(dossier: Dossier) -> Iterable[Key]:
    claim = dossier.claim.document
    return (card_key(line.card) for line in claim.lines if line.card) if isinstance(claim, ExpenseClaim) else ()


def _employee(dossier: Dossier) -> Iterable[Key]:
    claim = dossier.claim.document
    return (employee_key(claim.employee),) if isinstance(claim, ExpenseClaim) and claim.employee else ()


def _used(side: Side) -> tuple[Allocation, ...]:
    return tuple(
        Allocation(
            claim_line=line.id,
            ledger=card_key(line.card).in_book(side.claim.entity),
            line="1",
            quantity=Decimal(1),
            unit="EA",
            net=line.amount,
        )
        for line in side.claim.lines
        if side.card_of(line) is not None
    )


def _postable(claim: ExpenseClaim, dossier: Dossier) -> tuple[PostingLine, ...]:
    posted = {line.claim_line for line in dossier.posted}
    zero = Money.zero(claim.currency)
    return tuple(
        PostingLine(claim_line=line.id, kind="goods", net=line.amount, tax=zero, description=line.sort)
        for line in claim.lines
        if line.id not in posted
    )


PACK: Final[Pack] = Expenses()
