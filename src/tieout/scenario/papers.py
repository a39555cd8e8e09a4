"""From the words of a scenario to canonical documents. Totals that the text does not give are worked out as a supplier would."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from tieout.core.documents.kind import Document
from tieout.core.documents.unreadable import Unreadable
from tieout.core.values.clock import Hours
from tieout.core.values.money import Money
from tieout.core.values.party import Identifier, Party
from tieout.core.values.quantity import Quantity
from tieout.scenario import billing, compact, sales
from tieout.scenario.figures import billed_line, extras, sums
from tieout.scenario.text import (
    ContractText,
    DespatchText,
    InspectionText,
    InvoiceText,
    OrderText,
    ProductText,
    ReceiptText,
    ReturnText,
    SupplierText,
    UnreadableText,
)
from tieout.scenario.text_sales import CustomerText
from tieout.trade.documents import (
    BankAccount,
    Contract,
    ContractLine,
    DespatchAdvice,
    DespatchLine,
    InspectionResult,
    Invoice,
    LineReference,
    Order,
    OrderCharge,
    OrderLine,
    Product,
    ProductIds,
    Receipt,
    ReceiptLine,
    Supplier,
    SupplierAccount,
    SupplierReturn,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where papers are written: who the partners are, and what time it is."""

    suppliers: Mapping[str, SupplierText]
    customers: Mapping[str, CustomerText]
    at: datetime
    hours: Hours

    def document(self, kind: str, text: object) -> Document:  # noqa: PLR0911  one branch a kind
        """The document of a text of a kind. Raises `Malformed`."""
        match text:
            case SupplierText():
                return _supplier(text)
            case ProductText():
                return _product(text)
            case ContractText():
                return self._contract(text)
            case OrderText():
                return self._order(text)
            case DespatchText():
                return self._despatch(text)
            case ReceiptText():
                return self._receipt(text)
            case InspectionText():
                return self._inspection(text)
            case ReturnText():
                return self._return(text)
            case InvoiceText():
                return self._invoice(text, credit=kind == "credit_note")
            case UnreadableText():
                words = {name: getattr(text, name) for name in ("code", "sender", "expected", "actual", "process")}
                return Unreadable(number=text.name, reason=text.reason, **words)
            case _:
                known = billing.BillingDesk(at=self.at, hours=self.hours).document(kind, text)
                if known is not None:
                    return known
                return sales.written(kind, text, sales.Counter(customers=self.customers, at=self.at, hours=self.hours))

    def _party(self, number: str, name: str = "") -> Party:
        known = self.suppliers.get(number)
        if known is None:
            return Party(name=name or number, identifiers=(Identifier(scheme="ours", value=number),))
        ids = [Identifier(scheme="ours", value=number)]
        ids += [Identifier(scheme="vat", value=known.vat)] if known.vat else []
        return Party(name=name or known.name, country=known.country, identifiers=tuple(ids))

    def _contract(self, text: ContractText) -> Contract:
        prices = [compact.agreed(each) for each in text.prices]
        return Contract(
            entity=text.entity,
            number=text.number,
            supplier=self._party(text.supplier),
            currency=text.currency,
            incoterm=text.incoterm,
            freight_included=text.freight_included,
            terms=text.terms,
            lines=tuple(
                ContractLine(
                    product=ProductIds(buyer=each.product),
                    price=each.price,
                    price_per=each.per,
                    unit=each.unit,
                    valid_from=each.begin,
                    valid_to=each.end,
                )
                for each in prices
            ),
        )

    def _order(self, text: OrderText) -> Order:
        lines = [compact.goods(each) for each in text.lines]
        return Order(
            number=text.number,
            issue_date=text.date or self.at.date(),
            currency=text.currency,
            supplier=self._party(text.supplier),
            buyer=Party(),
            status=text.status,
            entity=text.entity,
            site=text.site,
            terms=text.terms,
            incoterm=text.incoterm,
            contract=text.contract,
            charges=tuple(
                OrderCharge(kind=label, amount=Money.of(amount, text.currency))
                for label, amount in map(compact.charge, text.charges)
            ),
            lines=tuple(
                OrderLine(
                    id=each.id,
                    quantity=each.quantity,
                    price=each.price,
                    price_per=each.per,
                    price_unit=each.per_unit,
                    net=Money.of(each.net, text.currency) if each.net is not None else None,
                    product=ProductIds(buyer=each.product),
                    description=each.words,
                    category=text.category,
                    tax_percent=each.tax if each.tax is not None else text.tax,
                )
                for each in lines
            ),
        )

    def _despatch(self, text: DespatchText) -> DespatchAdvice:
        lines = [compact.received(each) for each in text.lines]
        return DespatchAdvice(
            entity=text.entity,
            number=text.number,
            issue_date=self.at.date(),
            supplier=Party(),
            buyer=Party(),
            order_number=text.order,
            site=text.site,
            arrives_at=compact.instant(text.arrives, after=self.at, hours=self.hours) if text.arrives else None,
            lines=tuple(
                DespatchLine(
                    id=each.line,
                    quantity=each.accepted,
                    order=LineReference(document=text.order, line=each.line),
                )
                for each in lines
            ),
        )

    def _receipt(self, text: ReceiptText) -> Receipt:
        lines = [compact.received(each) for each in text.lines]
        return Receipt(
            entity=text.entity,
            number=text.number,
            occurred_at=compact.instant(text.occurred, after=self.at, hours=self.hours) if text.occurred else self.at,
            order_number=text.order,
            site=text.site,
            origin=text.origin,
            lines=tuple(
                ReceiptLine(
                    id=each.line,
                    accepted=each.accepted,
                    in_inspection=each.in_inspection,
                    rejected=each.rejected,
                    order=LineReference(document=text.order, line=each.line),
                    lot=each.lot,
                )
                for each in lines
            ),
        )

    def _inspection(self, text: InspectionText) -> InspectionResult:
        order, line = compact.order_line(text.line)
        given = [Quantity.parse(each) for each in (text.accepted, text.rejected) if each]
        zero = Quantity(Decimal(0), given[0].unit if given else "EA")
        return InspectionResult(
            entity=text.entity,
            number=text.number,
            lot=text.lot,
            order=LineReference(document=order, line=line),
            accepted=Quantity.parse(text.accepted) if text.accepted else zero,
            rejected=Quantity.parse(text.rejected) if text.rejected else zero,
            occurred_at=self.at,
        )

    def _return(self, text: ReturnText) -> SupplierReturn:
        order, line = compact.order_line(text.line)
        return SupplierReturn(
            entity=text.entity,
            number=text.number,
            occurred_at=self.at,
            order=LineReference(document=order, line=line),
            quantity=Quantity.parse(text.quantity),
            state=text.state,
        )

    def _invoice(self, text: InvoiceText, *, credit: bool) -> Invoice:
        lines = tuple(billed_line(compact.goods(each), text) for each in text.lines)
        added = extras(text)
        rows, totals = sums(text, lines, added)
        return Invoice(
            kind="credit_note" if credit else "invoice",
            number=text.number,
            issue_date=text.date or self.at.date(),
            delivered_on=text.delivered,
            currency=text.currency,
            supplier=self._party(text.supplier, text.from_name),
            buyer=Party(),
            lines=lines,
            allowances_charges=added,
            tax=rows,
            totals=totals,
            order_number=text.order,
            contract_number=text.contract,
            preceding=text.credits,
            accounts=tuple(BankAccount(number=each) for each in _several(text.iban)),
            terms=text.terms,
            entity=text.entity,
        )


def _several(given: tuple[str, ...] | str) -> tuple[str, ...]:
    return given if isinstance(given, tuple) else (given,)


def _supplier(text: SupplierText) -> Supplier:
    return Supplier(
        entity=text.entity,
        number=text.number,
        name=text.name,
        country=text.country,
        identifiers=(Identifier(scheme="vat", value=text.vat),) if text.vat else (),
        accounts=tuple(
            SupplierAccount(number=each, approved_on=text.approved, verified=text.verified)
            for each in _several(text.iban)
        ),
        blocked=bool(text.blocked),
        block_reason=text.blocked,
        entities=text.entities,
        terms=text.terms,
        category=text.category,
        order_required=text.order_required,
    )


def _product(text: ProductText) -> Product:
    return Product(
        entity=text.entity,
        number=text.number,
        ids=ProductIds(buyer=text.number, standard=text.gtin),
        conversions=tuple(compact.conversion(each) for each in text.conversions),
    )
