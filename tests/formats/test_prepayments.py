"""What was paid before, and by what means, as each syntax states it: read, masked, and written again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.support.reading import read
from tieout.core.values.errors import Malformed
from tieout.core.values.money import Money
from tieout.core.values.party import Identifier, Party
from tieout.core.values.quantity import Quantity
from tieout.formats.cii.write import write as write_cii
from tieout.formats.ubl.write import write as write_ubl
from tieout.trade.documents import (
    DirectDebit,
    Invoice,
    InvoiceLine,
    InvoiceTotals,
    LineReference,
    PaymentCard,
    Prepayment,
    TaxSubtotal,
)
from tieout.trade.identifiers import masked_card, sendable_card
from tieout.trade.payment_ways import creditor_of
from tieout.trade.prepaid import deductions, mentioned, named_prepayments, stated_as_paid

SELLER = Party(name="Kessler GmbH", country="DE", identifiers=(Identifier(scheme="vat", value="DE812345678"),))


def eur(amount: str) -> Money:
    return Money.of(amount, "EUR")


def final(prepaid: str = "714.00", **changed: object) -> Invoice:
    """An invoice for 2,000.00 and tax, of which a part was paid before."""
    net, tax, paid = eur("2000.00"), eur("380.00"), eur(prepaid)
    line = InvoiceLine(
        id="1", net=net, quantity=Quantity(Decimal(20), "EA"), price=Decimal(100), tax_category="S",
        tax_percent=Decimal(19), description="Widget", order=LineReference(line="1"),
    )  # fmt: skip
    totals = InvoiceTotals(lines=net, net=net, tax=tax, gross=net + tax, prepaid=paid, payable=net + tax - paid)
    made = Invoice(
        kind="invoice", number="B-1", issue_date=date(2026, 6, 1), currency="EUR", supplier=SELLER,
        buyer=Party(name="We Ltd", country="DE"), lines=(line,), totals=totals, type_code="380",
        tax=(TaxSubtotal(category="S", percent=Decimal(19), taxable=net, tax=tax),),
    )  # fmt: skip
    return replace(made, **changed)  # type: ignore[arg-type]


def back(content: bytes) -> Invoice:
    (reading,) = read(content, name="invoice.xml")
    assert isinstance(reading.document, Invoice), reading
    return reading.document


def injected(content: bytes, before: str, fragment: str) -> bytes:
    text = content.decode()
    assert text.count(before) == 1, before
    return text.replace(before, fragment + before).encode()


PAID = '<cbc:PaidAmount currencyID="EUR">714.00</cbc:PaidAmount>'
TOTAL = "<cac:TaxTotal>"


@pytest.mark.parametrize(
    ("fragment", "before", "stated"),
    [
        (
            f"<cac:PrepaidPayment><cbc:ID>SFR-1</cbc:ID>{PAID}<cbc:InstructionID>x</cbc:InstructionID></cac:PrepaidPayment>",
            TOTAL,
            (Prepayment(reference="SFR-1", amount=eur("714.00")),),
        ),
        (
            f'<cac:PrepaidPayment><cbc:ID schemeID="02">F100-10</cbc:ID>{PAID}</cac:PrepaidPayment>',
            TOTAL,
            (Prepayment(invoice="F100-10", amount=eur("714.00")),),
        ),
        (
            (
                "<cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>A-1</cbc:ID>"
                "<cbc:DocumentTypeCode>386</cbc:DocumentTypeCode></cac:InvoiceDocumentReference></cac:BillingReference>"
            ),
            "<cac:AccountingSupplierParty>",
            (Prepayment(invoice="A-1"),),
        ),
        (
            (
                '<cac:InvoiceLine><cbc:ID>2</cbc:ID><cbc:InvoicedQuantity unitCode="C62">1</cbc:InvoicedQuantity>'
                '<cbc:LineExtensionAmount currencyID="EUR">0.00</cbc:LineExtensionAmount>'
                "<cac:DocumentReference><cbc:ID>A-1</cbc:ID><cbc:DocumentTypeCode>386</cbc:DocumentTypeCode></cac:DocumentReference>"
                '<cac:TaxTotal><cbc:TaxAmount currencyID="EUR">0.00</cbc:TaxAmount><cac:TaxSubtotal>'
                '<cbc:TaxableAmount currencyID="EUR">600.00</cbc:TaxableAmount><cbc:TaxAmount currencyID="EUR">114.00</cbc:TaxAmount>'
                "</cac:TaxSubtotal></cac:TaxTotal><cac:Item><cbc:Name>Prepayment</cbc:Name></cac:Item></cac:InvoiceLine>"
            ),
            "</Invoice>",
            (Prepayment(invoice="A-1", amount=eur("714.00"), tax=eur("114.00")),),
        ),
    ],
    ids=["a payment (DIAN, PINT)", "an invoice (SUNAT)", "a reference", "a line of nothing (ZATCA)"],
)
def test_ubl_states_what_was_paid_before(fragment: str, before: str, stated: tuple[Prepayment, ...]) -> None:
    invoice = back(injected(write_ubl(final()), before, fragment))
    assert invoice.prepayments == stated
    assert stated_as_paid(invoice) == eur("714.00")
    assert total_of(invoice) == "714.00 EUR"


def total_of(invoice: Invoice) -> str:
    return str(sum((one.amount for one in deductions(invoice, ())), eur("0.00")))


def test_cii_states_what_was_paid_before_with_its_tax_and_invoice() -> None:
    whole = Prepayment(invoice="A-1", amount=eur("714.00"), tax=eur("114.00"))
    assert back(write_cii(final(prepayments=(whole,)))).prepayments == (whole,)
    bare = injected(
        write_cii(final()),
        "</ram:ApplicableHeaderTradeSettlement>",
        "<ram:InvoiceReferencedDocument><ram:IssuerAssignedID>A-1</ram:IssuerAssignedID><ram:TypeCode>386</ram:TypeCode>"
        "</ram:InvoiceReferencedDocument>",
    )
    assert back(bare).prepayments == (Prepayment(invoice="A-1"),)
    assert named_prepayments(back(bare)) == ("A-1",)


def test_what_a_syntax_cannot_say_is_refused() -> None:
    taxed = final(prepayments=(Prepayment(invoice="A-1", amount=eur("714.00"), tax=eur("114.00")),))
    paid = final(prepayments=(Prepayment(reference="SFR-1", amount=eur("714.00")),))
    with pytest.raises(Malformed, match="UBL has no place"):
        write_ubl(taxed)
    with pytest.raises(Malformed, match="CII carries"):
        write_cii(paid)
    assert back(write_ubl(paid)).prepayments == paid.prepayments


@pytest.mark.parametrize(
    ("file", "stated", "prepaid"),
    [
        ("ph-ubl-dian/test-dian/GenericaPagoAnticipado.xml", Prepayment(reference="SFR3123856", amount=Money.of("1000.00", "USD")), ""),
        (
            "ph-ublpe/test-ublpe20/invoice/FacturaRegularizacionAnticipos.xml",
            Prepayment(invoice="F100-10", amount=Money.of("200.00", "PEN")), "200.00 PEN"),
    ],
)  # fmt: skip
def test_documents_of_others(shared_data: Path, file: str, stated: Prepayment, prepaid: str) -> None:
    (reading,) = read((shared_data / "order-to-invoice" / "oasis-ubl" / file).read_bytes(), name=Path(file).name)
    assert isinstance(reading.document, Invoice), reading
    assert stated in reading.document.prepayments
    assert str(reading.document.totals.prepaid or "").startswith(prepaid)


def test_third_parties_of_xrechnung_are_no_prepayments(shared_data: Path) -> None:
    path = shared_data / "e-invoice/xrechnung/src/test/business-cases/extension/05.01a-INVOICE_ubl.xml"
    invoice = back(path.read_bytes())
    assert (len(invoice.third_parties), invoice.prepayments) == (2, ())


# ---- ways of payment -------------------------------------------------------------------------------------------------

CREDITOR = Identifier(scheme="SEPA", value="DE98ZZZ09999999999")
COLLECTED = final(
    payment_means=("59",),
    direct_debit=DirectDebit(mandate="M-2026-7", account="DE02120300000000202051"),
    supplier=replace(SELLER, identifiers=(CREDITOR, *SELLER.identifiers)),
)
BY_CARD = final("2380.00", payment_means=("48",), card=PaymentCard(number="1234", holder="We Ltd"))


@pytest.mark.parametrize("write", [write_ubl, write_cii], ids=["ubl", "cii"])
@pytest.mark.parametrize("invoice", [COLLECTED, BY_CARD], ids=["direct debit", "card"])
def test_mandate_creditor_and_card_are_read_and_written(invoice: Invoice, write: object) -> None:
    read_again = back(write(invoice))  # type: ignore[operator]
    assert (read_again.direct_debit, read_again.card) == (invoice.direct_debit, invoice.card)
    assert creditor_of(read_again) == creditor_of(invoice)
    assert read_again.payment_means == invoice.payment_means


@pytest.mark.parametrize(
    ("number", "kept", "sent"),
    [
        ("4111111111111111", "411111******1111", "1111"),
        ("4111 1111 1111 1111", "4111 11** **** 1111", "1111"),
        ("************1234", "************1234", "1234"),
        ("1234", "1234", "1234"),
        ("1234567890", "1234567890", "1234567890"),
        ("12345678901", "123456*8901", "8901"),
    ],
)
def test_no_more_of_a_card_is_kept_or_sent_than_may_be(number: str, kept: str, sent: str) -> None:
    assert (masked_card(number), sendable_card(number)) == (kept, sent)
    ubl = injected(
        write_ubl(final(payment_means=("54",))),
        "</cac:PaymentMeans>",
        f"<cac:CardAccount><cbc:PrimaryAccountNumberID>{number}</cbc:PrimaryAccountNumberID></cac:CardAccount>",
    )
    assert back(ubl).card == PaymentCard(number=kept)
    assert write_ubl(back(ubl)).count(f">{sent}<".encode()) == 1


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("less prepayment A-101", "A-101"),
        ("less A 101 of May", "A-101"),
        ("A-1012", ""),
        ("XA-101", ""),
        ("prepayment invoice 00A-101.", "A-101"),
        ("discount of 1000", ""),
        ("less 10", ""),
        ("AR-2026-1 and A-101", "AR-2026-1"),
    ],
)
def test_a_line_mentions_a_number_that_stands_by_itself(words: str, number: str) -> None:
    line = replace(final().lines[0], description=words)
    assert mentioned(line, ("A-101", "10", "100", "AR-2026-1")) == number
