"""Pure: maps an action to the bytes of its voucher."""

from __future__ import annotations

import csv
import hashlib
import io
from typing import Any, Final

import msgspec

from tieout.core.outbox.action import Action
from tieout.core.outbox.payload import opened_payload
from tieout.core.values.errors import Malformed

FORMAT: Final = "tieout-voucher/1"
_HEADER: Final = ("entity", "number", "part", "issue_date", "currency")
_LINE: Final = (
    "claim_line", "order", "order_line", "product", "site", "quantity", "unit", "net", "tax", "tax_category", "tax_percent",
    "description",
)  # fmt: skip
COLUMNS: Final = (
    "reference",
    "action",
    "document_kind",
    *_HEADER,
    "supplier",
    "supplier_ids",
    "customer",
    "customer_ids",
    "line_kind",
    *_LINE,
    "payment_blocked",
    "to_pay",
)
_KIND_AT: Final = COLUMNS.index("line_kind")
_LINE_AT: Final = slice(COLUMNS.index(_LINE[0]), COLUMNS.index(_LINE[-1]) + 1)


def voucher(action: Action) -> tuple[bytes, bytes]:
    """The JSON and the CSV of a voucher: always the same bytes for the same action. The JSON names the CSV's hash.

    A debit note has one line of its own, without tax, which the ERP determines. Raises `Malformed` for an action that
    is no posting, or whose payload is of another version or has no lines.
    """
    if action.kind not in {"post_voucher", "post_debit_note"}:
        raise Malformed("{kind} is not a posting", where=f"action {action.id}", kind=action.kind)
    content = opened_payload(action)
    if action.kind == "post_debit_note":
        line = {"kind": "debit_note", "net": content.get("amount"), "description": content.get("reason")}
        content = {**content, "lines": [line]}
    if not isinstance(content.get("lines"), list):
        raise Malformed("the action's payload has no list of lines", where=f"action {action.id}")
    table = _table(action, content)
    envelope = {
        "format": FORMAT,
        "reference": str(action.id),
        "action": action.kind,
        "claim": action.claim,
        "csv_sha256": hashlib.sha256(table).hexdigest(),
        "voucher": content,
    }
    # By msgspec, because `json` writes indented text ten times slower.
    return msgspec.json.format(msgspec.json.encode(envelope, order="sorted"), indent=1) + b"\n", table


def _table(action: Action, content: dict[str, Any]) -> bytes:
    supplier, customer = content.get("supplier") or {}, content.get("customer") or {}
    payment = content.get("payment") or {}
    if isinstance(supplier, str):
        supplier = {"identifiers": [{"scheme": "ours", "value": supplier}]}
    header = {name: content.get(name) for name in _HEADER} | {
        "reference": str(action.id),
        "action": action.kind,
        "document_kind": content.get("kind"),
        "supplier": supplier.get("name"),
        "supplier_ids": _ids(supplier),
        "customer": customer.get("name"),
        "customer_ids": _ids(customer),
        "payment_blocked": _yes_no(payment.get("blocked")),
        "to_pay": payment.get("amount"),
    }
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    row = [header.get(name) for name in COLUMNS]  # None is written as nothing
    for line in content["lines"]:
        row[_KIND_AT] = line.get("kind")
        row[_LINE_AT] = map(line.get, _LINE)
        writer.writerow(row)
    return out.getvalue().encode()


def _ids(party: dict[str, Any]) -> str:
    return " ".join(f"{identifier['scheme']}:{identifier['value']}" for identifier in party.get("identifiers", ()))


def _yes_no(value: object) -> str | None:
    return None if value is None else "yes" if value else "no"
