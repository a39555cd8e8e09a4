"""Look-up keys of the selling side: under which names documents about sales orders, customers and subscriptions are found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from tieout.core.tie_out.key import DUPLICATE
from tieout.core.tie_out.key import billed_key as billed_key  # noqa: PLC0414  all keys of selling are found here
from tieout.core.values.key import ANY, Key
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
from tieout.trade.documents.usage import AccountMapping, Meter, UnmappedUsage, UsageStatement

BillingDocument = (
    AccountingSetup
    | AccountMapping
    | Amendment
    | AmendmentEffect
    | DiscountHistory
    | Meter
    | UnmappedUsage
    | Subscription
    | UsageStatement
)
SellingDocument = (
    BillingDocument
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


def published_selling(document: SellingDocument) -> Iterator[Key]:
    """The keys under which others find a document of the selling side."""
    match document:
        case Shipment():
            yield shipment_key(document.number)
            yield from _outbound(document.order_number, (line.order for line in document.lines))
        case DeliveryProof():
            yield shipment_key(document.shipment)
            yield from _outbound(document.order_number, (line.order for line in document.lines))
        case CarrierEvent():
            yield shipment_key(document.shipment)
            yield from _outbound(document.order_number, ())
        case CustomerReturn():
            yield from _outbound("", (document.order,))
        case Customer():
            yield customer_key(document.number)
        case CreditStanding():
            yield credit_key(document.number)
        case PriceList():
            yield price_list_key(document.customer)
        case PriceOverride():
            yield override_key(document.order)
        case Rebate():
            yield rebate_key(document.customer)
        case TaxAnswer() | DeliveryAnswer() | Booking() | Dispute():
            yield about_key(document.invoice)
        case Milestone():
            yield milestone_key(document.order or document.number)
        case _:
            yield from _published_billing(document)


def _published_billing(document: BillingDocument) -> Iterator[Key]:
    match document:
        case Subscription():
            yield subscription_key(document.number)
            yield account_key(document.account)
            yield from (metered_key(line.meter, document.account) for line in document.lines if line.meter)
        case Amendment():
            yield subscription_key(document.subscription)
            yield from (metered_by_key(line.meter, document.subscription) for line in document.lines if line.meter)
        case AmendmentEffect():
            yield effect_key(document.amendment)
        case DiscountHistory():
            yield discounts_key(document.number)
        case Meter():
            yield meter_key(document.number)
        case UsageStatement():
            yield usage_key(document.meter, document.account, document.period_from)
        case AccountMapping():
            yield mapping_key(document.number)
        case AccountingSetup():
            yield accounting_key(document.number)
        case UnmappedUsage():
            return


def published_invoice(invoice: Invoice) -> Iterator[Key]:
    """The keys of an invoice or credit note of ours: its number, what it takes back, and the run that made it."""
    yield issued_key(invoice.number)
    yield own_number_key(invoice)
    for number in invoice.preceding:
        yield credited_key(number)
        yield own_number_key(invoice, number)
    if not invoice.is_credit:
        for number in invoice.order_numbers():
            yield invoiced_key(number)
            yield invoiced_claim_key(number)


def _outbound(header: str, references: Iterable[LineReference]) -> Iterator[Key]:
    for number in (header, *(reference.document for reference in references)):
        if number:
            yield outbound_key(number)


def sales_order_key(number: str, book: str = ANY) -> Key:
    """Where a sales order is found; also the name of its ledger."""
    return Key(book, "sales-order", number.strip())


def outbound_key(order_number: str) -> Key:
    """Where shipments, carrier events, proofs of delivery and returns of a sales order are found."""
    return Key(ANY, "outbound", order_number.strip())


def shipment_key(number: str) -> Key:
    """Where a shipment and what the carrier says of it are found."""
    return Key(ANY, "shipment", number.strip())


def customer_key(number: str) -> Key:
    """Where the customer of record is found."""
    return Key(ANY, "customer", normal_id(number))


def credit_key(customer: str) -> Key:
    """Where a customer's credit status is found."""
    return Key(ANY, "credit", normal_id(customer))


