"""Plain bar plots as geometry: where each bar stands. The template draws them as SVG; no script, no library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

WIDTH: Final = 640
LABEL: Final = 170
VALUE: Final = 150
STEP: Final = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar in user units of the plot: `y` is its top, `text_y` the base line of its words, `width` at least 2."""

    label: str
    value: str
    y: int
    text_y: int
    width: int
    value_x: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """Bars under each other, with the size of the whole."""

    bars: tuple[Bar, ...]
    height: int
    width: int = WIDTH
    label_x: int = LABEL - 10
    bar_x: int = LABEL


def bars(rows: Sequence[tuple[str, Decimal, str]]) -> Plot:
    """A plot of (label, size, words beside the bar), sizes not negative, in the order given."""
    largest = max((size for _, size, _ in rows), default=Decimal(0)) or Decimal(1)
    room = WIDTH - LABEL - VALUE
    drawn = []
    for k, (label, size, value) in enumerate(rows):
        width = max(int(room * size / largest), 2)
        drawn.append(
            Bar(
                label=label,
                value=value,
                y=k * STEP + 4,
                text_y=k * STEP + 19,
                width=width,
                value_x=LABEL + width + 8,
            )
        )
    return Plot(bars=tuple(drawn), height=len(rows) * STEP + 4)
