"""One right invoice and one right credit note in UBL and CII, and every single change of each that a machine can think of.

Each element is left out, stated once more (the same, or something else before or after), and given other contents; each
attribute is left out and changed.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Final

from lxml import etree

from tests.formats.one_invoice import INVOICE
from tests.support.reading import read
from tieout.formats.cii import FORMAT as CII
from tieout.trade.documents import Invoice

_EN: Final = "urn:cen.eu:en16931:2017"
_REFERENCE: Final = (
    "</cac:OrderReference><cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>B-0</cbc:ID>"
    "</cac:InvoiceDocumentReference></cac:BillingReference>"
)
EARLIER: Final = INVOICE.replace("<cbc:ID>B-1<", "<cbc:ID>B-0<")
"""The invoice that the credit notes take back."""


def _credit_note() -> str:
    content = INVOICE
    for old, new in (
        ("Invoice-2", "CreditNote-2"), ("<Invoice ", "<CreditNote "), ("</Invoice>", "</CreditNote>"),
        ("InvoiceLine>", "CreditNoteLine>"), ("InvoicedQuantity", "CreditedQuantity"),
        ("<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>", "<cbc:CreditNoteTypeCode>381</cbc:CreditNoteTypeCode>"),
        ("<cbc:DueDate>2026-07-10</cbc:DueDate>", ""), ("</cac:OrderReference>", _REFERENCE),
    ):  # fmt: skip
        content = content.replace(old, new)
    return content


def _in_cii(content: str) -> str:
    assert CII.write is not None
    (reading,) = read(content.encode(), name="invoice.xml")
    assert isinstance(reading.document, Invoice)
    return CII.write(replace(reading.document, profile=_EN)).decode()


@cache
def bases() -> dict[str, str]:
    """By name: the documents that are right."""
    credit = _credit_note()
    return {"ubl": INVOICE, "cii": _in_cii(INVOICE), "ubl credit note": credit, "cii credit note": _in_cii(credit)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A document with one change: where (the names of the elements down to it), what, and the whole content."""

    path: str
    change: str
    content: bytes


def variants(base: str, *, changes: Callable[[str], bool] = lambda _: True) -> Iterator[Variant]:
    """Every change of a document whose name is wanted."""
    root = etree.fromstring(base.encode())
    for position, element in enumerate(root.iter()):
        if position:
            for change, apply in _changes(element):
                if changes(change):
                    changed = copy.deepcopy(root)
                    apply(next(node for at, node in enumerate(changed.iter()) if at == position))
                    yield Variant(path=_path(element), change=change, content=etree.tostring(changed))


Apply = Callable[[etree._Element], None]


def _changes(element: etree._Element) -> Iterator[tuple[str, Apply]]:
    yield "left out", lambda node: node.getparent().remove(node)  # type: ignore[union-attr]
    yield "twice the same", lambda node: node.addnext(copy.deepcopy(node))
    leaves = [node for node in element.iter() if not len(node)]
    for which in dict.fromkeys((0, len(leaves) - 1)):
        yield f"twice, other {_name(leaves[which])} after", lambda node, at=which: node.addnext(_other(node, at))
        yield f"twice, other {_name(leaves[which])} before", lambda node, at=which: node.addprevious(_other(node, at))
    if not len(element):
        for text in _texts((element.text or "").strip()):
            yield f"text {text!r}", lambda node, text=text: setattr(node, "text", text)
    for name, value in element.attrib.items():
        yield f"@{name} left out", lambda node, name=name: node.attrib.__delitem__(name)
        for other in ("", "USD" if value == "EUR" else "XX"):
            yield f"@{name} {other!r}", lambda node, name=name, other=other: node.set(name, other)


def _other(node: etree._Element, at: int) -> etree._Element:
    twin = copy.deepcopy(node)
    leaf = [one for one in twin.iter() if not len(one)][at]
    leaf.text = _other_text((leaf.text or "").strip())
    return twin


def _other_text(text: str) -> str:
    if re.fullmatch(r"-?[\d.]+", text):
        return "7.00" if "." in text else "20250101" if len(text) == 8 else "7"
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return "2025-01-01"
    others = {"EUR": "USD", "DE": "FR", "NL": "BE", "S": "Z", "true": "false", "false": "true", "VAT": "GST"}
    return others.get(text, f"{text}X")


def _texts(text: str) -> Iterator[str]:
    yield ""
    if re.fullmatch(r"-?\d+\.\d\d", text):
        amount, cent = Decimal(text), Decimal("0.01")
        yield from map(
            str, (amount + cent, amount - cent, amount + 1, amount - 1, -amount, amount * 10, Decimal("0.00"))
        )
        yield from (f"{text}0", f"+{text}", text.replace(".", ","), "abc", text.rstrip("0").rstrip("."), f" {text} ")
    elif re.fullmatch(r"\d{1,3}", text):
        yield from ("0", f"-{text}", f"{text}.5", "1", "999", _other_text(text))
    elif text:
        yield from (_other_text(text), text.swapcase(), f" {text} ")


def _path(element: etree._Element) -> str:
    return "/".join(_name(one) for one in [*reversed([*element.iterancestors()][:-1]), element])


def _name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]
