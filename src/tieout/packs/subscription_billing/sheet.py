"""The match sheet: an account's invoice matched against contracts, usage, milestones and ledgers; computed once for all checks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Final, TypeVar

from tieout.core.documents.acceptance import Release
from tieout.core.documents.kind import Document
from tieout.core.policy.facts import Facts
from tieout.core.policy.policy import PolicySet, Ruling
from tieout.core.tie_out.dossier import Dossier, RecordedDocument
from tieout.core.values.key import Key
from tieout.core.values.money import Money, is_currency
from tieout.core.values.party import normal_id
from tieout.core.values.sentence import Sentence
from tieout.packs.subscription_billing.charges import charge_of, is_once, money_of, slot_of
from tieout.packs.subscription_billing.invoiced import less_accepted
from tieout.packs.subscription_billing.ledger import Usedup, used_up
from tieout.packs.subscription_billing.milestones import accepted_of, milestone_of, progress_of
from tieout.packs.subscription_billing.prepaid import PREPAID, given_back, with_prepaid
from tieout.packs.subscription_billing.proration import with_corrections
from tieout.packs.subscription_billing.reading import Reader, followers_of
from tieout.packs.subscription_billing.rules import NAME
from tieout.packs.subscription_billing.usage import Reliance, reliance_on
from tieout.trade.books import Chosen, choose, source_of
from tieout.trade.contract_periods import Days
from tieout.trade.contract_terms import Terms, Version, holding, terms_of
from tieout.trade.credit_reasons import Reading
from tieout.trade.documents import (
    AccountingSetup,
    Amendment,
    AmendmentEffect,
    Customer,
    Invoice,
    InvoiceLine,
    Meter,
    Milestone,
    Subscription,
    UsageStatement,
)
from tieout.trade.facts import with_partner
from tieout.trade.selling_keys import subscription_key

DOCUMENT: Final = "document"
_NOTHING: Final = Usedup(slots={})
_LONGEST: Final = timedelta(days=366 * 10)
_YEAR_MAX: Final = 2999
D = TypeVar("D")


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLine:
    """One line of the invoice matched against the contract's. Money is signed by the kind of document.

    `version` None: no contract in the evidence has the line. `days` None: the line names no period (what is charged once needs
    none). `expected` is what contract and evidence give for the line, None while that cannot be calculated; for a true-up it is
    what is still owed besides what others have billed. `posted`: it is booked already. `corrects` are the places of billed days that
    the line corrects, as billing systems prorate; then `expected` is what makes them right, and `due` what the terms give for its
    own days; `together` is what all lines that correct them are due and come to, where these differ.
    `adds`: it is posted by value only. `reading` is what the line gives back, or that it bills a difference alone; None where it
    bills its place.
    """

    line: InvoiceLine
    terms: Terms | None
    version: Version | None
    days: Days | None
    slot: str
    reliance: Reliance | None
    milestone: Milestone | None
    expected: Money | None
    billed: Money
    others: Usedup
    posted: bool
    ruling: Ruling
    due: Money | None = None
    corrects: tuple[str, ...] = ()
    adds: bool = False
    together: tuple[Money, Money] | None = None
    reading: Reading | None = None

    @property
    def is_money(self) -> bool:
        """Whether it is by value only, and moves no days."""
        return self.reading is not None and self.reading.is_money

    @property
    def where(self) -> str:
        """The place that findings name: the line's id."""
        return self.line.id

    @property
    def takes_place(self) -> bool:
        """Whether the line uses up its place on the ledger; a true-up, a correction or a difference only adds money to what is
        billed there, and what was prepaid has no days."""
        adds = self.is_money and self.billed.minor > 0
        return self.line.basis != "true_up" and not self.corrects and not self.is_prepaid and not adds

    @property
    def is_prepaid(self) -> bool:
        """Whether the line takes off money that was paid in advance."""
        return self.version is not None and self.version.line.basis == PREPAID

    @property
    def awaits(self) -> str:
        """The milestone that the line waits for; "" if it waits for none."""
        if self.version is None or self.version.line.basis != "milestone":
            return self.line.milestone
        own = self.version.line
        return self.line.milestone or own.milestone or Sentence("of line {line}", line=own.id)

    @property
    def progress(self) -> str:
        """How far the milestone is, in words."""
        if self.milestone is None:
            return "nothing is known of it"
        return progress_of(self.milestone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Everything that the checks of one invoice read."""

    dossier: Dossier
    invoice: Invoice
    terms: Mapping[str, Terms]
    lines: tuple[SheetLine, ...]
    customers: tuple[Customer, ...]
    setups: tuple[AccountingSetup, ...]
    releases: tuple[Release, ...]
    ruling: Ruling
    chosen: Chosen
    followers: tuple[RecordedDocument[Invoice], ...] = ()
    evidence: tuple[RecordedDocument[Document], ...] = ()

    @property
    def open_lines(self) -> tuple[SheetLine, ...]:
        """The lines that are not booked yet: only these can still be held."""
        return tuple(line for line in self.lines if not line.posted)

    @property
    def is_final(self) -> bool:
        """Whether all of the invoice is booked."""
        return bool(self.lines) and not self.open_lines

    @property
    def foreign(self) -> tuple[str, ...]:
        """The currencies of its amounts other than the invoice's own: such an invoice cannot be added up."""
        invoice = self.invoice
        amounts = [
            getattr(invoice.totals, column.name) for column in fields(invoice.totals) if column.name != "accounted"
        ]
        amounts += [line.net for line in invoice.lines]
        amounts += [charge.amount for charge in invoice.allowances_charges]
        amounts += [amount for row in invoice.tax for amount in (row.taxable, row.tax)]
        currencies = {amount.currency for amount in amounts if isinstance(amount, Money)}
        return tuple(sorted(currencies - {invoice.currency}))

    @property
    def booked_on(self) -> date:
        """The day on which it is booked."""
        return self.invoice.issue_date or self.dossier.at.date()

    @property
    def entity(self) -> str:
        """Our company that bills: as the invoice says, else as the contracts say."""
        stated = self.invoice.entity or self.dossier.entity
        return stated or next((terms.entity_on(self.booked_on) for terms in self.terms.values()), "")

    def customer_of(self, terms: Terms) -> Customer | None:
        """The customer of record of a contract's account."""
        account = normal_id(terms.subscription.account)
        return next((customer for customer in self.customers if normal_id(customer.number) == account), None)

    @property
    def customer(self) -> Customer | None:
        """The customer of record that the invoice goes to; None where it is not known, or contracts name several."""
        customers = {
            customer.number: customer for customer in map(self.customer_of, self.terms.values()) if customer is not None
        }
        return next(iter(customers.values())) if len(customers) == 1 else None

    def documents_of(self, type_: type[D]) -> list[D]:
        """The documents of one type among the evidence, in a fixed order."""
        return of_type((recorded.document for recorded in self.evidence), type_)

    @property
    def setup(self) -> AccountingSetup | None:
        """The accounting setup of the company that bills; None if it is not known."""
        return next((setup for setup in self.setups if setup.number.strip() == self.entity.strip()), None)


def of_type(documents: Iterable[object], type_: type[D]) -> list[D]:
    """The documents of one type, in their order."""
    return [document for document in documents if isinstance(document, type_)]


def contracts(documents: Sequence[object]) -> dict[str, Terms]:
    """The terms of every subscription in the evidence, by number, without amendments that were taken back everywhere."""
    amendments = holding(of_type(documents, Amendment), of_type(documents, AmendmentEffect))
    return {
        subscription.number.strip(): terms_of(subscription, amendments)
        for subscription in of_type(documents, Subscription)
    }


def lay_out(dossier: Dossier, invoice: Invoice, policies: PolicySet) -> Sheet:
    """Match the claim against its evidence. Pure; the order of the evidence does not matter."""
    chosen = choose(dossier)
    evidence = of_contracts(chosen, invoice.order_numbers())
    documents = [recorded.document for recorded in evidence]
    terms = contracts(documents)
    ruling = policies.ruling(_facts(dossier, invoice, terms), dossier.at.date())
    followers = followers_of(evidence, invoice)
    without = {source_of(recorded.key) for recorded in followers}
    ledgers = {
        number: used_up(ledger_of(contract, chosen), dossier.allocated, without=without, claim=invoice)
        for number, contract in sorted(terms.items())
    }
    posted = {line.claim_line for line in dossier.posted}
    releases = of_type(documents, Release)
    before = {recorded.key for recorded in evidence if recorded.document.number in invoice.preceding}
    waived = [release for release in releases if release.claim in before]
    lines = [
        _line(invoice, line, terms, ledgers, documents, posted=line.id in posted, ruling=ruling)
        for line in invoice.lines
    ]
    money = {line.claim_line for line in dossier.posted if line.kind == "price"}
    if money:
        lines = [replace(line, adds=line.where in money) for line in lines]
    reader = Reader(dossier=dossier, invoice=invoice, chosen=chosen, ruling=ruling)
    read = _unwaived([reader.read(line) for line in (lines if invoice.is_credit else with_corrections(lines))], waived)
    return Sheet(
        dossier=dossier,
        invoice=invoice,
        terms=terms,
        lines=given_back(read) if invoice.is_credit else with_prepaid(read, terms),
        customers=tuple(of_type(documents, Customer)),
        setups=tuple(of_type(documents, AccountingSetup)),
        releases=tuple(releases),
        ruling=ruling,
        chosen=chosen,
        followers=followers,
        evidence=evidence,
    )


def _unwaived(lines: Sequence[SheetLine], waived: Sequence[Release]) -> list[SheetLine]:
    """The lines; a true-up without what was accepted on the invoice that it follows."""
    return [
        replace(line, expected=less_accepted(line.expected, waived, line.where))
        if waived and line.line.basis == "true_up" and line.expected is not None
        else line
        for line in lines
    ]


def of_contracts(chosen: Chosen, numbers: Collection[str]) -> tuple[RecordedDocument[Document], ...]:
    """The evidence that counts, without contracts of other numbers: those only show which company has the account."""
    return tuple(
        recorded
        for recorded in chosen.evidence
        if not isinstance(recorded.document, Subscription) or recorded.document.number.strip() in numbers
    )


def ledger_of(terms: Terms, chosen: Chosen) -> Key:
    """The ledger of a subscription, in the book of the company that has it, as its system's."""
    return chosen.ledger(subscription_key(terms.subscription.number, chosen.book_of(terms.subscription)))


def _facts(dossier: Dossier, invoice: Invoice, terms: Mapping[str, Terms]) -> Facts:
    accounts = {contract.subscription.account for contract in terms.values()} or {invoice.buyer.identifier("ours")}
    entities = {contract.subscription.entity for contract in terms.values()}
    stated = dossier.entity or invoice.entity
    entity = stated or (entities.pop() if len(entities) == 1 else "")
    return with_partner(
        Facts(tenant=dossier.tenant, entity=entity, process=NAME), customer=accounts.pop() if len(accounts) == 1 else ""
    )


def _line(
    invoice: Invoice,
    line: InvoiceLine,
    terms: Mapping[str, Terms],
    ledgers: Mapping[str, Usedup],
    documents: Sequence[object],
    *,
    posted: bool,
    ruling: Ruling,
) -> SheetLine:
    number = (line.order.document or invoice.order_number).strip()
    contract, others, days = terms.get(number), ledgers.get(number, _NOTHING), _days(line)
    if contract is not None:
        contract = contract.as_billed(
            line.order.line, billed_periods(others, line.order.line) or ([days] if days else [])
        )
    milestones = of_type(documents, Milestone)
    version = _version(contract, line, days, milestones)
    corrects = posted or (days is not None and is_billed(days, others, line.order.line))
    if version is None and contract is not None and days is not None and corrects:
        version = contract.on(line.order.line, days.first)  # in force when it was booked, or when what it corrects was
    reliance = None
    if contract is not None and version is not None and version.line.basis == "usage" and days is not None:
        statements, meters = of_type(documents, UsageStatement), of_type(documents, Meter)
        reliance = reliance_on(contract, version.line.id, days, statements, meters)
    first = days.first if days else None
    slot = slot_of(version.line, first) if version is not None else f"{line.order.line}/{first or 'once'}"
    billed_before = others.at(slot).minor
    expected = _expected(invoice, line, contract, days, version, reliance=reliance, billed=billed_before)
    return SheetLine(
        line=line,
        terms=contract,
        version=version,
        days=days,
        slot=slot,
        reliance=reliance,
        milestone=milestone_of(version, line, number, milestones),
        expected=expected,
        due=expected,
        billed=Money(line.net.minor * invoice.sign, line.net.currency),
        others=others,
        posted=posted,
        ruling=ruling,
    )


def billed_periods(others: Usedup, name: str) -> list[Days]:
    """The periods that a ledger has of a line."""
    return [billed.period for billed in others.of(name) if billed.period is not None]


def is_billed(days: Days, others: Usedup, name: str) -> bool:
    """Whether a ledger has all of these days of a line."""
    both = (period.within(days) for period in billed_periods(others, name))
    return sum(part.count for part in both if part is not None) == days.count


def _days(line: InvoiceLine) -> Days | None:
    """The line's period; None where it has none, or one that is implausibly long."""
    if line.period_from is None or line.period_to is None or line.period_from > line.period_to:
        return None
    if line.period_to - line.period_from > _LONGEST or line.period_to.year > _YEAR_MAX:
        return None
    return Days(first=line.period_from, last=line.period_to)


def _version(
    terms: Terms | None, line: InvoiceLine, days: Days | None, milestones: Sequence[Milestone]
) -> Version | None:
    """The contract's line as of the first billed day on which it is in force; what is charged once needs no period."""
    versions = terms.lines.get(line.order.line, ()) if terms is not None else ()
    if terms is None or not versions:
        return None
    name = line.order.line
    if is_once(versions[-1].line):
        accepted = accepted_of(terms, name, milestones)
        return terms.once(name, accepted.occurred_at if accepted else None)
    if days is None:
        return versions[-1]
    return next((version for version, _ in terms.during(name, days)), None)


def _expected(
    invoice: Invoice,
    line: InvoiceLine,
    terms: Terms | None,
    days: Days | None,
    version: Version | None,
    *,
    reliance: Reliance | None,
    billed: int,
) -> Money | None:
    if (
        terms is None
        or version is None
        or {terms.subscription.currency, line.net.currency} != {invoice.currency}
        or not is_currency(invoice.currency)
    ):
        return None
    exact = _exact(terms, version, days, reliance)
    if exact is None:
        return None
    owed = money_of(exact, invoice.currency)
    return Money(owed.minor - billed, owed.currency) if line.basis == "true_up" else owed


def _exact(terms: Terms, version: Version, days: Days | None, reliance: Reliance | None) -> Fraction | None:
    name = version.line.id
    if is_once(version.line):
        return charge_of(terms, name, version.days)
    if days is None:
        return None
    if not list(terms.during(name, days)):
        return Fraction(0)  # not in force any more on these days: nothing is owed for them
    return charge_of(terms, name, days, reliance.used if reliance is not None else None)
