"""Pure: an action to the bytes of its voucher, and an acknowledgement's bytes to what they say."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from tieout.core.actions import Action, Answer, Done, Rejected, Unknown
from tieout.core.errors import Malformed

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
)
_ACK_BYTES_MAX: Final = 1_000_000


def voucher(action: Action) -> tuple[bytes, bytes]:
    """The JSON and the CSV of a voucher: always the same bytes for the same action. The JSON names the CSV's hash.

    A debit note has one line of its own, without tax: that is for the ERP to say. Raises `Malformed` for an action that
    is no posting, or whose payload is not a JSON object with lines.
    """
    content = json.loads(action.payload)
    if not isinstance(content, dict) or action.kind not in {"post_voucher", "post_debit_note"}:
        raise Malformed(f"{action.kind} is not a posting", where=f"action {action.id}")
    if action.kind == "post_debit_note":
        line = {"kind": "debit_note", "net": content.get("amount"), "description": content.get("reason")}
        content = {**content, "lines": [line]}
    if not isinstance(content.get("lines"), list):
        raise Malformed("the action's payload has no list of lines", where=f"action {action.id}")
    table = _table(action, content)
    paper = {
        "format": FORMAT,
        "reference": str(action.id),
        "action": action.kind,
        "claim": action.claim,
        "csv_sha256": hashlib.sha256(table).hexdigest(),
        "voucher": content,
    }
    text = json.dumps(paper, ensure_ascii=False, sort_keys=True).encode()
    # Laid out by msgspec, because `json` writes indented text ten times slower.
    return msgspec.json.format(text, indent=1) + b"\n", table


def _table(action: Action, content: dict[str, Any]) -> bytes:
    supplier, customer = content.get("supplier") or {}, content.get("customer") or {}
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
    }
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for line in content["lines"]:
        row = header | {name: line.get(name) for name in _LINE} | {"line_kind": line.get("kind")}
        writer.writerow(["" if row[name] is None else row[name] for name in COLUMNS])
    return out.getvalue().encode()


def _ids(party: dict[str, Any]) -> str:
    return " ".join(f"{known['scheme']}:{known['value']}" for known in party.get("identifiers", ()))


def answer(reference: str, papers: Sequence[tuple[str, bytes]]) -> Answer | None:
    """What the acknowledgement files (name, bytes) of one reference say together; None if there are none.

    One document number, however often it is said, is `Done`. Two numbers, or yes and no at once, are ambiguous. A file
    that cannot be read makes the whole answer `Unknown`: it may be half-written, or say what the others do not.
    """
    if not papers:
        return None
    booked: dict[str, str] = {}
    refusals: list[Rejected] = []
    for name, raw in papers:
        try:
            said = _acknowledgement(reference, raw)
        except Malformed as problem:
            return Unknown(hint=f"{name}: {problem.message}")
        if isinstance(said, Rejected):
            refusals.append(said)
        else:
            booked.setdefault(said.ref, name)
    if len(booked) > 1:
        return Unknown(hint=f"acknowledged under {len(booked)} numbers: {', '.join(sorted(booked))}", ambiguous=True)
    if booked and refusals:
        return Unknown(hint=f"acknowledged as {next(iter(booked))} and also rejected", ambiguous=True)
    return Done(ref=next(iter(booked))) if booked else refusals[0]


def _acknowledgement(reference: str, raw: bytes) -> Done | Rejected:
    if len(raw) > _ACK_BYTES_MAX:
        raise Malformed("longer than any acknowledgement")
    try:
        said = json.loads(raw)
    except ValueError as error:
        raise Malformed("is not (yet) readable JSON") from error
    if not isinstance(said, dict) or said.get("reference") != reference:
        raise Malformed("does not carry the reference that its name says")
    document = said.get("document")
    match said.get("status"):
        case "accepted" | "duplicate" if isinstance(document, str) and document.strip():
            return Done(ref=document.strip())
        case "rejected":
            return Rejected(reason=str(said.get("reason") or "no reason given"), code=str(said.get("code") or ""))
        case status:
            raise Malformed(f"status {status!r} with document {document!r} is no answer")