def receivable_key(customer: str, book: str = ANY) -> Key:
    """The ledger of what goes out to a customer on credit, whichever process bills it."""
    return Key(book, "receivable", normal_id(customer))


def price_list_key(customer: str) -> Key:
    """Where price lists of a customer are found; "" for those that hold for all."""
    return Key(ANY, "price-list", normal_id(customer) or "*")


def override_key(order: str) -> Key:
    """Where approved price overrides of an order are found."""
    return Key(ANY, "override", order.strip())


def rebate_key(customer: str) -> Key:
    """Where a customer's rebates and promotions are found."""
    return Key(ANY, "rebate", normal_id(customer))


def about_key(invoice: str) -> Key:
    """Where tax answers, delivery answers, bookings and disputes of an invoice of ours are found."""
    return Key(ANY, "about", normal_reference(invoice))


def issued_key(invoice: str, book: str = ANY) -> Key:
    """Where an invoice or credit note of ours is found by its number, as evidence; also the name of its ledger."""
    return Key(book, "issued", normal_reference(invoice))


def credited_key(invoice: str) -> Key:
    """Where credit notes of ours are found by the invoice that they take back."""
    return Key(ANY, "credited", normal_reference(invoice))


def own_number_key(invoice: Invoice, number: str = "", *, book: str = ANY) -> Key:
    """Where other claims of this process with the number are met as look-alikes: the same document again, or its credit note.

    Each of our companies has its own numbers: asked in the `book` of the claim.
    """
    process = invoice.kind.partition("_")[0]
    return Key(book, DUPLICATE, f"{process}/{normal_reference(number or invoice.number)}")


def invoiced_key(order: str) -> Key:
    """Where invoices of ours are found by the sales order or subscription that they bill, released or not."""
    return Key(ANY, "invoiced", order.strip())


def invoiced_claim_key(order: str, book: str = ANY) -> Key:
    """Where the same invoices are met as claims: whether each is still on its way, or was rejected."""
    return Key(book, DUPLICATE, f"selling/invoiced/{order.strip()}")


def milestone_key(order: str) -> Key:
    """Where milestones of an order or subscription are found (or one by its own number)."""
    return Key(ANY, "milestone", order.strip())


def subscription_key(number: str, book: str = ANY) -> Key:
    """Where a subscription and its amendments are found; also the name of its ledger."""
    return Key(book, "subscription", number.strip())


def account_key(account: str) -> Key:
    """Where the subscriptions of a billing account are found: whether there is such an account at all."""
    return Key(ANY, "account", account.strip())


def metered_key(meter: str, account: str) -> Key:
    """Where subscriptions of an account that are billed by a meter are found: whose usage is expected, though there be none."""
    return Key(ANY, "metered", f"{meter.strip()}/{account.strip()}")


def metered_by_key(meter: str, subscription: str) -> Key:
    """Where amendments are found that bill a subscription by a meter: whose usage is expected from then on."""
    return Key(ANY, "metered-by", f"{meter.strip()}/{subscription.strip()}")


def effect_key(amendment: str) -> Key:
    """Where what became of an amendment in each system is found."""
    return Key(ANY, "effect", amendment.strip())


def discounts_key(entity: str) -> Key:
    """Where it is found what discounts the amendments of one of our companies have given."""
    return Key(ANY, "discounts", entity.strip())


def meter_key(number: str) -> Key:
    """Where a meter is found."""
    return Key(ANY, "meter", number.strip())


def usage_key(meter: str, account: str, period_from: date) -> Key:
    """Where the usage statement of an account for a period is found."""
    return Key(ANY, "usage", f"{meter.strip()}/{account.strip()}/{period_from.isoformat()}")


def mapping_key(identifier: str) -> Key:
    """Where it is found whose usage an identifier is."""
    return Key(ANY, "mapping", identifier.strip())


def accounting_key(entity: str) -> Key:
    """Where the accounting setup of one of our companies is found."""
    return Key(ANY, "accounting", entity.strip())
