"""Order to cash: what a customer's invoice must tie out with before it may be released, and what was never billed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Final

from tieout.core.access.role import Role
from tieout.core.documents.acceptance import Release
from tieout.core.findings.acceptance import released
from tieout.core.findings.code import Code
from tieout.core.findings.finding import Finding
from tieout.core.findings.precedence import apply
from tieout.core.policy.facts import Facts
from tieout.core.policy.policy import PolicySet
from tieout.core.tie_out.dossier import Dossier, Need
from tieout.core.tie_out.judging import verdict_of
from tieout.core.tie_out.pack import TieOut
from tieout.core.tie_out.scenario_word import ScenarioWord
from tieout.core.tie_out.verdict import PostingLine, Verdict, status_of
from tieout.core.values.key import Key
from tieout.packs.order_to_cash import posting
from tieout.packs.order_to_cash.build import built
from tieout.packs.order_to_cash.checks import (
    accrual,
    answers,
    audit,
    credit,
    credit_note,
    customer,
    document,
    duplicate,
    freight,
    leak,
    movement,
    policy,
    price,
    shipping,
    tax,
)
from tieout.packs.order_to_cash.codes import TAXONOMY
from tieout.packs.order_to_cash.crediting import proposed
from tieout.packs.order_to_cash.needs import wanted
from tieout.packs.order_to_cash.rows import rows_of, rows_of_order
from tieout.packs.order_to_cash.rules import NAME, RULES
from tieout.packs.order_to_cash.sheet import OrderSheet, Sheet, lay_out, lay_out_order
from tieout.trade.actions import ACTIONS
from tieout.trade.customer_terms import weight_of
from tieout.trade.delivery_answers import reply_of
from tieout.trade.document_gate import of_ours, passed
from tieout.trade.documents import CreditStanding, DeliveryAnswer, Invoice, Order, Rebate
from tieout.trade.facts import DIMENSIONS, with_partner
from tieout.trade.kinds import SELLING
from tieout.trade.posting_lines import remaining
from tieout.trade.ranking import priority_of
from tieout.trade.receivables import months_since
from tieout.trade.resolutions import RESOLUTIONS
from tieout.trade.rules import POSTING
from tieout.trade.selling_keys import issued_key, own_number_key, receivable_key, sales_order_key
from tieout.trade.taxonomy import ROWS

VERSION: Final = "order-to-cash-11"

CHECKS: Final[tuple[Callable[[Sheet], Iterator[Finding]], ...]] = (
    policy.missing,
    customer.master,
    customer.sendable,
    customer.billing_rules,
    movement.missing_orders,
    movement.units,
    movement.quantities,
    price.prices,
    freight.charges,
    document.remarks,
    duplicate.twice,
    tax.answers,
    tax.taxes,
    credit.credit,
    answers.disputes,
    answers.refusals,
    answers.bookings,
    audit.prices,
    credit_note.approvals,
    credit_note.founded,
    credit_note.readings,
)
ORDER_CHECKS: Final[tuple[Callable[[OrderSheet], Iterator[Finding]], ...]] = (
    policy.missing,
    shipping.unplaced_goods,
    shipping.quantities,
    shipping.unconfirmed,
    shipping.gaps,
    shipping.services,
    price.unpriced,
    leak.leaks,
)


class OrderToCash:
    """The pack. Stateless: what it answers follows from dossier and policies alone."""

    name: Final = NAME
    version: Final = VERSION
    documents: Final = SELLING
    actions: Final = ACTIONS
    claims: Final = frozenset({"customer_invoice", "customer_credit_note", "sales_order", "rebate"})
    watched_kinds: Final = frozenset({"sales_order", "rebate"})
    rules: Final = RULES
    dimensions: Final = DIMENSIONS
    codes: Final[tuple[Code, ...]] = ROWS
    resolutions: Final = RESOLUTIONS
    silent_waits: Final = frozenset({"WAIT-TAX", "WAIT-CREDIT", "WAIT-BOOKING"})
    roles: Final[tuple[Role, ...]] = ()
    queues: Final[tuple[str, ...]] = ()
    scenario_words: Final[tuple[ScenarioWord, ...]] = ()

    def needs(self, dossier: Dossier) -> Iterable[Need]:
        """Keys worth looking up that were not looked up yet."""
        asked = set(dossier.looked_up)
        for key in wanted(dossier):
            if key not in asked:
                asked.add(key)
                yield Need(key=key)

    def locks(self, dossier: Dossier) -> tuple[Key, ...]:
        """The orders whose lines this claim may use up or watches, and the name under which it may come twice; sorted."""
        claim = dossier.claim.document
        own = {own_number_key(claim, book=dossier.claim.book)} if isinstance(claim, Invoice) else set()
        return tuple(sorted({*_ledgers(dossier), *own}))

    def ledgers(self, dossier: Dossier) -> tuple[Key, ...]:
        """The sales orders in the evidence, and what was released to the customer since the credit system's figures."""
        return tuple(sorted(_ledgers(dossier) | _receivables(dossier)))

    def tie_out(self, dossier: Dossier, policies: PolicySet) -> TieOut:
        """Match, check, apply acceptances and precedence, and judge."""
        claim = dossier.claim.document
        if isinstance(claim, Order):
            return _of_order(lay_out_order(dossier, claim, policies))
        if isinstance(claim, Rebate):
            return _of_rebate(dossier, claim, policies)
        assert isinstance(claim, Invoice), f"order to cash does not judge {claim.kind}"
        sheet = lay_out(dossier, claim, policies)
        gate = passed(
            claim, [] if sheet.released else of_ours(claim, ruling=sheet.ruling), sheet.books.releases, dossier.at
        )
        findings = [finding for check in CHECKS for finding in check(sheet)] if gate.is_open else []
        weighed = apply((*gate.findings, *released(findings, sheet.books.releases, dossier.at)), TAXONOMY)
        judged = weighed.kept
        return TieOut(
            verdict=replace(_judge(sheet, judged), silenced=weighed.silenced),
            rows=rows_of(sheet, judged),
            proposed=proposed(sheet, judged),
            priority=priority_of(claim, weight_of(sheet.books.customer)),
            followed=answers.follows_up(sheet),
            reply=reply_of(sheet.invoice, sheet.books.of(DeliveryAnswer), since=sheet.dossier.resent_at),
        )


