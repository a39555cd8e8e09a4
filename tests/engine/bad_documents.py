"""Documents that a format reads and no table holds, or that no rule can compute with: one of each sort, as canonical JSON."""

from __future__ import annotations

import json
import random
import zipfile
from dataclasses import replace
from io import BytesIO
from typing import Any, Final

from tests.engine import samples
from tieout.core.documents.kind import Document
from tieout.formats import canonical_json, cii, facturx, ubl
from tieout.formats.format import Format

_WORDS: Final = random.Random(7)
LONG: Final = "".join(_WORDS.choices("0123456789ABCDEFGHJKMNPQRSTVWXYZ", k=16_000))
"""16,000 characters that no compression makes short: an index entry holds a third of its page."""


def plain(document: Document) -> dict[str, Any]:
    """A document as plain values, to be damaged."""
    tree: dict[str, Any] = json.loads(canonical_json.encode(document))
    return tree


def good(number: int) -> bytes:
    """A sound invoice of this number."""
    return canonical_json.encode(samples.invoice(f"GOOD-{number}"))


def _changed(**changes: Any) -> dict[str, Any]:
    return {**plain(samples.invoice("BAD-1")), **changes}


def _totals(amount: str) -> dict[str, Any]:
    return _changed(totals=dict.fromkeys(("lines", "net", "gross", "payable"), amount) | {"tax": "0.00 EUR"})


def _line(**changes: Any) -> dict[str, Any]:
    tree = plain(samples.invoice("BAD-1"))
    tree["lines"][0] |= changes
    return tree


def _order_line(**changes: Any) -> dict[str, Any]:
    tree = plain(replace(samples.order("BAD-1"), entity=""))
    tree["lines"][0] |= changes
    return tree


BAD: Final[dict[str, bytes]] = {
    name: tree if isinstance(tree, bytes) else json.dumps(tree).encode()
    for name, tree in {
        "NUL in the number": _changed(number="B\0AD"),
        "NUL in a line": _line(description="Hex\0bolt"),
        "half a pair in the number": _changed(number="B\ud800AD"),
        "half a pair in a line": _line(description="Hex\udfffbolt"),
        "total beyond 64 bits": _totals("92233720368547758.08 EUR"),
        "total far below": _totals("-9999999999999999999999.00 EUR"),
        "amount of a line beyond 64 bits": _line(net="92233720368547758.08 EUR"),
        "amount with an absurd exponent": _line(net="1E+25 EUR"),
        "price with an absurd exponent": _line(price="1E+30"),
        "price with an exponent that no memory holds": _line(price="1E+999999999"),
        "price with 31 decimals": _line(price="0." + "1" * 31),
        "percentage with 31 decimals": _line(tax_percent="19." + "0" * 30 + "1"),
        "quantity with an absurd exponent": _line(quantity="1E+29 EA"),

        "quantity of an order beyond its column": _order_line(quantity="1E+27 EA"),
        "price of an order beyond use": _order_line(price="1E+30"),
        "number of 16,000 characters": _changed(number=LONG),
        "number of an order of 16,000 characters": {**plain(samples.order("BAD-1")), "number": LONG},
        "name of an article of 16,000 characters": _order_line(product={"buyer": LONG}),
        "number of its order of 16,000 characters": _changed(order_number=LONG),
        "line that names an order of 16,000 characters": _line(order={"document": LONG, "line": "10"}),
        "id of a line of 16,000 characters": _line(id=LONG),
        "supplier of 16,000 characters": _changed(
            supplier={"name": "Acme", "identifiers": [{"scheme": "vat", "value": LONG}]}
        ),
        "company of 16,000 characters": _changed(entity=LONG),
        "a day before all calendars": _changed(issue_date="0001-01-01"),
        "an instant that no zone can move": {
            **plain(samples.receipt("BAD-1")), "occurred_at": "9999-12-31T23:59:59-14:00",
        },
        "an instant before all calendars": {
            **plain(samples.receipt("BAD-1")), "occurred_at": "0001-01-01T00:00:00+14:00",
        },
    }.items()
}  # fmt: skip
"""By name; each goes into a batch with twenty sound ones."""


def _written(format_: Format) -> bytes:
    assert format_.write is not None
    return format_.write(replace(samples.invoice("BAD-2"), type_code="380"))


def _packed() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("invoice.xml", _written(ubl.FORMAT))
    return out.getvalue()


_UBL: Final = _written(ubl.FORMAT)
_BOMB: Final = b"<!DOCTYPE a [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;'>]>"
NO_DOCUMENTS: Final[dict[str, bytes]] = {
    "empty file": b"",
    "blanks": b" \r\n\t " * 100,
    "unknown format": b"Dear all, please find our invoice attached.",
    "broken XML": _UBL[: len(_UBL) * 2 // 3],
    "broken CII": _written(cii.FORMAT).replace(b"</ram:ID>", b"</ram:IT>", 1),
    "XML nested too deep": b"<a>" * 5_000 + b"</a>" * 5_000,
    "XML that grows when it is read": _BOMB + b"<Invoice>&c;</Invoice>",
    "XML with a NUL": _UBL.replace(b"Hex bolt", b"Hex\0bolt", 1),
    "XML with half a pair": _UBL.replace(b"Hex bolt", b"Hex&#xD800;bolt", 1),
    "XML in another encoding than it says": _UBL.replace(b"Hex bolt", b"Hex\xe4bolt", 1),
    "XML that is no document": b"<catalogue><page/></catalogue>",
    "broken JSON": good(2)[:-20],
    "JSON nested too deep": b"[" * 100_000 + b"]" * 100_000,
    "JSON with a figure that is none": good(2).replace(b"12000.00 EUR", b"NaN EUR"),
    "JSON of no kind": b'{"kind": "greeting", "text": "hello"}',
    "broken PDF": _written(facturx.FORMAT)[:400],
    "archive": _packed(),
    "picture": b"\x89PNG\r\n\x1a\n" + bytes(100),
}  # fmt: skip
"""Files that no format reads."""
