#!/bin/sh
# factur-x 7.8: from a PDF that it wrote itself, get_xml_from_pdf() returns an annex in place of the invoice, if the annex's name sorts first.
#
# A supporting file can be an e-invoice too: the one that is corrected, or one passed on. The reader takes the first XML of a known kind in the tree
# of names, which is sorted, and "annex.xml" is before "factur-x.xml". Neither the reserved name nor /AFRelationship (Data, Supplement) counts.
# For users: another supplier's invoice is read as this one's, valid by schema and rules; the same file under the name "original.xml" does no harm.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check 'factur-x==7.8'
"$folder/env/bin/python" - <<'PY'
import logging
from importlib.metadata import version
from io import BytesIO

import facturx
from pypdf import PdfReader, PdfWriter

logging.disable()
print("factur-x", version("factur-x"))
CII = "urn:un:unece:uncefact:data:standard:"


def invoice(number: str, seller: str) -> bytes:
    return (
        f'<r:CrossIndustryInvoice xmlns:r="{CII}CrossIndustryInvoice:100" xmlns="{CII}ReusableAggregateBusinessInformationEntity:100" '
        f'xmlns:u="{CII}UnqualifiedDataType:100"><r:ExchangedDocumentContext><GuidelineSpecifiedDocumentContextParameter>'
        "<ID>urn:factur-x.eu:1p0:minimum</ID></GuidelineSpecifiedDocumentContextParameter></r:ExchangedDocumentContext>"
        f"<r:ExchangedDocument><ID>{number}</ID><TypeCode>380</TypeCode><IssueDateTime>"
        '<u:DateTimeString format="102">20260131</u:DateTimeString></IssueDateTime></r:ExchangedDocument><r:SupplyChainTradeTransaction>'
        f"<ApplicableHeaderTradeAgreement><SellerTradeParty><Name>{seller}</Name></SellerTradeParty>"
        "<BuyerTradeParty><Name>Buyer</Name></BuyerTradeParty></ApplicableHeaderTradeAgreement><ApplicableHeaderTradeDelivery/>"
        "<ApplicableHeaderTradeSettlement><InvoiceCurrencyCode>EUR</InvoiceCurrencyCode>"
        "<SpecifiedTradeSettlementHeaderMonetarySummation><TaxBasisTotalAmount>10.00</TaxBasisTotalAmount>"
        "<GrandTotalAmount>10.00</GrandTotalAmount><DuePayableAmount>10.00</DuePayableAmount>"
        "</SpecifiedTradeSettlementHeaderMonetarySummation></ApplicableHeaderTradeSettlement>"
        "</r:SupplyChainTradeTransaction></r:CrossIndustryInvoice>"
    ).encode()


blank = PdfWriter()
blank.add_blank_page(100, 100)
page = BytesIO()
blank.write(page)
for annex, expected in (("annex.xml", b"Freight Ltd"), ("original.xml", b"Supplier Ltd")):
    pdf = facturx.generate_from_binary(
        page.getvalue(),
        invoice("INV-1", "Supplier Ltd"),
        pdf_metadata={"author": "Supplier Ltd", "keywords": "invoice", "title": "INV-1", "subject": "INV-1"},
        attachments={annex: {"filedata": invoice("F-77", "Freight Ltd"), "description": "freight passed on"}},
    )
    files = [file.name for file in PdfReader(BytesIO(pdf)).attachment_list]
    name, xml = facturx.get_xml_from_pdf(pdf)
    seller = b"Freight Ltd" if b"Freight Ltd" in xml else b"Supplier Ltd"
    print(f"{files}: {name}, an invoice of {seller.decode()}")
    assert seller == expected
PY
