"""From the text of a scenario to the documents of order to cash."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Final

from tieout.core.documents.kind import Document
from tieout.core.values.clock import Hours
from tieout.core.values.errors import Malformed
from tieout.core.values.money import Money, decimal_of
from tieout.core.values.party import Identifier, Party
from tieout.core.values.quantity import Quantity
from tieout.core.values.units import canonical_unit
from tieout.scenario import compact
from tieout.scenario import text_sales as texts
from tieout.scenario.figures import billed_line, category, extras, sums
from tieout.scenario.sales_answers import answer_document
from tieout.trade.credit_reasons import of_reason
from tieout.trade.documents import (
    CarrierEvent,
    ContractLine,
    Customer,
    CustomerReturn,
    DeliveryProof,
    DeliveryProofLine,
    ErpRecord,
    Invoice,
    LineReference,
    Milestone,
    Order,
    OrderCharge,
    OrderLine,
    PriceList,
    PriceOverride,
    ProductIds,
    Rebate,
    Shipment,
    ShipmentLine,
)
from tieout.trade.documents.shipment import DifferenceReason

MASTERS: Final = ("customer", "price_list", "override", "rebate", "credit")
DOCUMENTS: Final = (
    "sales_order", "shipment", "carrier", "proof", "customer_return", "milestone", "tax_answer", "customer_invoice",
    "customer_credit_note", "delivery_answer", "booking", "dispute",
)  # fmt: skip
US: Final = Party(
    name="Werk GmbH",
    country="DE",
    identifiers=(Identifier(scheme="vat", value="DE811111111"),),
    street="Werkstr. 1",
    city="Ulm",
    postcode="89073",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """Makes documents of the selling side: knows the customers and the current time."""

    customers: Mapping[str, texts.CustomerText]
    at: datetime
    hours: Hours

    def party(self, number: str) -> Party:
        """The customer of a number, as a document names it."""
        customer = self.customers.get(number)
        if customer is None:
            return Party(name=number, identifiers=(Identifier(scheme="ours", value=number),))
        ids = [Identifier(scheme="ours", value=number)]
        ids += [Identifier(scheme="vat", value=customer.vat)] if customer.vat else []
        return Party(
            name=customer.name,
            country=customer.country,
            identifiers=tuple(ids),
            street=customer.street,
            city=customer.city,
            postcode=customer.postcode,
        )

    def moment(self, text: str) -> datetime:
        """The moment as written, or now if none is."""
        return compact.instant(text, after=self.at, hours=self.hours) if text else self.at


def written(kind: str, text: object, counter: Counter) -> Document:  # noqa: PLR0911  one branch a kind
    """The document of a text. Raises `Malformed`."""
    match text:
        case texts.CustomerText():
            return _customer(text)
        case texts.SalesOrderText():
            return _order(text, counter)
        case texts.ShipmentText():
            return _shipment(text, counter)
        case texts.CarrierText():
            return CarrierEvent(
                entity=text.entity,
                number=text.number,
                shipment=text.shipment,
                status=text.status,
                occurred_at=counter.moment(text.at),
                order_number=text.order,
                carrier=text.carrier,
            )
        case texts.ProofText():
            return _proof(text, counter)
        case texts.CustomerReturnText():
            order, line = compact.order_line(text.line)
            return CustomerReturn(
                entity=text.entity,
                number=text.number,
                occurred_at=counter.at,
                order=LineReference(document=order, line=line),
                quantity=Quantity.parse(text.quantity),
                shipment=text.shipment,
                reason=text.reason,
            )
        case texts.MilestoneText():
            order, line = compact.order_line(text.line) if text.line else ("", "")
            return Milestone(
                entity=text.entity,
                number=text.number,
                order=order,
                line=line,
                percent=text.percent,
                accepted=text.accepted,
                accepted_by=text.accepted_by,
                occurred_at=counter.at,
            )
        case texts.CustomerInvoiceText():
            return _invoice(text, counter, credit=kind == "customer_credit_note")
        case _:
            return _other(text, counter)


def _other(text: object, counter: Counter) -> Document:
    """Prices, credit, and answers of other systems."""
    match text:
        case texts.PriceListText():
            return _price_list(text)
        case texts.OverrideText():
            return _override(text, counter)
        case texts.RebateText():
            return Rebate(
                entity=text.entity,
                number=text.number,
                customer=text.customer,
                percent=text.percent,
                product=text.product,
                valid_from=text.begins,
                valid_to=text.ends,
                agreed_on=text.agreed,
                approved_by=text.approved_by,
                on_invoice=text.on_invoice,
                accrued=_money(text.accrued, text.currency),
                turnover=_money(text.turnover, text.currency),
            )
        case _:
            return answer_document(text, counter.at)


def _money(amount: Decimal | None, currency: str) -> Money | None:
    return None if amount is None else Money.of(amount, currency)


def _customer(text: texts.CustomerText) -> Customer:
    return Customer(
        number=text.number,
        name=text.name,
        country=text.country,
        identifiers=(Identifier(scheme="vat", value=text.vat),) if text.vat else (),
        street=text.street,
        city=text.city,
        postcode=text.postcode,
        entity=text.entity,
        erp=tuple(_erp(record) for record in text.erp),
        tax_class=text.tax_class,
        terms=text.terms,
        billing_rule=text.rule,
        reference_required=text.reference_required,
        proof_required=text.proof_required,
        channel=text.channel,
        address=text.address,
        form=text.form,
        buyer_reference=text.buyer_reference,
        tier=text.tier,
        segment=text.segment,
        category=text.category,
        blocked=bool(text.blocked),
        block_reason=text.blocked,
        email=text.email,
        language=text.language,
    )


def seller_as(us: Party, text: texts.SellerText) -> Party:
    """Us, with what the invoice says of us."""
    scheme, _, value = text.address.partition(":")
    endpoint = (Identifier(scheme=scheme, value=value),) if value else ()
    return replace(
        us, contact=text.contact, phone=text.phone, email=text.email, identifiers=(*us.identifiers, *endpoint)
    )


def _erp(text: str) -> ErpRecord:
    entity, _, number = (part.strip() for part in text.partition("="))
    return ErpRecord(entity=entity, number=number)


def _order(text: texts.SalesOrderText, counter: Counter) -> Order:
    return Order(
        kind="sales_order",
        number=text.number,
        issue_date=text.date or counter.at.date(),
        currency=text.currency,
        supplier=US,
        buyer=counter.party(text.customer),
        status=text.status,
        entity=text.entity,
        site=text.site,
        terms=text.terms,
        incoterm=text.incoterm,
        customer_order=text.reference,
        billing_rule=text.rule,
        proof_required=text.proof_required,
        charges=tuple(
            OrderCharge(kind=label, amount=Money.of(amount, text.currency))
            for label, amount in map(compact.charge, text.charges)
        ),
        lines=tuple(_order_line(compact.goods(entry), text) for entry in text.lines),
    )


def _order_line(line: compact.Goods, text: texts.SalesOrderText) -> OrderLine:
    rate = line.tax if line.tax is not None else text.tax
    return OrderLine(
        id=line.id,
        quantity=line.quantity,
        price=line.price,
        price_per=line.per,
        price_unit=line.per_unit,
        product=ProductIds(seller=line.product, buyer=line.product),
        description=line.words or line.product,
        due_on=text.due,
        tax_category=category(rate),
        tax_percent=rate,
    )


def _shipment(text: texts.ShipmentText, counter: Counter) -> Shipment:
    lines = []
    for entry in text.lines:
        line, (shipped, *rest) = _parts(entry, "10: 60 EA, 58 EA picked")
        picked = next((part.removesuffix("picked") for part in rest if part.endswith("picked")), "")
        lines.append(
            ShipmentLine(
                id=line,
                shipped=Quantity.parse(shipped),
                picked=Quantity.parse(picked.strip()) if picked else None,
                order=LineReference(document=text.order, line=line),
            )
        )
    return Shipment(
        entity=text.entity,
        number=text.number,
        occurred_at=counter.moment(text.left),
        lines=tuple(lines),
        order_number=text.order,
        site=text.site,
        carrier=text.carrier,
        confirmed=text.confirmed,
        arrives_at=counter.moment(text.arrives) if text.arrives else None,
        reverses=text.reverses,
    )


def _proof(text: texts.ProofText, counter: Counter) -> DeliveryProof:
    lines = []
    for entry in text.lines:
        line, (delivered, *rest) = _parts(entry, "10: 58 EA, 2 EA damaged")
        value, _, more = rest[0].partition(" ") if rest else ("", "", "")
        unit, _, reason = more.partition(" ")
        lines.append(
            DeliveryProofLine(
                id=line,
                delivered=Quantity.parse(delivered),
                difference=Quantity.of(value, unit) if rest else None,
                reason=_reason(reason.strip(), entry),
                order=LineReference(document=text.order, line=line),
            )
        )
    return DeliveryProof(
        entity=text.entity,
        number=text.number,
        shipment=text.shipment,
        occurred_at=counter.moment(text.at),
        lines=tuple(lines),
        order_number=text.order,
        signed_by=text.signed_by,
        accepted_by=text.accepted_by,
    )


_REASONS: Final[tuple[DifferenceReason, ...]] = ("", "damaged", "short", "refused", "wrong_product", "other")


def _reason(word: str, line: str) -> DifferenceReason:
    reason = next((allowed for allowed in _REASONS if allowed == word), None)
    if reason is None:
        raise Malformed(
            "{word!r} in {line!r} is not a reason",
            remedy="damaged, short, refused, wrong_product or other",
            word=word,
            line=line,
        )
    return reason


def _parts(text: str, example: str) -> tuple[str, list[str]]:
    line, colon, rest = text.partition(":")
    parts = [part.strip() for part in rest.split(",")]
    if not colon or not parts[0]:
        raise Malformed("{text!r} is not such a line", remedy='write "{example}"', text=text, example=example)
    return line.strip(), parts


def _invoice(text: texts.CustomerInvoiceText, counter: Counter, *, credit: bool) -> Invoice:
    lines = tuple(billed_line(compact.goods(entry), text) for entry in text.lines)
    added = extras(text)
    rows, totals = sums(text, lines, added)
    accounted = None if text.tax_accounted is None else Money.of(text.tax_accounted, text.tax_currency)
    return Invoice(
        kind="customer_credit_note" if credit else "customer_invoice",
        number=text.number,
        issue_date=text.date or counter.at.date(),
        currency=text.currency,
        supplier=seller_as(US, text.seller),
        buyer=counter.party(text.customer),
        lines=lines,
        allowances_charges=added,
        tax=rows,
        tax_currency=text.tax_currency,
        totals=replace(totals, accounted=accounted),
        type_code="381" if credit else "380",
        order_number=text.order,
        customer_order=text.reference,
        preceding=text.credits,
        gives_back=text.gives_back or of_reason(text.credit_reason),
        credit_reason=text.credit_reason,
        terms=text.terms,
        entity=text.entity,
    )


def _price_list(text: texts.PriceListText) -> PriceList:
    return PriceList(
        entity=text.entity,
        number=text.number,
        currency=text.currency,
        customer=text.customer,
        approved_by=text.approved_by,
        lines=tuple(
            ContractLine(
                product=ProductIds(seller=price.product, buyer=price.product),
                price=price.price,
                price_per=price.per,
                unit=price.unit,
                valid_from=price.begin,
                valid_to=price.end,
            )
            for price in map(compact.agreed, text.prices)
        ),
    )


def _override(text: texts.OverrideText, counter: Counter) -> PriceOverride:
    order, line = compact.order_line(text.line)
    price, _, unit = (part.strip() for part in text.price.partition("per"))
    return PriceOverride(
        entity=text.entity,
        number=text.number,
        order=order,
        line=line,
        price=decimal_of(price),
        unit=canonical_unit(unit or "EA"),
        currency=text.currency,
        approved_by=text.approved_by,
        approved_at=counter.at,
        reason=text.reason,
    )
