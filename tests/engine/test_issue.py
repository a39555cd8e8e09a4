"""The documents that were issued, read back from the store: part by part, with corrections made for delivery."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.engine.samples import AT, company, order, take
from tests.engine.samples import engine as engine_of
from tests.engine.test_delivery import own_invoice, seller
from tieout.connectors.invoice_folder import InvoiceFolder
from tieout.core.values.errors import Refused
from tieout.engine.issue import issued

pytestmark = pytest.mark.usefixtures("empty_database")


def test_what_was_posted_is_issued_as_the_customer_gets_it(tmp_path: Path) -> None:
    folder = InvoiceFolder(tmp_path / "invoices").prepare()
    ours, invoice = seller(folder), own_invoice(customer_order="")
    take(ours.engine, ours.scope, invoice)
    with pytest.raises(Refused, match=r"nothing of .* is posted"):
        issued(ours.engine, ours.scope, invoice.number)
    for minute in range(3):
        ours.turn(AT + timedelta(minutes=minute))
    (document,) = issued(ours.engine, ours.scope, invoice.number)
    assert (document.number, document.totals.payable, document.customer_order) == (
        invoice.number,
        invoice.totals.payable,
        "",
    )
    (envelope,) = (folder.root / "peppol").glob("*.json")
    answer = f'{{"reference": "{envelope.stem}", "status": "rejected", "reason": "no purchase order"}}'
    (folder.root / "answers" / envelope.name).write_text(answer)
    ours.turn(AT + timedelta(minutes=30))
    ours.resolve("send_again", at=AT + timedelta(minutes=31), reference="PO-9")
    (document,) = issued(ours.engine, ours.scope, invoice.number)
    assert document.customer_order == "PO-9"


def test_what_is_no_document_of_ours_is_refused() -> None:
    ours = engine_of()
    scope = company(ours)
    take(ours, scope, order())
    with pytest.raises(Refused, match="no document or case"):
        issued(ours, scope, "4500012")
