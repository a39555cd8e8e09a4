"""Quantities carry a UN/CEFACT unit; conversion is an exact rational, and a missing one is reported, never guessed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import ClassVar, Final, NoReturn

from tieout.core.values.errors import Malformed
from tieout.core.values.money import decimal_of
from tieout.core.values.units import canonical_unit, standard_factor


class Quantity:
    """How much of what: an exact `value` in `unit` (UN/CEFACT Rec 20 code). Immutable; never mixes units."""

    __slots__ = ("unit", "value")
    value_kind: ClassVar = "quantity"
    value: Decimal
    unit: str

    def __init__(self, value: Decimal, unit: str) -> None:
        object.__setattr__(self, "value", value)
        object.__setattr__(self, "unit", unit)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"Quantity is immutable: {name}")

    def __reduce__(self) -> tuple[type[Quantity], tuple[Decimal, str]]:
        return Quantity, (self.value, self.unit)

    @classmethod
    def of(cls, value: Decimal | str | int, unit: str) -> Quantity:
        """Reads a value and a unit code. Raises `Malformed`."""
        return cls(decimal_of(value), canonical_unit(unit))

    @classmethod
    def parse(cls, text: str) -> Quantity:
        """Reads the wire form "1200 EA". Raises `Malformed`."""
        value, _, unit = text.strip().partition(" ")
        if not unit:
            raise Malformed("{text!r} is not a quantity with a unit", remedy='write it as "1200 EA"', text=text)
        return cls.of(value, unit)

    def __str__(self) -> str:
        return f"{plain(self.value)} {self.unit}"

    def __repr__(self) -> str:
        return f"Quantity({self})"

    def __hash__(self) -> int:
        return hash((self.value, self.unit))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Quantity):
            return NotImplemented
        return self.value == other.value and self.unit == other.unit

    def _same(self, other: Quantity) -> Decimal:
        if self.unit != other.unit:
            raise AssertionError(f"quantities of two units meet: {self} and {other}")
        return other.value

    def __add__(self, other: Quantity) -> Quantity:
        return Quantity(self.value + self._same(other), self.unit)

    def __sub__(self, other: Quantity) -> Quantity:
        return Quantity(self.value - self._same(other), self.unit)

    def __neg__(self) -> Quantity:
        return Quantity(-self.value, self.unit)

    def __bool__(self) -> bool:
        return self.value != 0


def plain(value: Decimal) -> str:
    """A decimal as people write it: no exponent, no trailing zeros ("1200", "0.5")."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def exact(value: Decimal) -> Decimal:
    """A decimal as a value of a sentence: its English text is `plain(value)`."""
    return Decimal(plain(value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """One pack unit of an item in another unit: 1 `unit` = `factor` × `into` (1 BX = 12 EA)."""

    unit: str
    into: str
    factor: Fraction


NO_CONVERSIONS: Final[tuple[Conversion, ...]] = ()


def factor_between(unit: str, into: str, *, conversions: tuple[Conversion, ...] = NO_CONVERSIONS) -> Fraction | None:
    """How many `into` one `unit` is, exactly; None if neither the item's table nor the physical standards say so.

    What the item's table says of these two goes before the standards: its day may have eight hours of work.
    """
    if unit == into:
        return Fraction(1)
    own = _own(unit, into, conversions)
    if own is not None:
        return own
    standard = standard_factor(unit, into)
    if standard is not None:
        return standard
    return _walk(unit, into, _edges(conversions))


def _own(unit: str, into: str, conversions: tuple[Conversion, ...]) -> Fraction | None:
    for conversion in conversions:
        if (conversion.unit, conversion.into) == (unit, into):
            return conversion.factor
        if (conversion.into, conversion.unit) == (unit, into):
            return 1 / conversion.factor
    return None


def _edges(conversions: tuple[Conversion, ...]) -> Mapping[str, list[tuple[str, Fraction]]]:
    edges: dict[str, list[tuple[str, Fraction]]] = {}
    for conversion in conversions:
        edges.setdefault(conversion.unit, []).append((conversion.into, conversion.factor))
        edges.setdefault(conversion.into, []).append((conversion.unit, 1 / conversion.factor))
    return edges


def _walk(start: str, goal: str, edges: Mapping[str, list[tuple[str, Fraction]]]) -> Fraction | None:
    reached = {start: Fraction(1)}
    frontier = [start]
    while frontier:
        unit = frontier.pop(0)
        direct = standard_factor(unit, goal)
        if direct is not None:
            return reached[unit] * direct
        physical = ((other, factor) for other in edges if (factor := standard_factor(unit, other)) is not None)
        for following, factor in (*edges.get(unit, ()), *physical):
            if following not in reached:
                reached[following] = reached[unit] * factor
                frontier.append(following)
    return reached.get(goal)
