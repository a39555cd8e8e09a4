"""The lines of an invoice of this family."""

from __future__ import annotations

from typing import Final

from tieout.core.values.sentence import Sentence
from tieout.formats.cii.dialect import ZUGFERD_1, Dialect, Node
from tieout.formats.cii.page import Page, day_of
from tieout.formats.cii.parts import Parts
from tieout.trade.documents import InvoiceLine

_AGREEMENT: Final = "ram:SpecifiedLineTradeAgreement"
_DELIVERY: Final = "ram:SpecifiedLineTradeDelivery"
_SETTLEMENT: Final = "ram:SpecifiedLineTradeSettlement"
_PRODUCT: Final = "ram:SpecifiedTradeProduct"


class LineReader:
    """The compiled paths of one dialect's lines; build once per dialect."""

    def __init__(self, dialect: Dialect) -> None:
        text, first, nodes = dialect.text, dialect.first, dialect.nodes
        self._parts, self._ids_required = Parts(dialect), dialect is not ZUGFERD_1
        self._id = text("ram:AssociatedDocumentLineDocument/ram:LineID")
        self._status = text("ram:AssociatedDocumentLineDocument/ram:LineStatusReasonCode")
        self._product = first(_PRODUCT)
        self._name, self._words = text(f"{_PRODUCT}/ram:Name"), text(f"{_PRODUCT}/ram:Description")
        self._price = first(f"{_AGREEMENT}/ram:NetPriceProductTradePrice")
        self._order = first(f"{_AGREEMENT}/ram:BuyerOrderReferencedDocument")
        self._quantity = first(f"{_DELIVERY}/ram:BilledQuantity")
        self._despatch = first(
            f"{_DELIVERY}/ram:DespatchAdviceReferencedDocument | {_DELIVERY}/ram:DeliveryNoteReferencedDocument"
        )
        self._receipt = first(f"{_DELIVERY}/ram:ReceivingAdviceReferencedDocument")
        self._ship_to = first(f"{_DELIVERY}/ram:ShipToTradeParty")
        self._category = text(f"{_SETTLEMENT}/ram:ApplicableTradeTax/ram:CategoryCode")
        self._rate = first(f"{_SETTLEMENT}/ram:ApplicableTradeTax/ram:RateApplicablePercent")
        self._entries = nodes(f"{_SETTLEMENT}/ram:SpecifiedTradeAllowanceCharge")
        self._prepayment = text(
            f"{_SETTLEMENT}/ram:InvoiceReferencedDocument[ram:TypeCode = '386']/ram:IssuerAssignedID"
        )
        self._from = first(f"{_SETTLEMENT}/ram:BillingSpecifiedPeriod/ram:StartDateTime/*")
        self._to = first(f"{_SETTLEMENT}/ram:BillingSpecifiedPeriod/ram:EndDateTime/*")
        self._net = first(f"{_SETTLEMENT}/ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount")

    def read(self, page: Page, node: Node, position: int) -> InvoiceLine | None:
        """The line; None for a heading, a subtotal or a line without an amount, which bill nothing (with a remark)."""
        given = self._id(node) or str(position)
        if not self._id(node):
            page.remark(
                Sentence("the line has no identifier; it is number {position} in the document", position=position),
                node,
                rule="BR-21",
                fatal=self._ids_required,
            )
        status = self._status(node)
        if status in {"GROUP", "INFORMATION"}:
            page.remark(
                Sentence("line {given} is marked {status} and bills nothing by itself", given=given, status=status),
                node,
                fatal=False,
            )
            return None
        net = page.money(self._net(node))
        if net is None:
            # ZUGFeRD 1.0 and MINIMUM-like invoices describe goods in lines without prices
            page.remark(
                Sentence(
                    "line {given} has no net amount and was not counted: {name!r}",
                    given=given,
                    name=self._name(node)[:60],
                ),
                node,
                rule="BR-24",
                fatal=False,
            )
            return None
        quantity, parts = page.quantity(self._quantity(node)), self._parts
        price, per = parts.price(page, self._price(node), unit="" if quantity is None else quantity.unit)
        return InvoiceLine(
            id=given,
            net=net,
            quantity=quantity,
            price=price,
            price_per=per,
            order=parts.reference(self._order(node)),
            despatch=parts.reference(self._despatch(node)),
            receipt=parts.reference(self._receipt(node)),
            product=parts.product(self._product(node)),
            description=self._name(node) or self._words(node),
            allowances_charges=parts.allowances_charges(page, self._entries(node)),
            tax_category=self._category(node),
            tax_percent=page.percent(self._rate(node)),
            site=parts.site(self._ship_to(node)),
            period_from=day_of(page, self._from(node)),
            period_to=day_of(page, self._to(node)),
            prepayment=self._prepayment(node),
        )
