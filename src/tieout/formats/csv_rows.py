"""What cells say about their row: whether the line is deleted, and whether goods came or went back."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, Literal

from tieout.core.values.errors import Malformed
from tieout.formats.csv_text import Cell

Sign = Literal[1, 0, -1]

_SIGNS: Final[Mapping[str, Sign]] = {
    "s": 1,
    "d": 1,
    "+": 1,
    "debit": 1,
    "soll": 1,
    "h": -1,
    "c": -1,
    "-": -1,
    "credit": -1,
    "haben": -1,
}
_MOVEMENTS: Final[Mapping[str, Sign]] = {
    "101": 1, "123": 1, "162": 1, "102": -1, "122": -1, "161": -1, "e": 0, "1": 0, "receive": 1, "deliver": 0, "return to vendor": -1,
}  # fmt: skip
"""SAP's movement types of receipts against an order, their reversals and returns; receipts in an order's history; Oracle's types."""
_COUNTED: Final = ("accepted", "in_inspection", "rejected")
_KEPT: Final = frozenset({"", "false", "no", "n", "0", "nein", "f"})


def is_deleted(row: Mapping[str, Cell]) -> bool:
    """Whether the line is marked as deleted: the mark is anything but no."""
    cell = row.get("deleted")
    return cell is not None and cell.text.lower() not in _KEPT


def turned(line: dict[str, Any], row: Mapping[str, Cell]) -> dict[str, Any]:
    """The line with the sign that its row says: a reversal is negative, whatever sign its quantity is written with.

    Raises `Malformed` for a movement that is no receipt against an order, and where two cells contradict each other.
    """
    sign = _direction(row)
    if sign:
        for name in _COUNTED:
            if name in line:
                value = abs(Decimal(line[name]["value"]))
                line[name] = {**line[name], "value": str(sign * value)}
    return line


def _direction(row: Mapping[str, Cell]) -> Sign:
    by_sign, by_movement = _read(row.get("sign"), _SIGNS), _read(row.get("movement"), _MOVEMENTS)
    if by_sign and by_movement and by_sign != by_movement:
        raise Malformed(
            "{value!r} contradicts {other!r}", where=row["sign"].where, remedy="correct one of the two",
            value=row["sign"].text, other=row["movement"].text,
        )  # fmt: skip
    return by_sign or by_movement


def _read(cell: Cell | None, words: Mapping[str, Sign]) -> Sign:
    if cell is None or not cell.text:
        return 0
    sign = words.get(cell.text.lower())
    if sign is None:
        raise Malformed(
            "{value!r} does not say whether goods for an order came or went back", where=cell.where,
            remedy="leave rows of other movements out: {words} are read", value=cell.text,
            words=", ".join(word.upper() for word in words),
        )  # fmt: skip
    return sign
