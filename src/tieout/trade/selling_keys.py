"""Look-up keys of the selling side: under which names papers about sales orders, customers and subscriptions are found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from tieout.core.tie_out.key import billed_key as billed_key  # noqa: PLC0414  all keys of selling are found here
from tieout.core.values.party import normal_id, normal_reference
from tieout.trade.documents.accounting import AccountingSetup
from tieout.trade.documents.answers import Booking, DeliveryAnswer, Dispute, TaxAnswer
from tieout.trade.documents.customer import CreditStanding, Customer
from tieout.trade.documents.invoice import Invoice
from tieout.trade.documents.milestone import Milestone
from tieout.trade.documents.price_list import PriceList, PriceOverride, Rebate
from tieout.trade.documents.reference import LineReference
from tieout.trade.documents.shipment import CarrierEvent, CustomerReturn, DeliveryProof, Shipment
from tieout.trade.documents.subscription import Amendment, AmendmentEffect, DiscountHistory, Subscription
from tieout.trade.documents.usage import AccountMapping, Meter, StrayUsage, UsageStatement

BillingPaper = (
    AccountingSetup
    | AccountMapping
    | Amendment
    | AmendmentEffect
    | DiscountHistory
    | Meter
    | StrayUsage
    | Subscription
    | UsageStatement
)
SellingPaper = (
    BillingPaper
    | Booking
    | CarrierEvent
    | CreditStanding
    | Customer
    | CustomerReturn
    | DeliveryAnswer
    | DeliveryProof
    | Dispute
    | Milestone
    | PriceList
    | PriceOverride
    | Rebate
    | Shipment
    | TaxAnswer
)


def published_selling(paper: SellingPaper) -> Iterator[str]:
    """The keys under which others find a paper of the selling side."""
    match paper:
        case Shipment():
            yield shipment_key(paper.number)
            yield from _outbound(paper.order_number, (line.order for line in paper.lines))
        case DeliveryProof():
            yield shipment_key(paper.shipment)
            yield from _outbound(paper.order_number, (line.order for line in paper.lines))
        case CarrierEvent():
            yield shipment_key(paper.shipment)
            yield from _outbound(paper.order_number, ())
        case CustomerReturn():
            yield from _outbound("", (paper.order,))
        case Customer():
            yield customer_key(paper.number)
        case CreditStanding():
            yield credit_key(paper.number)
        case PriceList():
            yield price_list_key(paper.customer)
        case PriceOverride():
            yield override_key(paper.order)
        case Rebate():
            yield rebate_key(paper.customer)
        case TaxAnswer() | DeliveryAnswer() | Booking() | Dispute():
            yield about_key(paper.invoice)
        case Milestone():
            yield milestone_key(paper.order or paper.number)
        case _:
            yield from _published_billing(paper)


def _published_billing(paper: BillingPaper) -> Iterator[str]:
    match paper:
        case Subscription():
            yield subscription_key(paper.number)
            yield account_key(paper.account)
            yield from (metered_key(line.meter, paper.account) for line in paper.lines if line.meter)
        case Amendment():
            yield subscription_key(paper.subscription)
            yield from (metered_by_key(line.meter, paper.subscription) for line in paper.lines if line.meter)
        case AmendmentEffect():
            yield effect_key(paper.amendment)
        case DiscountHistory():
            yield discounts_key(paper.number)
        case Meter():
            yield meter_key(paper.number)
        case UsageStatement():
            yield usage_key(paper.meter, paper.account, paper.period_from)
        case AccountMapping():
            yield mapping_key(paper.number)
        case AccountingSetup():
            yield accounting_key(paper.number)
        case StrayUsage():
            return


def published_invoice(invoice: Invoice) -> Iterator[str]:
    """The keys of an invoice or credit note of ours: its number, what it takes back, and the run that made it."""
    yield issued_key(invoice.number)
    yield own_number_key(invoice)
    for number in invoice.preceding:
        yield credited_key(number)
        yield own_number_key(invoice, number)


def _outbound(header: str, references: Iterable[LineReference]) -> Iterator[str]:
    for number in (header, *(known.document for known in references)):
        if number:
            yield outbound_key(number)


def sales_order_key(number: str) -> str:
    """Where a sales order is found; also the name of its ledger."""
    return f"sales-order/{number.strip()}"


def outbound_key(order_number: str) -> str:
    """Where shipments, carrier events, proofs of delivery and returns of a sales order are found."""
    return f"outbound/{order_number.strip()}"


def shipment_key(number: str) -> str:
    """Where a shipment and what the carrier says of it are found."""
    return f"shipment/{number.strip()}"


def customer_key(number: str) -> str:
    """Where the customer of record is found."""
    return f"customer/{normal_id(number)}"


def credit_key(customer: str) -> str:
    """Where a customer's credit standing is found."""
    return f"credit/{normal_id(customer)}"