def _ledgers(dossier: Dossier) -> set[Key]:
    claim = dossier.claim.document
    own = {sales_order_key(claim.number)} if isinstance(claim, Order) else set()
    named = set(map(sales_order_key, claim.order_numbers())) if isinstance(claim, Invoice) else set()
    issued = map(issued_key, claim.preceding or (claim.number,)) if isinstance(claim, Invoice) else ()
    return own | named | set(issued)


def _receivables(dossier: Dossier) -> set[Key]:
    claim = dossier.claim.document
    if not isinstance(claim, Invoice) or dossier.posted:
        return set()
    customer = claim.buyer.identifier("ours")
    standings = [recorded.document for recorded in dossier.evidence if isinstance(recorded.document, CreditStanding)]
    return {receivable_key(customer), *months_since(customer, standings, dossier.at)}


def _of_order(sheet: OrderSheet) -> TieOut:
    findings = [finding for check in ORDER_CHECKS for finding in check(sheet)]
    weighed = apply(released(findings, sheet.books.releases, sheet.dossier.at), TAXONOMY)
    judged = weighed.kept
    rulings = (sheet.ruling, *(row.ruling for row in sheet.rows))
    watching = shipping.watching(sheet)
    verdict = verdict_of(sheet.dossier, judged, version=VERSION, rulings=rulings, watching=watching)
    return TieOut(
        verdict=replace(verdict, silenced=weighed.silenced),
        rows=rows_of_order(sheet, judged),
        proposed=built(sheet),
        priority=priority_of(sheet.order, weight_of(sheet.books.customer)),
    )


def _of_rebate(dossier: Dossier, rebate: Rebate, policies: PolicySet) -> TieOut:
    facts = with_partner(Facts(tenant=dossier.tenant, process=NAME), customer=rebate.customer)
    ruling = policies.ruling(facts, dossier.at.date())
    releases = [recorded.document for recorded in dossier.evidence if isinstance(recorded.document, Release)]
    judged = released(list(accrual.accrued(rebate, ruling)), releases, dossier.at)
    return TieOut(
        verdict=verdict_of(dossier, judged, version=VERSION, rulings=(ruling,)), rows=(), priority=priority_of(rebate)
    )


def _judge(sheet: Sheet, findings: tuple[Finding, ...]) -> Verdict:
    posted = sheet.dossier.posted
    whole = status_of(findings) == "clear" and not posting.is_cut(sheet)
    part: list[PostingLine] = []
    if whole:
        part = posting.release_lines(sheet)
    elif sheet.ruling.value(POSTING) == "split" or status_of(findings) == "clear":
        part = posting.splittable(sheet, findings, posting.release_lines(sheet))
    postable = tuple(remaining(part, posted, whole=whole))
    return verdict_of(
        sheet.dossier,
        findings,
        version=VERSION,
        rulings=(sheet.ruling, *(line.row.ruling for line in sheet.lines)),
        allocations=posting.allocations_of(sheet, (*posted, *postable)),
        postable=postable,
        delivery=customer.delivery(sheet),
    )
