"""Measures as people read them: shares, lengths of time, and what a figure was counted from."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from tieout.intelligence.figure import Figure
from tieout.intelligence.spikes import Alert
from tieout.web.words import figure as plain
from tieout.wording.catalogue import plural, text
from tieout.wording.chosen import language
from tieout.wording.figures import number, percent


def spike(alert: Alert) -> str:
    """Where there are more holds than usual: "W3 × carrier feed"; "overall" for the whole."""
    return " × ".join(text(value) for _, value in alert.part) or text("overall")


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
        return text("{minutes}\u00a0min", minutes=plain(decimal(hours * 60)))
    if hours < 72:
        return text("{hours}\u00a0h", hours=plain(decimal(hours, 1)))
    return text("{days}\u00a0d", days=plain(decimal(hours / 24, 1)))


def hours(value: Fraction) -> str:
    """ "1 204 h": hours that add up are not turned into days."""
    if 0 < value < Fraction(1, 20):
        return text("minutes")
    return text("{hours}\u00a0h", hours=plain(decimal(value, 0 if value >= 10 else 1)))


def value(figure: Figure) -> str:
    """What the tile shows: the median of lengths of time, else the value."""
    if figure.unit == "share":
        return share(figure.value)
    if figure.unit == "hours":
        return length(figure.p50)
    if figure.value is None:
        return "–"
    places = 2 if figure.unit == "each" else 1
    shown = plain(decimal(figure.value, places))
    return text("{days}\u00a0d", days=shown) if figure.unit == "days" else shown


def beside(figure: Figure) -> str:
    """The line under the value: of how many it is, and the ninetieth percentile of lengths of time."""
    if figure.value is None:
        return text("nothing to measure yet")
    if figure.unit == "hours":
        many, within = plain(decimal(figure.denominator)), length(figure.p90)
        return text("median of {number}; nine of ten within {time}", number=many, time=within)
    if figure.unit == "days":
        return plural("{count} invoice delayed", "{count} invoices delayed", len(figure.behind))
    return text("{part} of {whole}", part=plain(decimal(figure.numerator)), whole=plain(decimal(figure.denominator)))


def usual(mean: Decimal) -> str:
    """How many are usual: "3.0", or "almost none" where it is less than one in twenty looks."""
    return (
        text("almost none")
        if mean < Decimal("0.05")
        else number(mean.quantize(Decimal("0.1")), language(), decimals_min=1)
    )
