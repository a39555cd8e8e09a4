"""The worksheet: claim lines compared with order lines, only the columns that are filled, differences marked."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from tieout.core.tie_out.worksheet import Row
from tieout.web.words import figure, money, price
from tieout.wording import values
from tieout.wording.catalogue import marked, text
from tieout.wording.figures import NO_BREAK


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A figure, or words (`wordy`); `differs` where it is one of those that do not agree."""

    text: str
    differs: bool = False
    edge: bool = False
    wordy: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row: what it is about, its figures, its findings. `mine`: it belongs to the case that is shown; `compared`: something was
    there to compare it with, or nothing had to be."""

    row: Row
    cells: tuple[Cell, ...]
    net: str
    mine: bool
    compared: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A column and whether a new group of columns begins with it."""

    name: str
    edge: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Columns that belong together."""

    name: str
    span: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Worksheet:
    """The whole table."""

    groups: tuple[Group, ...]
    headings: tuple[Heading, ...]
    lines: tuple[Line, ...]
    speaks: str = ""


# name, group, field; a column that no row fills is left out
_COLUMNS: Final = (
    (marked("Ordered"), marked("Order"), "ordered"),
    (marked("Received"), marked("Receipts"), "received"),
    (marked("In inspection"), marked("Receipts"), "in_inspection"),
    (marked("Accepted"), marked("Receipts"), "accepted"),
    (marked("Rejected"), marked("Receipts"), "rejected"),
    (marked("Before"), marked("Billed"), "billed_before"),
    (marked("Now"), marked("Billed"), "billed"),
    (marked("In dispute"), marked("Billed"), "disputed"),
    (marked("Price"), marked("Price"), "price"),
    (marked("Expected"), marked("Price"), "price_expected"),
    (marked("Variance"), marked("Price"), "variance"),
    (marked("Limit"), marked("Price"), "limit"),
)
_SPOKEN: Final[Mapping[str, Mapping[str, tuple[str, str]]]] = {
    "shipped": {
        "ordered": (marked("Ordered"), marked("Sales order")),
        "received": (marked("Shipped"), marked("Deliveries")),
        "accepted": (marked("Billable"), marked("Deliveries")),
        "rejected": (marked("Returned"), marked("Deliveries")),
    },
    "watched": {
        "billed_before": (marked("Days"), marked("Billed")),
        "variance": (marked("Not billed"), marked("To be billed")),
    },
    "used": {"ordered": (marked("Included"), marked("Contract")), "received": (marked("Used"), marked("Usage"))},
}
"""Other words for columns, where the rows are of goods that go out, of what a subscriber uses, or of a contract that is watched."""
_SPEAKS: Final[Mapping[str, str]] = {
    "customer_invoice": "shipped",
    "customer_credit_note": "shipped",
    "sales_order": "shipped",
    "billing_invoice": "used",
    "billing_credit_note": "used",
    "subscription": "watched",
    "amendment": "watched",
}
"""By the kind of the claim; all others are of goods that come in."""
_AMOUNTS: Final = frozenset({"price", "price_expected", "variance"})
"""Columns of amounts; those of one group are in one currency."""
_SPARE: Final = frozenset({"rejected", "disputed"})
"""Columns that are left out where all is zero as well."""


def worksheet(rows: Sequence[Row], mine: Collection[str], *, kind: str = "", status: str = "clear") -> Worksheet:
    """The table of these rows of a claim of this kind with a verdict of this status; `mine` are the claim lines that the shown case
    is about. A line without an order ties out only where the whole claim does."""
    speaks = _SPEAKS.get(kind, "")
    words = _SPOKEN.get(speaks, {})
    spoken = [(*words.get(field, (name, group)), field) for name, group, field in _COLUMNS]
    kept = [column for column in spoken if any(_says(row, column[2]) for row in rows)]
    edges = [k == 0 or kept[k - 1][1] != group for k, (_, group, _) in enumerate(kept)]
    groups: dict[str, list[str]] = {}
    for _, group, field in kept:
        groups.setdefault(text(group), []).append(field)
    return Worksheet(
        speaks=speaks,
        groups=tuple(Group(name=_grouped(name, fields, rows), span=len(fields)) for name, fields in groups.items()),
        headings=tuple(Heading(name=text(name), edge=edge) for (name, _, _), edge in zip(kept, edges, strict=True)),
        lines=tuple(
            Line(
                row=row,
                cells=tuple(
                    Cell(
                        text=_text(row, field),
                        differs=_differs(row, field, speaks),
                        edge=edge,
                        wordy=field == "limit",
                    )
                    for (_, _, field), edge in zip(kept, edges, strict=True)
                ),
                net=money(row.net),
                mine=row.claim_line in mine,
                compared=not row.currency_expected and (bool(row.order) or row.verdict != "ok" or status == "clear"),
            )
            for row in rows
        ),
    )


def _says(row: Row, field: str) -> bool:
    value = getattr(row, field)
    return bool(value) if field in _SPARE or isinstance(value, str) else value is not None


def _text(row: Row, field: str) -> str:
    value: Decimal | str | None = getattr(row, field)
    if isinstance(value, str):
        return values.written(value)
    if field == "price_expected" and row.currency_expected and value is not None:
        return f"{price(value)}{NO_BREAK}{row.currency_expected}"
    return price(value) if field.startswith("price") else figure(value)


def _grouped(name: str, fields: Sequence[str], rows: Sequence[Row]) -> str:
    """The name of a group of columns, with the currency of its amounts where all rows have one: "Price in EUR"."""
    currencies = {row.net.currency for row in rows if row.net is not None}
    return (
        text("{name} in {currency}", name=name, currency=currencies.pop())
        if len(currencies) == 1 and not _AMOUNTS.isdisjoint(fields)
        else name
    )


def _differs(row: Row, field: str, speaks: str) -> bool:
    if field == "price":
        return bool(row.price is not None and row.price_expected is not None and row.price != row.price_expected) and (
            not row.currency_expected
        )
    if field == "billed" and row.verdict != "ok" and speaks != "used":
        ceilings = [value for value in (row.accepted, row.ordered) if value is not None]
        return row.billed is not None and bool(ceilings) and row.billed + (row.billed_before or 0) > min(ceilings)
    return field == "variance" and bool(row.variance)
