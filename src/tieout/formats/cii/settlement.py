"""What is to be paid, on which terms and to which account: the settlement part of an invoice of this family."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from tieout.core.values.money import Money, total
from tieout.core.values.party import Party, normal_id
from tieout.core.values.sentence import Sentence
from tieout.formats.cii.dialect import Dialect, Node
from tieout.formats.cii.page import Page, day_of
from tieout.formats.cii.parts import Parts
from tieout.formats.cii.terms import TERMS, TermsReader
from tieout.formats.ubl.payment import WHOLE_CARD
from tieout.formats.ubl.sheet import amount_in
from tieout.formats.ubl.sheet import text as text_of
from tieout.trade.credit_reasons import of_reason
from tieout.trade.documents import (
    AllowanceCharge,
    BankAccount,
    DirectDebit,
    InvoiceTotals,
    PaymentCard,
    Prepayment,
    TaxSubtotal,
    ThirdPartyAmount,
)
from tieout.trade.documents.invoice import GivesBack
from tieout.trade.identifiers import account_form, masked_card

_SUMS: Final = "ram:SpecifiedTradeSettlementHeaderMonetarySummation"
_ACCOUNT: Final = "ram:PayeePartyCreditorFinancialAccount"
_TOTALS: Final = {
    "lines": "LineTotalAmount", "allowances": "AllowanceTotalAmount", "charges": "ChargeTotalAmount",
    "net": "TaxBasisTotalAmount", "tax": "TaxTotalAmount", "gross": "GrandTotalAmount",
    "prepaid": "TotalPrepaidAmount", "rounding": "RoundingAmount", "payable": "DuePayableAmount",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """The fields of an invoice that come from the settlement part."""

    payee: Party | None
    totals: InvoiceTotals
    tax: tuple[TaxSubtotal, ...]
    allowances_charges: tuple[AllowanceCharge, ...]
    due_on: date | None
    tax_point_on: date | None
    preceding: tuple[str, ...]
    gives_back: GivesBack
    credit_reason: str
    accounts: tuple[BankAccount, ...]
    terms: str
    tax_currency: str
    creditor_id: str
    payment_means: tuple[str, ...]
    third_parties: tuple[ThirdPartyAmount, ...]
    prepayments: tuple[Prepayment, ...]
    direct_debit: DirectDebit | None
    card: PaymentCard | None
    period_from: date | None
    period_to: date | None


class SettlementReader:
    """The compiled paths of one dialect's settlement; build once per dialect."""

    def __init__(self, dialect: Dialect) -> None:
        text, first, nodes = dialect.text, dialect.first, dialect.nodes
        self._parts = Parts(dialect)
        self._creditor_id = text("ram:CreditorReferenceID")
        self._tax_currency, self._payee = text("ram:TaxCurrencyCode"), first("ram:PayeeTradeParty")
        self._means = nodes(f"ram:SpecifiedTradeSettlementPaymentMeans[{_ACCOUNT}]")
        self._card = first("ram:SpecifiedTradeSettlementPaymentMeans/ram:ApplicableTradeSettlementFinancialCard")
        self._card_number, self._card_holder = text("ram:ID"), text("ram:CardholderName")
        self._debited = text(
            "ram:SpecifiedTradeSettlementPaymentMeans/ram:PayerPartyDebtorFinancialAccount/ram:IBANID"
            " | ram:SpecifiedTradeSettlementPaymentMeans/ram:PayerPartyDebtorFinancialAccount/ram:ProprietaryID"
        )
        self._mandate = text(f"{TERMS}/ram:DirectDebitMandateID")
        self._advances = nodes("ram:SpecifiedAdvancePayment")
        self._paid, self._paid_taxes = first("ram:PaidAmount"), nodes("ram:IncludedTradeTax/ram:CalculatedAmount")
        self._paid_invoice = text("ram:InvoiceSpecifiedReferencedDocument/ram:IssuerAssignedID")
        self._named = nodes("ram:InvoiceReferencedDocument[ram:TypeCode = '386']/ram:IssuerAssignedID")
        self._means_codes = nodes("ram:SpecifiedTradeSettlementPaymentMeans/ram:TypeCode")
        self._adjustments = nodes("ram:SpecifiedFinancialAdjustment")
        self._adjusted = first("ram:ActualAmount")
        self._adjusted_words = text("ram:Reason")
        self._from = first("ram:BillingSpecifiedPeriod/ram:StartDateTime/*")
        self._to = first("ram:BillingSpecifiedPeriod/ram:EndDateTime/*")
        self._account = text(f"{_ACCOUNT}/ram:IBANID | {_ACCOUNT}/ram:ProprietaryID")
        self._holder = text(f"{_ACCOUNT}/ram:AccountName")
        self._bic = text("ram:PayeeSpecifiedCreditorFinancialInstitution/ram:BICID")
        self._taxes = nodes("ram:ApplicableTradeTax")
        self._category, self._rate = text("ram:CategoryCode"), first("ram:RateApplicablePercent")
        self._taxable, self._tax = first("ram:BasisAmount"), first("ram:CalculatedAmount")
        self._exemption, self._exemption_code = text("ram:ExemptionReason"), text("ram:ExemptionReasonCode")
        self._tax_point = first("ram:ApplicableTradeTax/ram:TaxPointDate/*")
        self._entries, self._freight = (
            nodes("ram:SpecifiedTradeAllowanceCharge"),
            nodes("ram:SpecifiedLogisticsServiceCharge"),
        )
        self._freight_words, self._freight_amount = text("ram:Description"), first("ram:AppliedAmount")
        self._freight_category = text("ram:AppliedTradeTax/ram:CategoryCode")
        self._freight_rate = first("ram:AppliedTradeTax/ram:RateApplicablePercent")
        self._terms = TermsReader(dialect)
        # the due date of terms with a discount is the last day of the discount, not of payment
        self._due = first(f"{TERMS}[not(ram:ApplicableTradePaymentDiscountTerms)]/ram:DueDateDateTime/*")
        self._reason_code, self._reason = text("ram:ReasonCode"), text("ram:Reason")
        self._preceding = nodes("ram:InvoiceReferencedDocument/ram:IssuerAssignedID")
        self._sums = {name: nodes(f"{_SUMS}/ram:{element}") for name, element in _TOTALS.items()}

    def read(self, page: Page, node: Node) -> Settled:
        """Everything that the settlement part states; what is wrong becomes remarks on the page."""
        payee, tax_currency = self._payee(node), self._tax_currency(node)
        reasons = [
            (self._reason_code(one), self._reason(one)) for one in self._adjustments(node) if self._reason_code(one)
        ]
        sums = {name: self._sum(page, name, find(node), tax_currency=tax_currency) for name, find in self._sums.items()}
        return Settled(
            payee=None if payee is None else self._parts.party(payee),
            totals=InvoiceTotals(**sums, accounted=_accounted(page, self._sums["tax"](node), tax_currency)),
            tax=tuple(row for tax in self._taxes(node) if (row := self._tax_row(page, tax)) is not None),
            allowances_charges=self._parts.allowances_charges(page, self._entries(node)) + self._freights(page, node),
            due_on=page.day(self._due(node)),
            tax_point_on=page.day(self._tax_point(node)),
            preceding=tuple(dict.fromkeys(number for element in self._preceding(node) if (number := text_of(element)))),
            accounts=tuple(
                dict.fromkeys(account for means in self._means(node) if (account := self._bank(means)).number)
            ),
            terms=self._terms.read(page, node),
            tax_currency=tax_currency,
            creditor_id=self._creditor_id(node),
            gives_back=_gives_back(code for code, _ in reasons),
            credit_reason=" ".join(filter(None, reasons[0])) if reasons else "",
            payment_means=tuple(dict.fromkeys(code for one in self._means_codes(node) if (code := text_of(one)))),
            third_parties=self._third_parties(page, node),
            prepayments=self._prepayments(page, node),
            direct_debit=self._direct_debit(node),
            card=self._paid_by_card(page, node),
            period_from=day_of(page, self._from(node), fatal=False),
            period_to=day_of(page, self._to(node), fatal=False),
        )

    def _prepayments(self, page: Page, settlement: Node) -> tuple[Prepayment, ...]:
        """What was paid in advance (Factur-X EXTENDED), with its tax, and the prepayment invoices that are referred to."""
        stated = [
            Prepayment(
                invoice=self._paid_invoice(node),
                amount=page.money(self._paid(node)),
                tax=self._tax_paid(page, node),
            )
            for node in self._advances(settlement)
        ]
        here = {one.invoice for one in stated}
        named = dict.fromkeys(text_of(element) for element in self._named(settlement))
        return (*stated, *(Prepayment(invoice=number) for number in named if number and number not in here))

    def _tax_paid(self, page: Page, node: Node) -> Money | None:
        taxes = [amount for element in self._paid_taxes(node) if (amount := page.money(element)) is not None]
        return total(taxes, page.currency) if taxes else None

    def _direct_debit(self, node: Node) -> DirectDebit | None:
        mandate, account = self._mandate(node), account_form(self._debited(node))
        return DirectDebit(mandate=mandate, account=account) if mandate or account else None

    def _paid_by_card(self, page: Page, node: Node) -> PaymentCard | None:
        """The card: its number is masked, whatever the document shows."""
        card = self._card(node)
        number = "" if card is None else self._card_number(card)
        if card is None or not number:
            return None
        if masked_card(number) != number:
            page.remark(WHOLE_CARD, card, rule="BR-51", fatal=False)
        return PaymentCard(number=masked_card(number), holder=self._card_holder(card))

    def _third_parties(self, page: Page, settlement: Node) -> tuple[ThirdPartyAmount, ...]:
        """What is collected on behalf of third parties (Factur-X EXTENDED): it comes on top of the totals."""
        return tuple(
            ThirdPartyAmount(amount=amount, reason=self._adjusted_words(node))
            for node in self._adjustments(settlement)
            if (amount := page.money(self._adjusted(node))) is not None
        )

    def _bank(self, means: Node) -> BankAccount:
        return BankAccount(
            number=account_form(self._account(means)), holder=self._holder(means), bic=normal_id(self._bic(means))
        )

    @staticmethod
    def _sum(page: Page, name: str, nodes: list[Node], *, tax_currency: str) -> Money | None:
        """A document total. The same total in the tax currency only repeats it and is ignored."""
        own = [node for node in nodes if node.get("currencyID", page.currency) == page.currency]
        if len({text_of(node) for node in own}) > 1:
            page.remark(
                Sentence("{totals} is stated with different amounts; the first was taken", totals=_TOTALS[name]),
                own[1],
                rule="BR-CO-15",
            )
        if not own and nodes and (name != "tax" or nodes[0].get("currencyID") != tax_currency):
            own = nodes[:1]  # in a currency that is not declared; the page adds a remark
        return page.money(own[0] if own else None)

    def _tax_row(self, page: Page, node: Node) -> TaxSubtotal | None:
        taxable, tax = page.money(self._taxable(node)), page.money(self._tax(node))
        if tax is None:
            page.remark("a row of the tax breakdown has no tax amount and was left out", node, rule="BR-46")
            return None
        if taxable is None:
            page.remark("a row of the tax breakdown has no taxable amount; it counts as 0", node, rule="BR-45")
        return TaxSubtotal(
            category=self._category(node),
            percent=page.percent(self._rate(node)),
            taxable=taxable or Money.zero(page.currency),
            tax=tax,
            exemption=self._exemption(node) or self._exemption_code(node),
        )

    def _freights(self, page: Page, settlement: Node) -> tuple[AllowanceCharge, ...]:
        """Logistics services, which these messages separate from other charges although they are charges."""
        return tuple(
            AllowanceCharge(
                charge=True,
                amount=amount,
                reason=self._freight_words(node),
                reason_code="FC",
                tax_category=self._freight_category(node),
                tax_percent=page.percent(self._freight_rate(node)),
            )
            for node in self._freight(settlement)
            if (amount := page.money(self._freight_amount(node))) is not None
        )


def _accounted(page: Page, totals: list[Node], currency: str) -> Money | None:
    """The tax in the accounting currency (BT-111), where it is stated once."""
    mine = [node for node in totals if node.get("currencyID", "") == currency != page.currency]
    return amount_in(mine[0], currency) if len(mine) == 1 and currency else None


def _gives_back(codes: Iterable[str]) -> GivesBack:
    """What the reasons of a credit note (UNTDID 4465) say that it gives back; "" where they do not say, or not the same."""
    meant = {of_reason(code) for code in codes} - {""}
    return meant.pop() if len(meant) == 1 else ""
