"""An invoice or credit note of this family (CII D16B in all its profiles, ZUGFeRD 1.0) into the canonical document."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final

from tieout.core.documents.reading import Reading
from tieout.core.values.money import is_currency
from tieout.core.values.sentence import Sentence
from tieout.formats.cii.dialect import Dialect, Node
from tieout.formats.cii.line import LineReader
from tieout.formats.cii.page import Page
from tieout.formats.cii.parts import Parts
from tieout.formats.cii.repeats import once_in
from tieout.formats.cii.settlement import SettlementReader
from tieout.formats.format import Source, refusal
from tieout.formats.ubl.repeated import remark_repeats
from tieout.formats.ubl.sheet import text as text_of
from tieout.formats.ubl.taxes import not_vat
from tieout.trade.arithmetic.measure import claims_standard
from tieout.trade.document_types import classify, credit_title, titled, type_list_of
from tieout.trade.documents import Invoice
from tieout.trade.documents.invoice import InvoiceKind
from tieout.trade.tax_rules.families import family_of

_TRADE: Final = "rsm:SupplyChainTradeTransaction"
_AGREEMENT: Final = f"{_TRADE}/ram:ApplicableHeaderTradeAgreement"
_DELIVERY: Final = f"{_TRADE}/ram:ApplicableHeaderTradeDelivery"
_SETTLEMENT: Final = f"{_TRADE}/ram:ApplicableHeaderTradeSettlement"
_LINE: Final = f"{_TRADE}/ram:IncludedSupplyChainTradeLineItem"
_ENTRY: Final = f"{_SETTLEMENT}/ram:SpecifiedTradeAllowanceCharge"


class InvoiceReader:
    """The compiled paths of one dialect; build once per dialect (`reader_for`)."""

    def __init__(self, dialect: Dialect) -> None:
        text, first, nodes = dialect.text, dialect.first, dialect.nodes
        self._dialect, self._parts = dialect, Parts(dialect)
        self._line, self._settlement_of = LineReader(dialect), SettlementReader(dialect)
        self._profile = text("rsm:ExchangedDocumentContext/ram:GuidelineSpecifiedDocumentContextParameter/ram:ID")
        self._process = text("rsm:ExchangedDocumentContext/ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID")
        self._number, self._type = text("rsm:ExchangedDocument/ram:ID"), first("rsm:ExchangedDocument/ram:TypeCode")
        self._issued = first("rsm:ExchangedDocument/ram:IssueDateTime/*")
        self._notes = nodes("rsm:ExchangedDocument/ram:IncludedNote/ram:Content")
        self._title = text("rsm:ExchangedDocument/ram:Name")
        self._lines = nodes(_LINE)
        self._seller, self._buyer = (
            first(f"{_AGREEMENT}/ram:SellerTradeParty"),
            first(f"{_AGREEMENT}/ram:BuyerTradeParty"),
        )
        self._representative = first(f"{_AGREEMENT}/ram:SellerTaxRepresentativeTradeParty")
        self._registration = text(f"{_AGREEMENT}/ram:BuyerTradeParty/ram:SpecifiedLegalOrganization/ram:ID")
        self._order = text(f"{_AGREEMENT}/ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID")
        self._buyer_reference = text(f"{_AGREEMENT}/ram:BuyerReference")
        self._contract = text(f"{_AGREEMENT}/ram:ContractReferencedDocument/ram:IssuerAssignedID")
        self._ship_to = first(f"{_DELIVERY}/ram:ShipToTradeParty")
        self._deliver_to = text(f"{_DELIVERY}/ram:ShipToTradeParty/ram:PostalTradeAddress/ram:CountryID")
        self._delivered = first(f"{_DELIVERY}/ram:ActualDeliverySupplyChainEvent/ram:OccurrenceDateTime/*")
        despatch = f"{_DELIVERY}/ram:DespatchAdviceReferencedDocument | {_DELIVERY}/ram:DeliveryNoteReferencedDocument"
        self._despatch, self._receipt = first(despatch), first(f"{_DELIVERY}/ram:ReceivingAdviceReferencedDocument")
        self._settlement = first(_SETTLEMENT)
        self._scheme = text("ram:TypeCode")
        self._taxed = {
            "BR-CO-04": nodes(f"{_LINE}/ram:SpecifiedLineTradeSettlement/ram:ApplicableTradeTax"),
            "BR-32": nodes(f"{_ENTRY}[ram:ChargeIndicator/udt:Indicator = 'false']/ram:CategoryTradeTax"),
            "BR-37": nodes(f"{_ENTRY}[ram:ChargeIndicator/udt:Indicator = 'true']/ram:CategoryTradeTax"),
            "BR-CO-17": nodes(f"{_SETTLEMENT}/ram:ApplicableTradeTax"),
        }
        self._currency = text(f"{_SETTLEMENT}/ram:InvoiceCurrencyCode")
        self._stated = nodes(f"{_TRADE}//*[@currencyID]")

    def read(self, source: Source) -> Reading:
        """The document of the source; an `Unreadable` where its currency is missing, because then no amount can be read."""
        root = source.root
        assert root is not None
        stated = self._currency(root)
        used = set() if stated else {currency for node in self._stated(root) if (currency := node.get("currencyID"))}
        currency = used.pop() if len(used) == 1 else stated
        if not is_currency(currency):
            return refusal(
                source,
                Sentence(
                    "the invoice currency is {stated}, so its amounts cannot be read",
                    stated=repr(currency) if currency else Sentence("missing"),
                ),
                where="InvoiceCurrencyCode",
                remedy="ask for the invoice with an ISO 4217 currency such as EUR",
                format_name=self._dialect.name,
            )
        page = Page(currency)
        remark_repeats(page, root, once_in(self._dialect))
        if not stated:
            page.remark(
                Sentence(
                    "the invoice currency is missing; all amounts are in {currency}, so it was read as {currency}",
                    currency=currency,
                ),
                root,
                rule="BR-05",
            )
        document = self._invoice(page, root)
        _remark_what_is_missing(page, document)
        if claims_standard(document) and family_of(document).standard:
            self._remark_schemes(page, root)
        return Reading(document=document, format=self._dialect.name, remarks=tuple(page.remarks))

    def _invoice(self, page: Page, root: Node) -> Invoice:
        parts, typed, profile = self._parts, self._type(root), self._profile(root)
        attributes = {} if typed is None else {str(name): str(value) for name, value in typed.attrib.items()}
        type_code = text_of(typed)
        type_list = type_list_of(process=self._process(root), attributes=attributes)
        lines = (self._line.read(page, node, position) for position, node in enumerate(self._lines(root), 1))
        settlement = self._settlement(root)
        assert settlement is not None, "the currency was read from it"
        settled = self._settlement_of.read(page, settlement)
        supplier = parts.party(self._seller(root), creditor_id=settled.creditor_id)
        around = f"{profile} {self._process(root)}"
        row = classify(type_code, type_list=type_list, profile=around, country=supplier.country)
        kind: InvoiceKind = "credit_note" if row is not None and row.credit else "invoice"
        representative, country = self._representative(root), self._deliver_to(root).upper()
        return Invoice(
            kind=kind,
            number=self._number(root),
            issue_date=page.day(self._issued(root)),
            currency=page.currency,
            type_code=type_code,
            supplier=supplier,
            buyer=parts.party(self._buyer(root)),
            payee=settled.payee,
            lines=tuple(line for line in lines if line is not None),
            totals=settled.totals,
            tax=settled.tax,
            allowances_charges=settled.allowances_charges,
            due_on=settled.due_on,
            delivered_on=page.day(self._delivered(root)),
            tax_point_on=settled.tax_point_on,
            order_number=self._order(root),
            contract_number=self._contract(root),
            despatch_number=parts.reference(self._despatch(root)).document,
            receipt_number=parts.reference(self._receipt(root)).document,
            preceding=settled.preceding,
            accounts=settled.accounts,
            terms=settled.terms,
            site=parts.site(self._ship_to(root)),
            tax_currency=settled.tax_currency,
            notes=tuple(self._remarkable(root)),
            profile=profile,
            buyer_reference=self._buyer_reference(root),
            gives_back=settled.gives_back,
            credit_reason=settled.credit_reason,
            type_list=type_list,
            process=self._process(root),
            payment_means=settled.payment_means,
            third_parties=settled.third_parties,
            prepayments=settled.prepayments,
            direct_debit=settled.direct_debit,
            card=settled.card,
            tax_representative=None if representative is None else parts.party(representative),
            buyer_registration=self._registration(root),
            deliver_to=country if len(country) == 2 else "",
            period_from=settled.period_from,
            period_to=settled.period_to,
        )

    def _remark_schemes(self, page: Page, root: Node) -> None:
        """Remarks on every tax that is not VAT, the only one of EN 16931."""
        for rule, taxes in self._taxed.items():
            for tax in taxes(root):
                if (words := not_vat(self._scheme(tax))) is not None:
                    page.remark(words, tax, rule=rule)

    def _remarkable(self, root: Node) -> Iterator[str]:
        """The notes; before them the document's title, where that says that it is no invoice."""
        title = self._title(root)
        if titled("", [title]) is not None or credit_title([title]):
            yield title
        yield from (note for node in self._notes(root) if (note := text_of(node)))


def _remark_what_is_missing(page: Page, invoice: Invoice) -> None:
    for value, rule, words in (
        (invoice.number, "BR-02", "the invoice has no number"),
        (invoice.issue_date, "BR-03", "the invoice has no issue date"),
        (invoice.type_code, "BR-04", "the document has no type code; it was read as an invoice"),
        (invoice.supplier.name, "BR-06", "the invoice does not name its seller"),
    ):
        if not value:
            page.remark(words, "document", rule=rule)


@cache
def reader_for(dialect: Dialect) -> InvoiceReader:
    """The reader of a dialect, compiled once."""
    return InvoiceReader(dialect)
