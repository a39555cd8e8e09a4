"""Every place of an invoice that states a tax category: lines, allowances and charges of the whole document, breakdown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from tieout.core.documents.remark import Remark
from tieout.core.values.made import made_often
from tieout.trade.documents import Invoice

Part = Literal["line", "allowance", "charge", "breakdown"]


@made_often
@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A category with its rate, and the reason for exemption of a row of the breakdown. `where` is the place for people."""

    part: Part
    where: str
    category: str
    percent: Decimal | None
    exemption: str = ""


def stated_categories(invoice: Invoice) -> Iterator[Stated]:
    """All of them, in the invoice's order: lines, document allowances and charges, breakdown."""
    for line in invoice.lines:
        yield Stated(part="line", where=line.id, category=line.tax_category, percent=line.tax_percent)
    for entry in invoice.allowances_charges:
        part: Part = "charge" if entry.charge else "allowance"
        yield Stated(part=part, where="document", category=entry.tax_category, percent=entry.tax_percent)
    for row in invoice.tax:
        where = f"tax {row.category or '?'}"
        yield Stated(part="breakdown", where=where, category=row.category, percent=row.percent, exemption=row.exemption)


def broken(rule: str, where: str, message: str) -> Remark:
    """A fatal remark on a tax rule."""
    return Remark(code="DOC-EINV", rule=rule, where=where, message=message)
