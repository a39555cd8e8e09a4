"""The parts that invoices and orders of this family share: parties, references, products, prices, allowances and charges."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Final

from tieout.core.values.party import Identifier, Party
from tieout.core.values.quantity import plain
from tieout.core.values.sentence import Sentence
from tieout.core.values.units import standard_factor
from tieout.formats.cii.dialect import ZUGFERD_1, Dialect, Node
from tieout.formats.cii.page import Page
from tieout.formats.ubl.sheet import text as text_of
from tieout.trade.documents import AllowanceCharge, LineReference, ProductIds

_ONE: Final = Decimal(1)
_NOWHERE: Final = LineReference()
_UNNAMED: Final = ProductIds()
CREDITOR: Final = "SEPA"  # these messages state a creditor's number for direct debits with the payment
_TAX_SCHEMES: Final = {"VA": "vat", "VAT": "vat", "FC": "tax"}


class Parts:
    """The compiled paths of one dialect for the shared parts; build once per dialect."""

    def __init__(self, dialect: Dialect) -> None:
        text, first, nodes = dialect.text, dialect.first, dialect.nodes
        self._name, self._trading = text("ram:Name"), text("ram:SpecifiedLegalOrganization/ram:TradingBusinessName")
        self._country = text("ram:PostalTradeAddress/ram:CountryID")
        self._street, self._city = (
            text("ram:PostalTradeAddress/ram:LineOne"),
            text("ram:PostalTradeAddress/ram:CityName"),
        )
        self._postcode = text("ram:PostalTradeAddress/ram:PostcodeCode")
        self._ids, self._legal_id = nodes("ram:ID | ram:GlobalID"), nodes("ram:SpecifiedLegalOrganization/ram:ID")
        self._tax_ids = nodes("ram:SpecifiedTaxRegistration/ram:ID")
        self._endpoints = nodes("ram:URIUniversalCommunication/ram:URIID")
        self._document, self._line = text("ram:IssuerAssignedID"), text("ram:LineID")
        self._seller_id, self._buyer_id = text("ram:SellerAssignedID"), text("ram:BuyerAssignedID")
        self._global_id = text("ram:GlobalID")
        self._charge = text("ram:ChargeIndicator/udt:Indicator")
        self._amount, self._basis = first("ram:ActualAmount"), first("ram:BasisAmount")
        self._percent = first("ram:CalculationPercent")
        self._reason, self._reason_code = text("ram:Reason"), text("ram:ReasonCode")
        self._category = text("ram:CategoryTradeTax/ram:CategoryCode")
        self._rate = first("ram:CategoryTradeTax/ram:RateApplicablePercent")
        self._price, self._per = first("ram:ChargeAmount"), first("ram:BasisQuantity")
        self._site = text("ram:ID | ram:GlobalID")
        self._signed_allowances = dialect is ZUGFERD_1

    def party(self, node: Node | None, *, creditor_id: str = "") -> Party:
        """The party of a node, an empty one for none: registered name before trading name, the endpoint last."""
        if node is None:
            return Party()
        country = self._country(node).upper()
        return Party(
            name=self._name(node) or self._trading(node),
            country=country if len(country) == 2 else "",
            identifiers=tuple(dict.fromkeys(self._identifiers(node, creditor_id))),
            street=self._street(node),
            city=self._city(node),
            postcode=self._postcode(node),
        )

    def _identifiers(self, node: Node, creditor_id: str) -> Iterator[Identifier]:
        if creditor_id:
            yield Identifier(scheme=CREDITOR, value=creditor_id)
        for nodes_of in (self._ids, self._legal_id, self._tax_ids, self._endpoints):
            for element in nodes_of(node):
                scheme = element.get("schemeID", "").strip()
                if value := text_of(element):
                    yield Identifier(scheme=_TAX_SCHEMES.get(scheme, scheme), value=value)

    def site(self, node: Node | None) -> str:
        """The identifier of the place that a node names, or ""."""
        return "" if node is None else self._site(node)

    def reference(self, node: Node | None) -> LineReference:
        """The document and line that a node names."""
        return _NOWHERE if node is None else LineReference(document=self._document(node), line=self._line(node))

    def product(self, node: Node | None) -> ProductIds:
        """The product's identifiers."""
        if node is None:
            return _UNNAMED
        return ProductIds(buyer=self._buyer_id(node), seller=self._seller_id(node), standard=self._global_id(node))

    def allowances_charges(self, page: Page, nodes: list[Node]) -> tuple[AllowanceCharge, ...]:
        """Allowances and charges; one without an amount is left out, with a remark."""
        read = (self._allowance_charge(page, node) for node in nodes)
        return tuple(entry for entry in read if entry is not None)

    def _allowance_charge(self, page: Page, node: Node) -> AllowanceCharge | None:
        amount = page.money(self._amount(node))
        if amount is None:
            page.remark("an allowance or charge has no amount that can be read and was left out", node, rule="BR-31")
            return None
        indicator = self._charge(node).lower()
        if indicator not in {"true", "false", "1", "0"}:
            page.remark("ChargeIndicator is neither true nor false; it was read as a charge", node)
        if self._signed_allowances and indicator in {"false", "0"} and amount.minor < 0:
            page.remark(
                Sentence(
                    "the allowance is written with a minus as {amount}; it was read as {value} off",
                    amount=amount,
                    value=-amount,
                ),
                node,
                fatal=False,
            )
            amount = -amount
        return AllowanceCharge(
            charge=indicator not in {"false", "0"},
            amount=amount,
            reason=self._reason(node),
            reason_code=self._reason_code(node),
            percent=page.percent(self._percent(node)),
            on=page.money(self._basis(node)),
            tax_category=self._category(node),
            tax_percent=page.percent(self._rate(node)),
        )

    def price(self, page: Page, node: Node | None, *, unit: str) -> tuple[Decimal | None, Decimal]:
        """The price and how many of the line's `unit` it is for (1 where it is not stated).

        No price where it is for a unit that does not convert into the line's by physical definition (with a remark).
        """
        if node is None:
            return None, _ONE
        price, basis = page.number(self._price(node)), self._per(node)
        if price is None or basis is None:
            return price, _ONE
        per = page.number(basis)
        if per is None or per <= 0:
            page.remark(
                "the price base quantity must be more than 0; the price was read as a price for 1",
                basis,
                rule="PEPPOL-EN16931-R121",
            )
            return price, _ONE
        of = page.unit(basis) if basis.get("unitCode", "").strip() else ""
        factor = Fraction(1) if not of or not unit else standard_factor(of, unit)
        exact = None if factor is None else _exact(Fraction(per) * factor)
        if exact is None:
            words = Sentence(
                "the price is for {quantity} {other}, which does not convert into the unit of the line, {unit}",
                quantity=plain(per),
                other=of,
                unit=unit,
            )
            page.remark(words, basis, rule="PEPPOL-EN16931-R130")
            return None, _ONE
        return price, per if factor == 1 else exact


def _exact(value: Fraction) -> Decimal | None:
    decimal = Decimal(value.numerator) / Decimal(value.denominator)
    return decimal if Fraction(decimal) == value else None
