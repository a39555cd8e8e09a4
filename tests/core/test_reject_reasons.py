"""S-21: each reason for which customers' systems refuse an invoice leads to whoever can fix it."""

from __future__ import annotations

import re

import pytest

from tieout.trade.reject_reasons import OTHER, REJECT_REASONS, reject_reason


@pytest.mark.parametrize(
    ("reason", "code", "expected", "queue"),
    [
        ("Missing PO reference", "", "order reference", "customer-service"),
        ("No purchase order number stated", "", "order reference", "customer-service"),
        ("whatever", "REF", "order reference", "customer-service"),
        ("[PEPPOL-EN16931-R003] a reference must be provided", "", "order reference", "customer-service"),
        ("Leitweg-ID fehlt", "", "buyer reference", "customer-master"),
        ("", "BR-DE-15", "buyer reference", "customer-master"),
        ("VAT id of the buyer is not valid", "", "VAT id", "tax"),
        ("", "BR-CO-09", "VAT id", "tax"),
        ("", "BR-AE-02", "VAT id", "tax"),
        ("", "BR-AE-10", "tax", "tax"),
        ("wrong VAT rate", "", "tax", "tax"),
        ("Unknown receiver 0088:1", "", "receiver", "customer-master"),
        ("participant is not registered for this document type", "", "receiver", "customer-master"),
        ("mail could not be delivered: mailbox not found", "", "receiver", "customer-master"),
        ("", "REC", "receiver", "customer-master"),
        ("price differs from our order", "", "price or quantity", "dispute-desk"),
        ("", "QTY", "price or quantity", "dispute-desk"),
        ("Invoice already received", "", "duplicate", "ar-operations"),
        ("IBAN unknown", "", "payment terms", "ar-operations"),
        ("element cbc:Foo not allowed by schema", "", "format", "integration"),
        ("", "UBL-CR-505", "format", "integration"),
        ("cannot be written: no number", "MAP", "format", "integration"),
        ("we do not like it", "", "other", "ar-operations"),
        ("", "", "other", "ar-operations"),
    ],
)
def test_a_reason_leads_to_who_can_fix_it(reason: str, code: str, expected: str, queue: str) -> None:
    row = reject_reason(reason, code)
    assert (row.id, row.queue) == (expected, queue)


def test_a_code_says_more_than_words() -> None:
    assert reject_reason("the price is missing in the schema", "REF").id == "order reference"
    assert reject_reason("schema: purchase order number missing", "NOBODY-KNOWS").id == "order reference"


def test_every_row_can_be_met_and_says_what_to_do() -> None:
    assert len({row.id for row in REJECT_REASONS}) == len(REJECT_REASONS)
    for row in (*REJECT_REASONS, OTHER):
        assert row.queue
        assert row.words.endswith(".")
        re.compile(row.codes)
        re.compile(row.says)
