"""Answers to orders and invoices: read as what they are, and none of them changes an order."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.reading import read
from tieout.core.documents.reading import Reading
from tieout.core.documents.unreadable import Unreadable
from tieout.core.values.key import ANY, Key
from tieout.core.values.party import Party
from tieout.trade.delivery_answers import last_answer, reply_of
from tieout.trade.documents import DeliveryAnswer, Invoice, InvoiceTotals, OrderResponse
from tieout.trade.keys import order_key, order_response_key, published

_NS = "urn:oasis:names:specification:ubl:schema:xsd:"
_LINE = (
    '<cac:OrderLine><cac:LineItem><cbc:ID>1</cbc:ID><cbc:Quantity unitCode="C62">{}</cbc:Quantity>'
    '<cac:Price><cbc:PriceAmount currencyID="EUR">105.00</cbc:PriceAmount></cac:Price><cac:Item><cbc:Name>Bearing</cbc:Name></cac:Item>'
    "</cac:LineItem></cac:OrderLine>"
)
_SELLER = (
    "<cac:SellerSupplierParty><cac:Party><cac:PartyLegalEntity><cbc:RegistrationName>Kessler GmbH</cbc:RegistrationName>"
    "</cac:PartyLegalEntity></cac:Party></cac:SellerSupplierParty>"
)


def _root(kind: str, *inside: str) -> bytes:
    return (
        f'<{kind} xmlns="{_NS}{kind}-2" xmlns:cac="{_NS}CommonAggregateComponents-2" xmlns:cbc="{_NS}CommonBasicComponents-2">'
        f"<cbc:ID>R-1</cbc:ID><cbc:IssueDate>2026-05-02</cbc:IssueDate>{''.join(inside)}</{kind}>"
    ).encode()


def _about(kind: str, *inside: str) -> bytes:
    order = "<cac:OrderReference><cbc:ID>PO-500</cbc:ID></cac:OrderReference>"
    currency = "<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>"
    return _root(kind, currency, *inside, order, _SELLER, _LINE.format(10))


@pytest.mark.parametrize(
    ("content", "state"),
    [
        (_about("OrderResponse", "<cbc:OrderResponseCode>AP</cbc:OrderResponseCode>"), "accepted"),
        (_about("OrderResponse", "<cbc:OrderResponseCode>CA</cbc:OrderResponseCode>"), "changed"),
        (_about("OrderResponse", "<cbc:OrderResponseCode>RE</cbc:OrderResponseCode>"), "rejected"),
        (_about("OrderResponse", "<cbc:OrderResponseCode>AB</cbc:OrderResponseCode>"), "acknowledged"),
        (_about("OrderResponse"), "acknowledged"),
        (_about("OrderResponseSimple", "<cbc:AcceptedIndicator>true</cbc:AcceptedIndicator>"), "accepted"),
        (_about("OrderResponseSimple", "<cbc:AcceptedIndicator>false</cbc:AcceptedIndicator>"), "rejected"),
        (_about("OrderChange"), "change_requested"),
        (_about("OrderCancellation"), "cancellation_requested"),
    ],
)
def test_an_answer_to_an_order_is_read_and_is_no_order(content: bytes, state: str) -> None:
    (reading,) = read(content)
    response = reading.document
    assert isinstance(response, OrderResponse)
    assert (response.number, response.order_number, response.state, reading.remarks) == ("R-1", "PO-500", state, ())
    assert response.supplier.name == "Kessler GmbH"
    assert [(line.id, str(line.quantity), line.price) for line in response.lines] == [("1", "10 EA", 105)]
    assert published(response) == (order_response_key("PO-500"),)
    assert order_key("PO-500") not in published(response), "the buyer's order stays as it is"


def test_an_answer_that_names_no_order_says_so() -> None:
    (reading,) = read(_root("OrderChange", "<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>"))
    assert "does not name the order" in reading.remarks[0].message


def _answers(*responses: str) -> tuple[Reading, ...]:
    return read(_root("ApplicationResponse", "<cbc:IssueTime>10:00:00Z</cbc:IssueTime>", *responses))


def _answer(code: str, invoice: str = "B-1", status: str = "") -> str:
    return (
        f"<cac:DocumentResponse><cac:Response><cbc:ResponseCode>{code}</cbc:ResponseCode>{status}</cac:Response>"
        f"<cac:DocumentReference><cbc:ID>{invoice}</cbc:ID></cac:DocumentReference></cac:DocumentResponse>"
    )


_STATUS = (
    '<cac:Status><cbc:StatusReasonCode listID="OPStatusAction">NIN</cbc:StatusReasonCode></cac:Status>'
    '<cac:Status><cbc:StatusReasonCode listID="OPStatusReason">REF</cbc:StatusReasonCode>'
    "<cbc:StatusReason>Order number missing</cbc:StatusReason></cac:Status>"
)


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("AP", "accepted"), ("PD", "accepted"), ("BusinessAccept", "accepted"), ("RE", "rejected"), ("BusinessReject", "rejected"),
        ("TechnicalReject", "rejected"), ("AB", "pending"), ("IP", "pending"), ("UQ", "pending"), ("CA", "pending"),
    ],
)  # fmt: skip
def test_an_application_response_is_an_answer_to_our_invoice(code: str, state: str) -> None:
    (reading,) = _answers(_answer(code, status=_STATUS))
    answer = reading.document
    assert isinstance(answer, DeliveryAnswer)
    assert (answer.number, answer.invoice, answer.state) == ("R-1", "B-1", state)
    assert (answer.reason_code, answer.reason, answer.occurred_at.isoformat()) == (
        "REF", "Order number missing", "2026-05-02T10:00:00+00:00",
    )  # fmt: skip


def test_an_answer_that_decides_nothing_is_neither_yes_nor_no() -> None:
    invoice = Invoice(
        kind="customer_invoice", number="B-1", issue_date=None, currency="EUR", supplier=Party(), buyer=Party(), lines=(),
        totals=InvoiceTotals(),
    )  # fmt: skip
    pending, refused = (_answers(_answer(code))[0].document for code in ("UQ", "RE"))
    assert isinstance(pending, DeliveryAnswer)
    assert isinstance(refused, DeliveryAnswer)
    assert reply_of(invoice, [pending], since=None) is None
    reply = reply_of(invoice, [refused, pending], since=None)
    assert reply is not None
    assert not reply.taken
    assert last_answer(invoice, [pending]) == pending


def test_several_answers_in_one_file_are_several_documents() -> None:
    readings = _answers(_answer("AP", "B-1"), _answer("RE", "B-2"))
    assert [(one.part, one.document.number, one.document.invoice, one.document.state) for one in readings] == [  # type: ignore[attr-defined]
        (1, "R-1/1", "B-1", "accepted"),
        (2, "R-1/2", "B-2", "rejected"),
    ]


@pytest.mark.parametrize("responses", [(), (_answer("XX"),), (_answer("AP", ""),)])
def test_an_answer_about_nothing_is_refused_with_its_reason(responses: tuple[str, ...]) -> None:
    (reading,) = _answers(*responses)
    assert isinstance(reading.document, Unreadable)
    assert "answers no document" in reading.document.reason


def test_real_answers_are_read(shared_data: Path) -> None:
    kinds: dict[str, int] = {}
    for path in sorted((shared_data / "order-to-invoice").rglob("*.xml")):
        content = path.read_bytes()
        if any(
            f"<{kind}".encode() in content
            for kind in ("OrderResponse", "OrderChange", "OrderCancellation", "ApplicationResponse")
        ):
            for reading in read(content, name=path.name):
                kinds[reading.document.kind] = kinds.get(reading.document.kind, 0) + 1
    assert kinds.get("order_response", 0) > 40, kinds
    assert kinds.get("delivery_answer", 0) > 10, kinds
    assert Key(ANY, "order-response", "x") == order_response_key(" x ")
