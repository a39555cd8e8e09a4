"""Run by a plain Python with lxml: parses the same UBL files and fetches some thirty fields and five of each line, and nothing else.

Prints one JSON object: milliseconds of processor time for one file.
"""

import json
import sys
import time
from pathlib import Path

from lxml import etree

CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
HEAD = [
    "ID", "IssueDate", "DueDate", "InvoiceTypeCode", "CreditNoteTypeCode", "DocumentCurrencyCode", "BuyerReference",
    "LineExtensionAmount", "TaxExclusiveAmount", "TaxInclusiveAmount", "PayableAmount", "TaxAmount", "RegistrationName",
    "CompanyID", "EndpointID", "StreetName", "CityName", "PostalZone", "IdentificationCode", "PaymentMeansCode", "PaymentID",
    "Note", "CustomizationID", "ProfileID", "Name", "ElectronicMail", "Telephone", "StartDate", "EndDate", "ChargeIndicator",
]  # fmt: skip
LINE = ["ID", "InvoicedQuantity", "CreditedQuantity", "LineExtensionAmount", "PriceAmount"]

files = [path.read_bytes() for path in sorted((Path(sys.argv[1]) / "files").iterdir())]
fetched = 0
begun = time.process_time()
for content in files:
    root = etree.fromstring(content)
    head = {name: root.findtext(f".//{CBC}{name}") for name in HEAD}
    lines = [
        {name: line.findtext(f".//{CBC}{name}") for name in LINE}
        for line in root
        if etree.QName(line).localname in {"InvoiceLine", "CreditNoteLine"}
    ]
    fetched += len(head) + sum(map(len, lines))
spent = time.process_time() - begun
assert fetched >= len(files) * len(HEAD)
print(json.dumps({"ms": 1000 * spent / len(files), "count": len(files)}))
