"""Measures in people's words: shares, lengths of time, and what stands behind a figure."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from tieout.intelligence.figure import Figure
from tieout.web.words import figure as plain
from tieout.wording.chosen import language
from tieout.wording.figures import percent


def decimal(value: Fraction, places: int = 0) -> Decimal:
    """A fraction as a decimal of so many places."""
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal(1).scaleb(-places))


def share(value: Fraction | None) -> str:
    """ "62.5 %"; a dash for none."""
    return "–" if value is None else percent(decimal(value * 100, 1), language())


def length(hours: Fraction | None) -> str:
    """ "40 min", "18.5 h", "3.2 d"; a dash for none."""
    if hours is None:
        return "–"
    if hours < 1:
        return f"{plain(decimal(hours * 60))}\u00a0min"
    if hours < 72:
        return f"{plain(decimal(hours, 1))}\u00a0h"
    return f"{plain(decimal(hours / 24, 1))}\u00a0d"


def hours(value: Fraction) -> str:
    """ "1 204 h": hours that add up are not turned into days."""
    if 0 < value < Fraction(1, 20):
        return "minutes"
    return f"{plain(decimal(value, 0 if value >= 10 else 1))}\u00a0h"


def value(figure: Figure) -> str:
    """What the tile says: the middle of lengths, else the value."""
    if figure.unit == "share":
        return share(figure.value)
    if figure.unit == "hours":
        return length(figure.p50)
    if figure.value is None:
        return "–"
    places = 2 if figure.unit == "each" else 1
    return plain(decimal(figure.value, places)) + ("\u00a0d" if figure.unit == "days" else "")


def beside(figure: Figure) -> str:
    """What stands under the value: of how many it is, and the ninth tenth of lengths."""
    if figure.value is None:
        return "nothing to measure yet"
    if figure.unit == "hours":
        many = plain(decimal(figure.denominator))
        return f"median of {many}; nine of ten within {length(figure.p90)}"
    if figure.unit == "days":
        return f"{len(figure.behind)} invoice{'s' if len(figure.behind) != 1 else ''} held up"
    return f"{plain(decimal(figure.numerator))} of {plain(decimal(figure.denominator))}"


def usual(mean: Decimal) -> str:
    """How many are usual: "3.0", or "hardly any" where it is less than one in twenty looks."""
    return "hardly any" if mean < Decimal("0.05") else f"{mean:.1f}"
