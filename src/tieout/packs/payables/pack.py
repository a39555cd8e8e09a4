"""Payables: supplier invoices and credit notes, matched against order, receipt, inspection, contract, supplier and earlier claims."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Final

from tieout.core.access.role import Role
from tieout.core.findings.acceptance import released
from tieout.core.findings.code import Code
from tieout.core.findings.finding import Awaited, Finding
from tieout.core.findings.precedence import apply
from tieout.core.policy.policy import PolicySet
from tieout.core.tie_out.dossier import Dossier, Need
from tieout.core.tie_out.judging import verdict_of
from tieout.core.tie_out.key import is_likeness
from tieout.core.tie_out.pack import TieOut
from tieout.core.tie_out.scenario_word import ScenarioWord
from tieout.core.tie_out.verdict import PostingLine, Verdict, status_of
from tieout.core.values.key import Key
from tieout.packs.payables import posting
from tieout.packs.payables.assigned import assigned
from tieout.packs.payables.checks import (
    credit,
    dates,
    document,
    duplicate,
    freight,
    movement,
    nature,
    order,
    payable,
    policy,
    prepaid,
    price,
    quantity,
    supplier,
    tax,
    total,
)
from tieout.packs.payables.codes import TAXONOMY
from tieout.packs.payables.needs import wanted
from tieout.packs.payables.prepayments import prepayment_ledgers
from tieout.packs.payables.proposals import is_proposed
from tieout.packs.payables.resolutions import RESOLUTIONS
from tieout.packs.payables.rows import rows_of
from tieout.packs.payables.rules import NAME, RULES
from tieout.packs.payables.sheet import Sheet, lay_out
from tieout.packs.payables.short_pay import permitted
from tieout.packs.payables.taxonomy import ROWS
from tieout.trade.actions import ACTIONS
from tieout.trade.documents import Invoice, Order
from tieout.trade.facts import DIMENSIONS
from tieout.trade.keys import credited_keys, order_key, release_key
from tieout.trade.kinds import BUYING
from tieout.trade.posting_lines import remaining
from tieout.trade.ranking import next_step, priority_of
from tieout.trade.rules import POSTING
from tieout.trade.taxonomy import ROWS as SHARED_ROWS

APPLY: Final = "apply_prepayment"
VERSION: Final = "payables-15"

CHECKS: Final[tuple[Callable[[Sheet], Iterator[Finding]], ...]] = (
    policy.missing,
    document.remarks,
    duplicate.duplicates,
    supplier.blocked,
    supplier.bank,
    order.missing,
    order.invalid,
    order.extra_lines,
    order.currency,
    quantity.units,
    price.prices,
    total.lines,
    total.invoice,
    credit.differences,
    credit.founded,
    quantity.quantities,
    movement.unplaced,
    freight.charges,
    tax.taxes,
    payable.explained,
    payable.ways,
    prepaid.deducted,
    prepaid.silent,
    dates.dates,
    dates.payment_terms,
)

_OF_GOODS: Final = frozenset(
    {
        order.extra_lines, quantity.units, price.prices, total.lines, total.invoice, credit.differences, credit.founded,
        quantity.quantities, movement.unplaced, freight.charges, prepaid.deducted, prepaid.silent, dates.payment_terms,
    }
)  # fmt: skip
IN_ADVANCE: Final[tuple[Callable[[Sheet], Iterator[Finding]], ...]] = (
    *(check for check in CHECKS if check not in _OF_GOODS),
    prepaid.more_than_left,
    prepaid.credited,
)
"""What is checked of a payment in advance that a person approved: all that is not about goods, since nothing is delivered or counted
as billed yet."""


class Payables:
    """The pack. Stateless: its answers follow from dossier and policies alone."""

    name: Final = NAME
    version: Final = VERSION
    documents: Final = BUYING
    actions: Final = ACTIONS
    claims: Final = frozenset({"invoice", "credit_note"})
    watched_kinds: Final[frozenset[str]] = frozenset()
    rules: Final = RULES
    dimensions: Final = DIMENSIONS
    codes: Final[tuple[Code, ...]] = (*SHARED_ROWS, *ROWS)
    resolutions: Final = RESOLUTIONS
    silent_waits: Final = frozenset({"WAIT-SYNC", "WAIT-RECEIPT"})
    roles: Final[tuple[Role, ...]] = ()
    queues: Final[tuple[str, ...]] = ()
    scenario_words: Final[tuple[ScenarioWord, ...]] = ()

    def needs(self, dossier: Dossier) -> Iterable[Need]:
        """Keys worth looking up that were not looked up yet."""
        invoice = dossier.claim.document
        if not isinstance(invoice, Invoice):
            return ()
        keys = dict.fromkeys(wanted(dossier, assigned(dossier, invoice).invoice))
        if dossier.looked_up:
            asked = set(dossier.looked_up)
            return [Need(key=key) for key in keys if key not in asked]
        return [Need(key=key) for key in keys]

    def locks(self, dossier: Dossier) -> tuple[Key, ...]:
        """The orders whose lines this claim may use up, prepayments, and the names under which it may be a duplicate; sorted."""
        invoice = dossier.claim.document
        if not isinstance(invoice, Invoice):
            return ()
        invoice = assigned(dossier, invoice).invoice
        names = {*credited_keys(invoice), *(key for key in dossier.looked_up if is_likeness(key))}
        orders = map(order_key, invoice.order_numbers())
        return tuple(sorted({*orders, *names, *prepayment_ledgers(dossier)}))

    def ledgers(self, dossier: Dossier) -> tuple[Key, ...]:
        """The orders at hand, and the prepayments."""
        return tuple(
            sorted(
                {
                    order_key(recorded.document.number)
                    for recorded in dossier.evidence
                    if isinstance(recorded.document, Order) and not is_proposed(dossier, recorded.document.number)
                }.union(prepayment_ledgers(dossier))
            )
        )

    def tie_out(self, dossier: Dossier, policies: PolicySet) -> TieOut:
        """Builds the match sheet, checks, applies acceptances and precedence, and judges."""
        invoice = dossier.claim.document
        assert isinstance(invoice, Invoice), f"payables does not judge {invoice.kind}"
        made = assigned(dossier, invoice)
        invoice = made.invoice
        sheet = lay_out(dossier, invoice, policies, made.lines)
        gate = nature.gate(sheet)
        if gate.invoice is not invoice:
            sheet = lay_out(dossier, gate.invoice, policies, made.lines)
        in_advance = nature.is_prepayment(gate) or bool(sheet.prepayments.credits)
        checks = (IN_ADVANCE if in_advance else CHECKS) if gate.is_open else ()
        findings = [finding for check in checks for finding in check(sheet)]
        if in_advance:
            sheet = posting.in_advance(sheet)
        # Acceptances first, then precedence: what a finding silenced comes back when somebody accepts that finding.
        weighed = apply((*gate.findings, *released(findings, sheet.releases, dossier.at)), TAXONOMY)
        judged = permitted(sheet, weighed.kept)
        sheet = prepaid_as_decided(sheet, judged)
        verdict = _judge(sheet, judged)
        if weighed.silenced:
            verdict = replace(verdict, silenced=weighed.silenced)
        priority = priority_of(sheet.invoice, on=dossier.at.date())
        return TieOut(verdict=verdict, rows=rows_of(sheet, judged), priority=priority)


def prepaid_as_decided(sheet: Sheet, findings: Iterable[Finding]) -> Sheet:
    """With what a person decided to deduct that the invoice does not."""
    accepted = [finding.accepted for finding in findings if finding.code == "AP-PREPAY" and finding.accepted]
    if not any(one.resolution == APPLY for one in accepted):
        return sheet
    amount = prepaid.uncovered_of(sheet, sheet.prepayments.left())
    return replace(sheet, prepayments=sheet.prepayments.applying(amount))


def _judge(sheet: Sheet, findings: tuple[Finding, ...]) -> Verdict:
    posted = sheet.dossier.posted
    whole = status_of(findings) == "clear"
    if whole:
        part = posting.voucher_lines(sheet)
    elif sheet.ruling.value(POSTING) == "split":
        part = posting.splittable(sheet, findings, posting.voucher_lines(sheet))
    else:
        part = []
    postable = tuple(remaining(part, posted, whole=whole))
    return _verdict(sheet, findings, postable)


def _verdict(sheet: Sheet, findings: Iterable[Finding], postable: tuple[PostingLine, ...]) -> Verdict:
    findings = tuple(findings)
    return verdict_of(
        sheet.dossier,
        findings,
        version=VERSION,
        rulings=(sheet.ruling, *(line.ruling for line in sheet.lines)),
        allocations=posting.allocations_of(sheet, (*sheet.dossier.posted, *postable)),
        postable=postable,
        watching=_next_discount(sheet, findings),
    )


def _next_discount(sheet: Sheet, findings: tuple[Finding, ...]) -> Iterator[Awaited]:
    """When another discount is the one that waiting loses: the case is ranked by it then."""
    day = None if status_of(findings) == "clear" or sheet.dossier.posted else next_step(sheet.invoice, sheet.today)
    if day is not None:
        yield Awaited(key=release_key(sheet.dossier.claim.key), until=datetime.combine(day, time(), UTC))