def price_list_key(customer: str) -> str:
    """Where price lists of a customer are found; "" for those that hold for all."""
    return f"price-list/{normal_id(customer) or '*'}"


def override_key(order: str) -> str:
    """Where approved price overrides of an order are found."""
    return f"override/{order.strip()}"


def rebate_key(customer: str) -> str:
    """Where a customer's rebates and promotions are found."""
    return f"rebate/{normal_id(customer)}"


def about_key(invoice: str) -> str:
    """Where tax answers, delivery answers, bookings and disputes of an invoice of ours are found."""
    return f"about/{normal_reference(invoice)}"


def issued_key(invoice: str) -> str:
    """Where an invoice or credit note of ours is found by its number, as evidence; also the name of its ledger."""
    return f"issued/{normal_reference(invoice)}"


def credited_key(invoice: str) -> str:
    """Where credit notes of ours are found by the invoice that they take back."""
    return f"credited/{normal_reference(invoice)}"


def own_number_key(invoice: Invoice, number: str = "") -> str:
    """Where other claims of this process with the number are met as look-alikes: the same paper again, or its credit note."""
    process = invoice.kind.partition("_")[0]
    return f"duplicate/{process}/{normal_reference(number or invoice.number)}"


def milestone_key(order: str) -> str:
    """Where milestones of an order or subscription are found (or one by its own number)."""
    return f"milestone/{order.strip()}"


def subscription_key(number: str) -> str:
    """Where a subscription and its amendments are found; also the name of its ledger."""
    return f"subscription/{number.strip()}"


def account_key(account: str) -> str:
    """Where the subscriptions of a billing account are found: whether there is such an account at all."""
    return f"account/{account.strip()}"


def metered_key(meter: str, account: str) -> str:
    """Where subscriptions of an account that are billed by a meter are found: whose usage is expected, though there be none."""
    return f"metered/{meter.strip()}/{account.strip()}"


def metered_by_key(meter: str, subscription: str) -> str:
    """Where amendments are found that bill a subscription by a meter: whose usage is expected from then on."""
    return f"metered-by/{meter.strip()}/{subscription.strip()}"


def effect_key(amendment: str) -> str:
    """Where what became of an amendment in each system is found."""
    return f"effect/{amendment.strip()}"


def discounts_key(entity: str) -> str:
    """Where it is found what discounts the amendments of one of our companies have given."""
    return f"discounts/{entity.strip()}"


def meter_key(number: str) -> str:
    """Where a meter is found."""
    return f"meter/{number.strip()}"


def usage_key(meter: str, account: str, period_from: date) -> str:
    """Where the usage statement of an account for a period is found."""
    return f"usage/{meter.strip()}/{account.strip()}/{period_from.isoformat()}"


def mapping_key(identifier: str) -> str:
    """Where it is found whose usage an identifier is."""
    return f"mapping/{identifier.strip()}"


def accounting_key(entity: str) -> str:
    """Where the books of one of our companies are described."""
    return f"accounting/{entity.strip()}"
