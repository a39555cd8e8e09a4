"""Subscription billing: a billing run's invoice matched against contract, amendments, usage, milestones and set-up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Final

from tieout.core.access.role import Role
from tieout.core.findings.acceptance import released
from tieout.core.findings.code import Code
from tieout.core.findings.finding import Finding
from tieout.core.findings.precedence import apply
from tieout.core.policy.policy import PolicySet
from tieout.core.tie_out.dossier import Dossier, Need
from tieout.core.tie_out.judging import verdict_of
from tieout.core.tie_out.pack import TieOut
from tieout.core.tie_out.scenario_word import ScenarioWord
from tieout.core.tie_out.verdict import Verdict, status_of
from tieout.core.values.key import Key
from tieout.packs.subscription_billing import follow, posting, watched
from tieout.packs.subscription_billing.checks import (
    answers,
    credit_note,
    document,
    milestone,
    price,
    readiness,
    sanity,
    tax,
    usage,
)
from tieout.packs.subscription_billing.codes import TAXONOMY
from tieout.packs.subscription_billing.needs import wanted
from tieout.packs.subscription_billing.rows import rows_of
from tieout.packs.subscription_billing.rules import NAME, RULES
from tieout.packs.subscription_billing.sheet import Sheet, lay_out
from tieout.trade.actions import ACTIONS
from tieout.trade.customer_terms import weight_of
from tieout.trade.delivery_answers import reply_of
from tieout.trade.document_gate import of_ours, passed
from tieout.trade.documents import Amendment, DeliveryAnswer, Invoice, Subscription, UnmappedUsage
from tieout.trade.facts import DIMENSIONS
from tieout.trade.kinds import SUBSCRIBING
from tieout.trade.posting_lines import remaining
from tieout.trade.ranking import priority_of
from tieout.trade.resolutions import RESOLUTIONS
from tieout.trade.selling_keys import issued_key, own_number_key, subscription_key
from tieout.trade.taxonomy import ROWS

VERSION: Final = "subscription-billing-12"

CHECKS: Final[tuple[Callable[[Sheet], Iterator[Finding]], ...]] = (
    document.policy,
    document.remarks,
    sanity.bounds,
    readiness.ready,
    readiness.companies,
    readiness.sendable,
    usage.late,
    usage.disputed,
    usage.unstated,
    milestone.milestones,
    price.prices,
    price.prepaid,
    follow.notes,
    tax.answers,
    tax.taxes,
    credit_note.approvals,
    credit_note.founded,
    credit_note.readings,
    answers.disputes,
    answers.refusals,
)


class SubscriptionBilling:
    """The pack. Stateless: what it answers follows from dossier and policies alone."""

    name: Final = NAME
    version: Final = VERSION
    documents: Final = SUBSCRIBING
    actions: Final = ACTIONS
    claims: Final = frozenset({"billing_invoice", "billing_credit_note", "subscription", "amendment", "stray_usage"})
    watched_kinds: Final = frozenset({"subscription", "amendment", "stray_usage"})
    rules: Final = RULES
    dimensions: Final = DIMENSIONS
    codes: Final[tuple[Code, ...]] = ROWS
    resolutions: Final = RESOLUTIONS
    silent_waits: Final = frozenset({"WAIT-TAX", "WAIT-GRACE", "WAIT-SYSTEMS", "WAIT-CREDIT"})
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
        """The ledgers that an invoice may use up, and its number; watched claims use up nothing."""
        invoice = dossier.claim.document
        if not isinstance(invoice, Invoice):
            return ()
        return tuple(sorted({own_number_key(invoice, book=dossier.claim.book), *_ledgers(invoice)}))

    def ledgers(self, dossier: Dossier) -> tuple[Key, ...]:
        """The ledgers of the subscriptions and invoices that an invoice names, and its own; or the subscription's."""
        match dossier.claim.document:
            case Invoice() as invoice:
                return tuple(sorted(_ledgers(invoice)))
            case Subscription() as subscription:
                return (subscription_key(subscription.number),)
            case _:
                return ()

    def tie_out(self, dossier: Dossier, policies: PolicySet) -> TieOut:
        """Match, check, apply acceptances and precedence, and judge."""
        match dossier.claim.document:
            case Subscription() as subscription:
                return watched.tie_out_subscription(dossier, subscription, policies, VERSION)
            case Amendment() as amendment:
                return watched.tie_out_amendment(dossier, amendment, policies, VERSION)
            case UnmappedUsage() as unmapped:
                return watched.tie_out_unmapped(dossier, unmapped, policies, VERSION)
            case claim:
                assert isinstance(claim, Invoice), f"subscription billing does not judge {claim.kind}"
                return _invoice(dossier, claim, policies)


def _ledgers(invoice: Invoice) -> set[Key]:
    issued = (*invoice.preceding, invoice.number)
    return {*map(subscription_key, invoice.order_numbers()), *map(issued_key, issued)}


def _invoice(dossier: Dossier, invoice: Invoice, policies: PolicySet) -> TieOut:
    sheet = lay_out(dossier, invoice, policies)
    gate = passed(invoice, [] if dossier.posted else of_ours(invoice, ruling=sheet.ruling), sheet.releases, dossier.at)
    findings = [finding for check in CHECKS for finding in check(sheet)] if gate.is_open else []
    # Accepted first, then weighed: what a finding silenced is raised again when somebody accepts that finding.
    weighed = apply((*gate.findings, *released(findings, sheet.releases, dossier.at)), TAXONOMY)
    judged = weighed.kept
    return TieOut(
        verdict=replace(_judge(sheet, judged), silenced=weighed.silenced),
        rows=rows_of(sheet, judged),
        proposed=follow.proposals(sheet),
        priority=priority_of(invoice, weight_of(sheet.customer)),
        reply=reply_of(sheet.invoice, sheet.documents_of(DeliveryAnswer), since=sheet.dossier.resent_at),
    )


def _judge(sheet: Sheet, findings: tuple[Finding, ...]) -> Verdict:
    dossier, whole = sheet.dossier, status_of(findings) == "clear"
    sound = not any(remark.fatal for remark in dossier.remarks)  # a document that contradicts itself is not split
    lines = posting.voucher_lines(sheet) if whole or sound else []
    part = lines if whole else posting.splittable(sheet, findings, lines)
    postable = tuple(remaining(part, dossier.posted, whole=whole))
    return verdict_of(
        dossier,
        findings,
        version=VERSION,
        rulings=(sheet.ruling,),
        allocations=posting.allocations_of(sheet, (*dossier.posted, *postable)),
        postable=postable,
        delivery=readiness.delivery(sheet),
        watching=follow.watching(sheet),
    )
