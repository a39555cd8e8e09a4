"""What persons assigned to an invoice: the order or order line that it is tied out against, in place of what it names or lacks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from tieout.core.documents.acceptance import Release
from tieout.core.tie_out.dossier import Dossier
from tieout.core.values.made import made_often
from tieout.trade.documents import Invoice, InvoiceLine
from tieout.trade.documents.reference import LineReference

ORDER: Final = "assign_order"
LINE: Final = "assign_line"


@made_often
@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    """The invoice with what was assigned; `lines` are the order lines that persons named ("4500012/10"), by invoice line."""

    invoice: Invoice
    lines: Mapping[str, str]


def assignments(dossier: Dossier) -> tuple[Release, ...]:
    """The assignments of the claim that hold now, the earliest first. They are made for one version of a document."""
    made = [
        recorded.document
        for recorded in dossier.evidence
        if isinstance(recorded.document, Release)
        and recorded.document.value
        and recorded.document.claim == dossier.claim.key
        and recorded.document.granted_at <= dossier.at
        and not (recorded.document.expires_at and recorded.document.expires_at <= dossier.at)
    ]
    return tuple(sorted(made, key=lambda release: (release.granted_at, release.number))) if made else ()


def assigned(dossier: Dossier, invoice: Invoice) -> Assigned:
    """The invoice as it is tied out: orders first, so that a line without a number belongs to the order that was assigned."""
    made = assignments(dossier)
    if not made:
        return Assigned(invoice=invoice, lines={})
    for release in made:
        if release.resolution == ORDER:
            invoice = _with_order(invoice, release.value, instead=release.instead)
    lines = {release.where: release.value for release in made if release.resolution == LINE}
    if lines:
        invoice = replace(invoice, lines=tuple(_with_line(line, lines.get(line.id, "")) for line in invoice.lines))
    return Assigned(invoice=invoice, lines=lines)


def _with_order(invoice: Invoice, number: str, *, instead: str) -> Invoice:
    """The invoice with the order in place of the one that it names wrongly; where it names none, with it as its order."""
    header = number if invoice.order_number in {"", instead} else invoice.order_number
    lines = tuple(
        replace(line, order=replace(line.order, document=number))
        if instead and line.order.document == instead
        else line
        for line in invoice.lines
    )
    return replace(invoice, order_number=header, lines=lines)


def _with_line(line: InvoiceLine, value: str) -> InvoiceLine:
    if not value:
        return line
    order, _, number = value.rpartition("/")
    return replace(line, order=LineReference(document=order or line.order.document, line=number))
