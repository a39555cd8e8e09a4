"""UBL answers: to an order (OrderResponse, OrderResponseSimple), about one (OrderChange, OrderCancellation), and to an invoice
of ours (ApplicationResponse). None of them changes an order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final, Literal

from lxml.etree import _Element

from tieout.core.values.sentence import Sentence
from tieout.formats.ubl import parties, parts
from tieout.formats.ubl import tags as t
from tieout.formats.ubl.order import order_line
from tieout.formats.ubl.sheet import Fields, Sheet, local, text
from tieout.trade.documents import DeliveryAnswer, OrderLine, OrderResponse
from tieout.trade.documents.order_response import OrderResponseState

ORDER_RESPONSES: Final = frozenset({"OrderResponse", "OrderResponseSimple", "OrderChange", "OrderCancellation"})
"""Documents about an order, by their root."""

# UNTDID 4343 in the subset of Peppol.
_STATES: Final[dict[str, OrderResponseState]] = {
    "AB": "acknowledged", "AP": "accepted", "CA": "changed", "RE": "rejected",
}  # fmt: skip
_ASKED: Final[dict[str, OrderResponseState]] = {
    "OrderChange": "change_requested", "OrderCancellation": "cancellation_requested",
}  # fmt: skip
_TAKEN: Final = frozenset({"AP", "PD", "BUSINESSACCEPT", "2"})
_REFUSED: Final = frozenset({"RE", "BUSINESSREJECT", "TECHNICALREJECT", "PROFILEREJECT", "1"})
_UNDECIDED: Final = frozenset({"AB", "IP", "UQ", "CA", "TECHNICALACCEPT", "PROFILEACCEPT"})


def read_order_response(sheet: Sheet, root: _Element) -> OrderResponse:
    """The answer to an order, or what is asked about it, of a root element."""
    children = sheet.fields(root)
    response = OrderResponse(
        number=text(children.get(t.ID)),
        order_number=parts.order_number(sheet, children),
        state=_state(sheet, root, children),
        issue_date=sheet.day(children.get(t.ISSUE_DATE)),
        currency=sheet.currency,
        supplier=parties.party_in(sheet, children.get(t.SELLER_SUPPLIER_PARTY)),
        buyer=parties.party_in(sheet, children.get(t.BUYER_CUSTOMER_PARTY)),
        lines=parts.with_distinct_ids(sheet, list(_lines(sheet, root))),
        note="\n".join(stated for note in root.iterchildren(t.NOTE) if (stated := text(note))),
    )
    if not response.order_number:
        sheet.remark("the document does not name the order that it is about (cac:OrderReference)", root)
    return response


def _state(sheet: Sheet, root: _Element, children: Fields) -> OrderResponseState:
    kind = local(root.tag)
    if kind in _ASKED:
        return _ASKED[kind]
    if (indicator := text(children.get(t.ACCEPTED_INDICATOR)).lower()) in {"true", "1"}:
        return "accepted"
    if indicator in {"false", "0"}:
        return "rejected"
    code = text(children.get(t.ORDER_RESPONSE_CODE))
    if code and code not in _STATES:
        words = Sentence(
            "the response code {code!r} is none of AB, AP, CA, RE; it was read as acknowledged", code=code[:40]
        )
        sheet.remark(words, root)
    return _STATES.get(code, "acknowledged")


def _lines(sheet: Sheet, root: _Element) -> Iterator[OrderLine]:
    """The lines that state a quantity; others only give the state of one."""
    for position, element in enumerate(root.iterchildren(t.ORDER_LINE), 1):
        line = element.find(t.LINE_ITEM)
        if line is not None and line.find(t.QUANTITY) is not None:
            yield order_line(sheet, element, None, position)


def read_answers(sheet: Sheet, root: _Element) -> list[DeliveryAnswer]:
    """What an ApplicationResponse says about each invoice that it names; empty where it names none, or no code that is in use."""
    children = sheet.fields(root)
    at = sheet.instant(children.get(t.ISSUE_DATE), children.get(t.ISSUE_TIME))
    number = text(children.get(t.ID))
    answers = list(root.iterchildren(t.DOCUMENT_RESPONSE))
    read = []
    for position, element in enumerate(answers, 1):
        own = number if len(answers) == 1 else f"{number}/{position}"
        answer = _answer(sheet, element, own, at, children)
        read += [answer] if answer is not None else []
    return read


def _answer(sheet: Sheet, element: _Element, number: str, at: datetime | None, root: Fields) -> DeliveryAnswer | None:
    parts_of = sheet.fields(element)
    response = sheet.fields(parts_of.get(t.RESPONSE))
    code = text(response.get(t.RESPONSE_CODE))
    invoice = sheet.below(parts_of, t.DOCUMENT_REFERENCE, t.ID)
    state = _delivery_state(code)
    if not invoice or state is None or at is None:
        words = _left_out(code, named=bool(invoice), understood=state is not None)
        sheet.remark(words, element)
        return None
    reason_code, reason = _reason(sheet, element)
    notes = [reason, text(response.get(t.DESCRIPTION)), text(root.get(t.NOTE))]
    return DeliveryAnswer(
        number=number,
        invoice=invoice,
        state=state,
        occurred_at=at.astimezone(UTC),
        reason_code=reason_code,
        reason=next((note for note in notes if note), "" if state == "accepted" else f"response code {code}"),
    )


def _left_out(code: str, *, named: bool, understood: bool) -> str:
    if not named:
        return Sentence("an answer names no document and was left out")
    if not understood:
        return Sentence("an answer has the code {code!r}, which is none in use, and was left out", code=code[:40])
    return Sentence("an answer has no date and was left out")


def _delivery_state(code: str) -> Literal["accepted", "rejected", "pending"] | None:
    upper = code.upper()
    if upper in _TAKEN:
        return "accepted"
    if upper in _REFUSED:
        return "rejected"
    return "pending" if upper in _UNDECIDED else None


def _reason(sheet: Sheet, element: _Element) -> tuple[str, str]:
    """The clarification code and words: of all that are given, the first that is a reason and not what should be done now."""
    statuses = [
        sheet.fields(one) for response in element.iterchildren(t.RESPONSE) for one in response.iterchildren(t.STATUS)
    ]
    code = words = ""
    for status in statuses:
        stated = status.get(t.STATUS_REASON_CODE)
        if stated is not None and stated.get("listID", "") != "OPStatusAction":
            code = code or text(stated)
        words = words or text(status.get(t.STATUS_REASON))
    return code, words
