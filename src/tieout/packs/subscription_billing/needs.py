"""What to look up: first what a claim names itself, then what those documents name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from tieout.core.documents.kind import Document
from tieout.core.tie_out.dossier import Dossier, RecordedDocument
from tieout.core.values.key import Key
from tieout.packs.subscription_billing.sheet import contracts, of_contracts
from tieout.trade.books import choose
from tieout.trade.contract_terms import Terms, Version
from tieout.trade.documents import Amendment, Invoice, Subscription, UnmappedUsage
from tieout.trade.keys import release_key
from tieout.trade.selling_keys import (
    about_key,
    account_key,
    accounting_key,
    billed_key,
    credited_key,
    customer_key,
    discounts_key,
    effect_key,
    invoiced_claim_key,
    invoiced_key,
    issued_key,
    mapping_key,
    meter_key,
    milestone_key,
    own_number_key,
    subscription_key,
    usage_key,
)


def wanted(dossier: Dossier) -> Iterator[Key]:
    """Every key worth looking up, given the evidence so far; the caller leaves out those already looked up."""
    yield release_key(dossier.claim.key)
    match dossier.claim.document:
        case Invoice() as invoice:
            yield from _of_invoice(dossier, invoice)
        case Subscription() as subscription:
            yield from _of_subscription(dossier, subscription)
        case Amendment() as amendment:
            yield from _of_amendment(dossier, amendment)
        case UnmappedUsage() as usage:
            yield mapping_key(usage.identifier)
        case _:
            return


def _of_invoice(dossier: Dossier, invoice: Invoice) -> Iterator[Key]:
    book = dossier.claim.book
    yield own_number_key(invoice, book=book)
    yield issued_key(invoice.number)  # who else has issued one of that number
    yield credited_key(invoice.number)
    yield about_key(invoice.number)
    yield billed_key(issued_key(invoice.number))
    for recorded in dossier.evidence:
        if isinstance(recorded.document, Invoice) and recorded.document.number in invoice.preceding:
            yield release_key(recorded.key)  # what was accepted on the invoice that this one follows
    for number in invoice.preceding:
        yield issued_key(number)
        yield billed_key(issued_key(number))
        yield credited_key(number)
        yield own_number_key(invoice, number, book=book)
    for number in invoice.order_numbers():
        yield subscription_key(number)
        yield milestone_key(number)
        if invoice.preceding or invoice.is_credit or (dossier.posted and _amendments(dossier)):
            yield billed_key(subscription_key(number))
    if invoice.entity:
        yield accounting_key(invoice.entity)
    for line in invoice.lines:
        if line.milestone:
            yield milestone_key(line.milestone)
    yield from _effects(dossier)
    if dossier.posted:
        yield from (release_key(recorded.key) for recorded in _amendments(dossier))
    chosen = choose(dossier)
    terms = contracts([recorded.document for recorded in of_contracts(chosen, invoice.order_numbers())])
    for contract in terms.values():
        yield customer_key(contract.subscription.account)
        for entity in {invoice.entity, dossier.entity, *(name for _, name in contract.entities)} - {""}:
            yield accounting_key(entity)
        yield from _milestones(contract)
    yield from _usage_of(invoice, terms)


def _usage_of(invoice: Invoice, terms: Mapping[str, Terms]) -> Iterator[Key]:
    for line in invoice.lines:
        contract = terms.get((line.order.document or invoice.order_number).strip())
        versions = contract.lines.get(line.order.line, ()) if contract else ()
        for meter in sorted({version.line.meter for version in versions if version.line.basis == "usage"}):
            yield meter_key(meter)
            if contract is not None:
                yield account_key(contract.subscription.account)  # whose account it is
            if contract is not None and line.period_from is not None:
                for day in _begins(versions, line.period_from, line.period_to):
                    yield usage_key(meter, contract.subscription.account, day)


def _begins(versions: Sequence[Version], first: date, last: date | None) -> Iterator[date]:
    """On which days statements of a period, or of the parts of it in which terms are the same, begin."""
    yield first
    yield from (version.days.first for version in versions if last and first < version.days.first <= last)


def _milestones(terms: Terms) -> Iterator[Key]:
    for versions in terms.lines.values():
        yield from (milestone_key(version.line.milestone) for version in versions if version.line.milestone)


def _amendments(dossier: Dossier) -> list[RecordedDocument[Document]]:
    return [recorded for recorded in dossier.evidence if isinstance(recorded.document, Amendment)]


def _effects(dossier: Dossier) -> Iterator[Key]:
    for recorded in dossier.evidence:
        if isinstance(recorded.document, Amendment):
            yield effect_key(recorded.document.number)


def invoiced_keys(dossier: Dossier, subscription: Subscription) -> frozenset[Key]:
    """Where the invoices of a subscription are found, and met as claims."""
    number = subscription.number
    return frozenset({invoiced_key(number), invoiced_claim_key(number, dossier.claim.book)})


def _of_subscription(dossier: Dossier, subscription: Subscription) -> Iterator[Key]:
    yield subscription_key(subscription.number)
    yield billed_key(subscription_key(subscription.number))
    yield milestone_key(subscription.number)
    yield from invoiced_keys(dossier, subscription)
    yield from _effects(dossier)
    documents = [recorded.document for recorded in of_contracts(choose(dossier), ())]
    terms = contracts([subscription, *documents])[subscription.number.strip()]
    yield from _milestones(terms)
    for name, versions in terms.lines.items():
        for meter in sorted({version.line.meter for version in versions if version.line.basis == "usage"}):
            yield meter_key(meter)
            yield account_key(subscription.account)
            for days in terms.periods(name, until=dossier.at.date()):
                for day in _begins(versions, days.first, days.last):
                    yield usage_key(meter, subscription.account, day)


def _of_amendment(dossier: Dossier, amendment: Amendment) -> Iterator[Key]:
    yield subscription_key(amendment.subscription)
    yield effect_key(amendment.number)
    for recorded in dossier.evidence:
        if isinstance(recorded.document, Subscription):
            yield discounts_key(amendment.entity or recorded.document.entity)
