"""Order-X (the cross industry order) into the canonical order. Changes and responses are answers to an order."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Final

from tieout.core.documents.reading import Reading
from tieout.core.values.money import is_currency
from tieout.core.values.quantity import Quantity
from tieout.core.values.sentence import Sentence
from tieout.formats.cii.dialect import Dialect, Node
from tieout.formats.cii.page import Page
from tieout.formats.cii.parts import Parts
from tieout.formats.cii.terms import TermsReader
from tieout.formats.format import Source, refusal
from tieout.trade.documents import LineReference, Order, OrderCharge, OrderLine, OrderResponse
from tieout.trade.documents.order_response import OrderResponseState

_TRADE: Final = "rsm:SupplyChainTradeTransaction"
_AGREEMENT: Final = f"{_TRADE}/ram:ApplicableHeaderTradeAgreement"
_SETTLEMENT: Final = f"{_TRADE}/ram:ApplicableHeaderTradeSettlement"
_SUMS: Final = f"{_SETTLEMENT}/ram:SpecifiedTradeSettlementHeaderMonetarySummation"
_LINE: Final = "ram:SpecifiedLineTrade"
_REQUESTED: Final = f"{_LINE}Delivery/ram:RequestedDeliverySupplyChainEvent"
_CHANGE: Final = "230"  # UNTDID 1001
_RESPONSE: Final = "231"
_STATES: Final[dict[str, OrderResponseState]] = {"29": "accepted", "4": "changed", "27": "rejected"}  # UNTDID 1225


class OrderReader:
    """The compiled paths; build once (`order_reader_for`)."""

    def __init__(self, dialect: Dialect) -> None:
        text, first, nodes = dialect.text, dialect.first, dialect.nodes
        self._dialect, self._parts = dialect, Parts(dialect)
        self._number, self._type = text("rsm:ExchangedDocument/ram:ID"), text("rsm:ExchangedDocument/ram:TypeCode")
        self._purpose = text("rsm:ExchangedDocument/ram:PurposeCode")
        self._answered = text(f"{_AGREEMENT}/ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID")
        self._issued = first("rsm:ExchangedDocument/ram:IssueDateTime/*")
        self._seller, self._buyer = (
            first(f"{_AGREEMENT}/ram:SellerTradeParty"),
            first(f"{_AGREEMENT}/ram:BuyerTradeParty"),
        )
        self._contract = text(f"{_AGREEMENT}/ram:ContractReferencedDocument/ram:IssuerAssignedID")
        self._incoterm = text(f"{_AGREEMENT}/ram:ApplicableTradeDeliveryTerms/ram:DeliveryTypeCode")
        self._ship_to = first(f"{_TRADE}/ram:ApplicableHeaderTradeDelivery/ram:ShipToTradeParty")
        self._currency = text(f"{_SETTLEMENT}/ram:OrderCurrencyCode")
        self._settlement, self._terms = first(_SETTLEMENT), TermsReader(dialect)
        self._charges = nodes(f"{_SETTLEMENT}/ram:SpecifiedTradeAllowanceCharge")
        self._net, self._payable = first(f"{_SUMS}/ram:TaxBasisTotalAmount"), first(f"{_SUMS}/ram:GrandTotalAmount")
        self._line_total = first(f"{_SUMS}/ram:LineTotalAmount")
        self._lines = nodes(f"{_TRADE}/ram:IncludedSupplyChainTradeLineItem")
        self._line_id = text("ram:AssociatedDocumentLineDocument/ram:LineID")
        self._product, self._name = first("ram:SpecifiedTradeProduct"), text("ram:SpecifiedTradeProduct/ram:Name")
        self._price = first(f"{_LINE}Agreement/ram:NetPriceProductTradePrice")
        self._line_contract = first(f"{_LINE}Agreement/ram:ContractReferencedDocument")
        self._quantity = first(f"{_LINE}Delivery/ram:RequestedQuantity")
        self._line_site = first(f"{_LINE}Delivery/ram:ShipToTradeParty")
        self._due = first(
            f"{_REQUESTED}/ram:OccurrenceDateTime/* | {_REQUESTED}/ram:OccurrenceSpecifiedPeriod/ram:EndDateTime/*"
        )
        self._category = text(f"{_LINE}Settlement/ram:ApplicableTradeTax/ram:CategoryCode")
        self._rate = first(f"{_LINE}Settlement/ram:ApplicableTradeTax/ram:RateApplicablePercent")
        self._entries = nodes(f"{_LINE}Settlement/ram:SpecifiedTradeAllowanceCharge")
        self._line_net = first(
            f"{_LINE}Settlement/ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount"
        )

    def read(self, source: Source) -> Reading:
        """The order, or the answer to one; an `Unreadable` where the currency is missing."""
        root = source.root
        assert root is not None
        name = self._dialect.name
        currency = self._currency(root)
        if not is_currency(currency):
            stated = repr(currency) if currency else Sentence("missing")
            reason = Sentence("the order currency is {currency}, so its amounts cannot be read", currency=stated)
            remedy = "ask for the order with an ISO 4217 currency such as EUR"
            return refusal(source, reason, where="OrderCurrencyCode", remedy=remedy, format_name=name)
        page = Page(currency)
        order = self._order(page, root)
        if not order.number:
            page.remark("the order has no number", "document")
        document = self._response(page, root, order) if self._type(root) in {_CHANGE, _RESPONSE} else order
        return Reading(document=document, format=name, remarks=tuple(page.remarks))

    def _response(self, page: Page, root: Node, order: Order) -> OrderResponse:
        """A change or response, which names the order that it is about: it is no new version of it."""
        named = self._answered(root)
        if not named:
            page.remark("the document does not name the order that it is about", "document")
        state = "change_requested" if self._type(root) == _CHANGE else _STATES.get(self._purpose(root), "acknowledged")
        return OrderResponse(
            number=order.number,
            order_number=named,
            state=state,
            issue_date=order.issue_date,
            currency=order.currency,
            supplier=order.supplier,
            buyer=order.buyer,
            lines=order.lines,
        )

    def _order(self, page: Page, root: Node) -> Order:
        parts = self._parts
        planned = parts.allowances_charges(page, self._charges(root))
        return Order(
            number=self._number(root),
            issue_date=page.day(self._issued(root)),
            currency=page.currency,
            supplier=parts.party(self._seller(root)),
            buyer=parts.party(self._buyer(root)),
            lines=tuple(self._line(page, node, position) for position, node in enumerate(self._lines(root), 1)),
            site=parts.site(self._ship_to(root)),
            terms="" if (settlement := self._settlement(root)) is None else self._terms.read(page, settlement),
            incoterm=self._incoterm(root),
            contract=self._contract(root),
            charges=tuple(
                OrderCharge(kind=one.reason_code or one.reason, amount=one.amount if one.charge else -one.amount)
                for one in planned
            ),
            # the simplest level sums charges and allowances up without naming any: then the lines alone are comparable
            net=page.money(self._net(root) if planned else self._line_total(root)),
            payable=page.money(self._payable(root)),
        )

    def _line(self, page: Page, node: Node, position: int) -> OrderLine:
        parts, quantity = self._parts, page.quantity(self._quantity(node))
        if quantity is None:
            page.remark("the line orders no quantity that can be read; it counts as nothing", node)
            quantity = Quantity(Decimal(0), "ZZ")
        price, per = parts.price(page, self._price(node), unit=quantity.unit)
        contract = self._line_contract(node)
        return OrderLine(
            id=self._line_id(node) or str(position),
            quantity=quantity,
            price=price,
            price_per=per,
            net=page.money(self._line_net(node)),
            product=parts.product(self._product(node)),
            description=self._name(node),
            site=parts.site(self._line_site(node)),
            due_on=page.day(self._due(node)),
            contract=LineReference() if contract is None else parts.reference(contract),
            tax_category=self._category(node),
            tax_percent=page.percent(self._rate(node)),
            allowances_charges=parts.allowances_charges(page, self._entries(node)),
        )


@cache
def order_reader_for(dialect: Dialect) -> OrderReader:
    """The reader of a dialect, compiled once."""
    return OrderReader(dialect)
