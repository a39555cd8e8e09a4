"""From the text of a scenario to canonical documents. Totals that are not given are calculated as a supplier would."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from tieout.core.documents.kind import Document
from tieout.core.documents.unreadable import Unreadable
from tieout.core.values.clock import Hours
from tieout.core.values.money import Money, extend
from tieout.core.values.party import Identifier, Party
from tieout.core.values.quantity import Quantity
from tieout.scenario import billing, compact, sales
from tieout.scenario.figures import billed_line, entries_of, extras, sums
from tieout.scenario.paying import paid_as_written
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
from tieout.trade.credit_reasons import of_reason
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
class DocumentWriter:
    """Makes documents from text: knows the partners and the current time."""

    suppliers: Mapping[str, SupplierText]
    customers: Mapping[str, CustomerText]
    at: datetime
    hours: Hours

    def document(self, kind: str, text: object) -> Document:  # noqa: PLR0911  one branch a kind
        """The document of a kind from its text. Raises `Malformed`."""
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
                billed = billing.BillingDocumentWriter(at=self.at, hours=self.hours).document(kind, text)
                if billed is not None:
                    return billed
                return sales.written(kind, text, sales.Counter(customers=self.customers, at=self.at, hours=self.hours))

    def _party(self, number: str, name: str = "") -> Party:
        supplier = self.suppliers.get(number)
        if supplier is None:
            return Party(name=name or number, identifiers=(Identifier(scheme="ours", value=number),))
        ids = [Identifier(scheme="ours", value=number)]
        ids += [Identifier(scheme="vat", value=supplier.vat)] if supplier.vat else []
        return Party(name=name or supplier.name, country=supplier.country, identifiers=tuple(ids))

    def _contract(self, text: ContractText) -> Contract:
        prices = [compact.agreed(price) for price in text.prices]
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
                    product=ProductIds(buyer=price.product),
                    price=price.price,
                    price_per=price.per,
                    unit=price.unit,
                    valid_from=price.begin,
                    valid_to=price.end,
                )
                for price in prices
            ),
        )

    def _order(self, text: OrderText) -> Order:
        lines = [compact.goods(line) for line in text.lines]
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
                OrderCharge(kind=label, amount=Money.of(amount if adds else -amount, text.currency))
                for adds, given in ((True, text.charges), (False, text.allowances))
                for label, amount in map(compact.charge, given)
            ),
            lines=tuple(
                OrderLine(
                    id=line.id,
                    quantity=line.quantity,
                    price=line.price,
                    price_per=line.per,
                    price_unit=line.per_unit,
                    net=Money.of(line.net, text.currency) if line.net is not None else None,
                    product=ProductIds(buyer=line.product),
                    description=line.words,
                    allowances_charges=entries_of(
                        line,
                        extend(line.price or Decimal(0), line.quantity.value, per=line.per, currency=text.currency),
                    ),
                    category=text.category,
                    tax_percent=line.tax if line.tax is not None else text.tax,
                )
                for line in lines
            ),
        )

    def _despatch(self, text: DespatchText) -> DespatchAdvice:
        lines = [compact.received(line) for line in text.lines]
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
                    id=line.line,
                    quantity=line.accepted,
                    order=LineReference(document=text.order, line=line.line),
                )
                for line in lines
            ),
        )

    def _receipt(self, text: ReceiptText) -> Receipt:
        lines = [compact.received(line) for line in text.lines]
        return Receipt(
            entity=text.entity,
            number=text.number,
            occurred_at=compact.instant(text.occurred, after=self.at, hours=self.hours) if text.occurred else self.at,
            order_number=text.order,
            site=text.site,
            origin=text.origin,
            lines=tuple(
                ReceiptLine(
                    id=line.line,
                    accepted=line.accepted,
                    in_inspection=line.in_inspection,
                    rejected=line.rejected,
                    order=LineReference(document=text.order, line=line.line),
                    lot=line.lot,
                    catch_weight=line.catch_weight,
                )
                for line in lines
            ),
        )

    def _inspection(self, text: InspectionText) -> InspectionResult:
        order, line = compact.order_line(text.line)
        given = [Quantity.parse(quantity) for quantity in (text.accepted, text.rejected) if quantity]
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
        lines = tuple(billed_line(compact.goods(one), text) for one in text.lines)
        added = extras(text)
        rows, totals = sums(text, lines, added)
        invoice = Invoice(
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
            preceding=(*text.credits, *text.corrects),
            gives_back=text.gives_back or of_reason(text.credit_reason),
            credit_reason=text.credit_reason,
            type_code=text.type,
            payee=Party(name=text.payee) if text.payee else None,
            accounts=tuple(BankAccount(number=one) for one in _several(text.iban)),
            terms=text.terms,
            entity=text.entity,
        )
        return paid_as_written(invoice, text)


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
            SupplierAccount(number=number, approved_on=text.approved, verified=text.verified)
            for number in _several(text.iban)
        ),
        blocked=bool(text.blocked),
        block_reason=text.blocked,
        entities=text.entities,
        terms=text.terms,
        category=text.category,
        order_required=text.order_required,
        email=text.email,
        electronic_address=text.electronic_address,
        language=text.language,
    )


def _product(text: ProductText) -> Product:
    return Product(
        entity=text.entity,
        number=text.number,
        ids=ProductIds(buyer=text.number, standard=text.gtin),
        conversions=tuple(compact.conversion(conversion) for conversion in text.conversions),
    )
