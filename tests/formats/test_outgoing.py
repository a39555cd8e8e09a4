"""Outgoing invoices: every sort passes the official rules, whole and in parts, and reads back the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest
from lxml import etree

from tests.support.reading import read
from tests.support.selling import ABROAD, THEY, bill, euros, line, postings
from tests.support.selling_sorts import every_sort, ordinary
from tieout import app
from tieout.core.tie_out.verdict import PostingLine
from tieout.core.values.money import total
from tieout.core.values.party import Identifier, Party
from tieout.core.values.quantity import Quantity
from tieout.formats import canonical_json
from tieout.formats.cii.write import write as write_cii
from tieout.formats.facturx.write import write as write_pdf
from tieout.formats.outgoing import destination, period, presentable
from tieout.formats.ubl.write import write as write_ubl
from tieout.formats.validation import validate
from tieout.trade.documents import Invoice, LineReference
from tieout.trade.identifiers import sendable_card
from tieout.trade.issued import PEPPOL, delivery_payload, document_text, issued
from tieout.trade.posting_lines import remaining

SORTS = every_sort()
TO = ("", "peppol 0088:7300010000018", "email invoices@kunde.example")
Write = Callable[[Invoice], bytes]
every_sort_of_invoice = pytest.mark.parametrize("sort", SORTS)
both_syntaxes = pytest.mark.parametrize("write", [write_ubl, write_cii], ids=["ubl", "cii"])


def the_rules_say(content: bytes) -> list[str]:
    return [f"{remark.rule} {remark.where}: {remark.message}" for remark in validate(content)]


@pytest.mark.mission("DOM-DAR1")
@every_sort_of_invoice
@both_syntaxes
def test_every_sort_of_invoice_passes_the_official_rules_without_a_remark(sort: str, write: Write) -> None:
    """DOM-DAR1: schema and Schematron of EN 16931, by way of every channel."""
    for to in TO:
        assert the_rules_say(write(issued(SORTS[sort], postings(SORTS[sort]), to=to))) == []


def test_the_rules_would_say_what_is_wrong() -> None:
    invoice = issued(SORTS["plain"], postings(SORTS["plain"]))
    dearer = replace(invoice, totals=replace(invoice.totals, payable=invoice.totals.payable + euros(1)))
    assert any("BR-CO-16" in violation for violation in the_rules_say(write_ubl(dearer)))
    unreasoned = replace(SORTS["exempt"], tax=tuple(replace(row, exemption="") for row in SORTS["exempt"].tax))
    assert any("BR-E-10" in violation for violation in the_rules_say(write_cii(unreasoned)))


@every_sort_of_invoice
@both_syntaxes
def test_what_the_customer_reads_is_what_we_wrote(sort: str, write: Write) -> None:
    """Addresses, references, periods, taxes and totals come back; internal numbers do not go out."""
    invoice = issued(SORTS[sort], postings(SORTS[sort]), to="peppol 0088:7300010000018")
    (reading,) = read(write(invoice), name="invoice.xml")
    received = reading.document
    assert isinstance(received, Invoice)
    assert [remark for remark in reading.remarks if remark.fatal] == []
    assert received.kind == ("credit_note" if invoice.is_credit else "invoice")
    assert received == _as_received(invoice)


def _as_received(invoice: Invoice) -> Invoice:
    """The invoice as the customer reads it: their order number is the order, and internal data is missing."""
    shown = presentable(invoice)
    return replace(
        shown,
        kind="credit_note" if invoice.is_credit else "invoice",
        supplier=_as_read(shown.supplier),
        buyer=_as_read(shown.buyer),
        tax_representative=shown.tax_representative and _as_read(shown.tax_representative),
        order_number=shown.customer_order,
        customer_order="",
        payment_means=shown.payment_means or (("30",) if shown.accounts else ("1",)),
        card=shown.card and replace(shown.card, number=sendable_card(shown.card.number)),
        period_from=period(shown)[0],
        period_to=period(shown)[1],
        deliver_to=destination(shown),
        lines=tuple(
            replace(one, quantity=Quantity(one.quantity.value, one.quantity.unit.replace("XBX", "BX")))
            for one in shown.lines
            if one.quantity
        ),
    )


def _as_read(party: Party) -> Party:
    """Whom to ask is not kept, and an electronic address that identifies the party too is read once."""
    return replace(party, contact="", phone="", email="", identifiers=tuple(dict.fromkeys(party.identifiers)))


def test_references_are_where_the_standard_requires_them() -> None:
    """BT-10, BT-13, BT-14, BT-83, BG-14 and BG-26 in the UBL document; without a customer's order Peppol's filler."""
    root = etree.fromstring(write_ubl(issued(SORTS["prorated subscription"], postings(SORTS["prorated subscription"]))))

    def at(path: str) -> list[str]:
        names = {"a": root.nsmap["cac"], "b": root.nsmap["cbc"]}
        return [str(node.text) for node in root.findall(path, namespaces=names)]

    assert at("b:BuyerReference") == ["04011000-12345-34"]
    assert at("a:OrderReference/b:ID") == ["PO-77231"]
    assert at("a:OrderReference/b:SalesOrderID") == ["SO-4711"]
    assert at("a:PaymentMeans/b:PaymentID") == ["B-1"]
    assert at("a:InvoicePeriod/b:StartDate") == at("a:InvoiceLine/a:InvoicePeriod/b:StartDate") == ["2026-04-11"]
    assert at("a:AccountingCustomerParty/a:Party/a:PostalAddress/b:CityName") == ["München"]
    nameless = write_ubl(replace(SORTS["plain"], customer_order=""))
    assert b"<cbc:ID>NA</cbc:ID><cbc:SalesOrderID>SO-4711</cbc:SalesOrderID>" in nameless


def test_internal_data_does_not_go_out() -> None:
    invoice = bill(line("1", "10", "10.00"), buyer=ABROAD)
    invoice = replace(invoice, supplier=replace(invoice.supplier, identifiers=(*invoice.supplier.identifiers, OURS)))
    for write in (write_ubl, write_cii):
        content = write(invoice).decode()
        assert "WH-1" not in content
        assert "S-OURS" not in content
        assert "DE01" not in content
        assert "C-200" in content  # their number with us helps them to identify the invoice


OURS = Identifier(scheme="ours", value="S-OURS")


def share(lines: tuple[PostingLine, ...], shares: dict[str, str]) -> tuple[PostingLine, ...]:
    """A part of posting lines: a share of each claim line, tax and net rounded as in posting."""
    taken = []
    for posting in lines:
        of = Decimal(shares.get(posting.claim_line, "0"))
        if of:
            net, tax = (
                type(posting.net).rounded(posting.net.amount * of, "EUR"),
                type(posting.tax).rounded(posting.tax.amount * of, "EUR"),
            )
            quantity = None if posting.quantity is None else posting.quantity * of
            taken.append(replace(posting, net=net, tax=tax, quantity=quantity))
    return tuple(taken)


@pytest.mark.parametrize(
    ("sort", "shares"),
    [
        ("plain", {"1": "0.6"}),
        ("several rates", {"1": "0.333", "2": "1"}),
        ("allowances and charges", {"1": "0.7", "allowance-1": "1"}),
        ("usage", {"1": "0.25"}),
        ("credit note", {"1": "0.4"}),
    ],
)
def test_the_parts_of_a_split_invoice_pass_the_rules_and_together_are_the_whole(
    sort: str, shares: dict[str, str]
) -> None:
    whole = SORTS[sort]
    lines = postings(whole)
    first = share(lines, shares)
    second = tuple(remaining(list(lines), list(first), whole=True))
    invoices = (issued(whole, first, part=1), issued(whole, second, part=2, earlier=first))
    assert [invoice.number for invoice in invoices] == [whole.number, f"{whole.number}-2"]
    for invoice in invoices:
        assert the_rules_say(write_ubl(invoice)) == []
        assert the_rules_say(write_cii(invoice)) == []
        assert total((row.tax for row in invoice.tax), "EUR") == invoice.totals.tax
    for name in ("net", "tax", "gross", "payable"):
        assert total((getattr(invoice.totals, name) for invoice in invoices), "EUR") == getattr(whole.totals, name), (
            name
        )
    for billed in whole.lines:
        parts = [one for invoice in invoices for one in invoice.lines if one.id == billed.id]
        assert sum(one.quantity.value for one in parts if one.quantity) == (
            billed.quantity.value if billed.quantity else 0
        )


def test_a_part_says_how_much_of_it_and_keeps_the_price() -> None:
    lines = postings(SORTS["plain"])
    invoice = issued(SORTS["plain"], share(lines, {"1": "0.6"}))
    (only,) = invoice.lines
    assert (str(only.quantity), only.price, str(only.net)) == ("60 EA", Decimal("10.00"), "600.00 EUR")
    assert [(row.category, str(row.taxable), str(row.tax)) for row in invoice.tax] == [
        ("S", "600.00 EUR", "114.00 EUR")
    ]


def test_where_the_ledger_counts_in_another_unit_the_part_has_its_share_of_the_quantity() -> None:
    pounds = tuple(
        replace(posting, quantity=posting.quantity and posting.quantity * 12, unit="DZN")
        for posting in postings(SORTS["plain"])
    )
    (only,) = issued(SORTS["plain"], share(pounds, {"1": "0.25"})).lines
    assert str(only.quantity) == "25 EA"


def test_a_prepayment_is_taken_off_once() -> None:
    whole = replace(SORTS["plain"], totals=replace(SORTS["plain"].totals, prepaid=euros("800.00")))
    lines = postings(whole)
    first = share(lines, {"1": "0.5"})
    second = tuple(remaining(list(lines), list(first), whole=True))
    invoices = (issued(whole, first), issued(whole, second, part=2, earlier=first))
    assert [str(invoice.totals.prepaid) for invoice in invoices] == ["595.00 EUR", "205.00 EUR"]
    assert str(invoices[0].totals.payable) == "0.00 EUR"
    assert all(the_rules_say(write_ubl(invoice)) == [] for invoice in invoices)


def test_the_due_day_follows_from_the_terms_where_the_invoice_names_none() -> None:
    assert str(issued(SORTS["plain"], postings(SORTS["plain"])).due_on) == "2026-06-03"
    assert issued(SORTS["credit note"], postings(SORTS["credit note"])).due_on is None


def test_the_channel_decides_profile_and_electronic_address() -> None:
    lines = postings(SORTS["plain"])
    by_peppol = issued(SORTS["plain"], lines, to="peppol 0088:7300010000018")
    assert by_peppol.profile == PEPPOL
    assert by_peppol.buyer.identifiers[-1] == Identifier(scheme="0088", value="7300010000018")
    assert b"<cbc:ProfileID>urn:fdc:peppol.eu:2017:poacc:billing:01:1.0</cbc:ProfileID>" in write_ubl(by_peppol)
    by_mail = issued(SORTS["plain"], lines, to="email a@b.example")
    assert by_mail.buyer.identifiers[-1] == Identifier(scheme="EM", value="a@b.example")
    assert issued(SORTS["plain"], lines, to="print").buyer == THEY


@every_sort_of_invoice
def test_the_payload_of_a_delivery_carries_the_whole_invoice(sort: str) -> None:
    invoice = issued(SORTS[sort], postings(SORTS[sort]), to=TO[1])
    payload = delivery_payload(invoice, UUID(int=7), to=TO[1], claim="erp/customer_invoice/1@1", attempt=1)
    kind, text = document_text(payload)
    assert canonical_json.decode(app.kinds(), kind, text.encode()) == invoice
    content = json.loads(payload)
    assert (content["channel"], content["address"]) == ("peppol", "0088:7300010000018")


def test_what_comes_in_is_written_as_before() -> None:
    """An incoming invoice keeps its order lines, sites and identifiers: only ours are changed for the customer."""
    invoice = replace(SORTS["plain"], kind="invoice", order_number="4500012", entity="")
    assert presentable(invoice) is invoice
    (reading,) = read(write_ubl(replace(invoice, type_code="380", due_on=None)), name="x.xml")
    assert isinstance(reading.document, Invoice)
    assert reading.document.lines[0].order == LineReference(document="SO-4711", line="10")
    assert reading.document.order_number == "4500012"


def text_of_pdf(content: bytes) -> tuple[str, int]:
    from io import BytesIO

    from pypdf import PdfReader

    pages = PdfReader(BytesIO(content)).pages
    return "\n".join(page.extract_text() for page in pages), len(pages)


@every_sort_of_invoice
def test_the_pdf_of_every_sort_carries_what_passes_the_rules(sort: str) -> None:
    invoice = issued(SORTS[sort], postings(SORTS[sort]), to="email a@b.example")
    assert the_rules_say(write_pdf(invoice)) == []


@pytest.mark.parametrize("sort", ordinary())
def test_a_person_reads_from_the_pdf_whom_to_pay_how_much_and_why(sort: str) -> None:
    invoice = issued(SORTS[sort], postings(SORTS[sort]), to="email a@b.example")
    text, _ = text_of_pdf(write_pdf(invoice))
    payable = invoice.totals.payable
    assert payable is not None
    wanted = [
        invoice.number,
        invoice.supplier.name,
        invoice.supplier.street,
        invoice.buyer.name,
        invoice.buyer.street,
        "4 May 2026",
    ]
    wanted += [f"{row.taxable.amount:,f}" for row in invoice.tax] + [one.description for one in invoice.lines]
    wanted += [f"{payable.amount:,f} EUR", "Page 1 of 1", "PO-77231"]
    if invoice.is_credit:
        wanted += [f"We credit you for invoice {invoice.preceding[0]}", f"We owe you {payable.amount:,f} EUR"]
    else:
        wanted += ["Please pay", "by 3 June 2026", "DE02 1203 0000 0000 2020 51", "Payment reference"]
    assert [part for part in wanted if part not in text] == []
    assert "SO-4711" in text


def test_the_pdf_names_periods_units_and_reasons_as_people_do() -> None:
    usage, _ = text_of_pdf(write_pdf(issued(SORTS["usage"], postings(SORTS["usage"]))))
    assert "11 – 30 April 2026" in usage
    assert "1,234,567 pcs" in usage
    assert "0.40 per 1,000" in usage
    exempt, _ = text_of_pdf(write_pdf(issued(SORTS["exempt"], postings(SORTS["exempt"]))))
    assert "No VAT is charged: Exempt under § 4 No. 21 UStG" in exempt
    reverse, _ = text_of_pdf(write_pdf(issued(SORTS["reverse charge"], postings(SORTS["reverse charge"]))))
    assert reverse.count("Reverse charge") == 1
    rebate, _ = text_of_pdf(
        write_pdf(issued(SORTS["allowances and charges"], postings(SORTS["allowances and charges"])))
    )
    assert "-5.00 Framework rebate (5 % of 100.00 EUR)" in rebate


def test_many_lines_make_many_pages_and_the_same_invoice_the_same_bytes() -> None:
    long = bill(*(line(str(k), "1", "10.00", description=f"Bolt number {k}") for k in range(1, 91)))
    first, again = (write_pdf(issued(long, postings(long))) for _ in range(2))
    text, pages = text_of_pdf(first)
    assert pages > 3
    assert [f"Page {number} of {pages}" in text for number in range(1, pages + 1)] == [True] * pages
    assert all(f"Bolt number {k}\n" in text for k in range(1, 91))
    assert first == again
