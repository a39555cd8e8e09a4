"""Plain bar plots as geometry: the place of every bar. The template draws them as SVG; no script, no library."""

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
    """One bar in user units of the plot: `y` is its top, `text_y` the base line of its words, `width` at least 2.

    `look` names its colour in the style sheet, `link` where it leads.
    """

    label: str
    value: str
    y: int
    text_y: int
    width: int
    value_x: int
    look: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """Words over a group of bars."""

    text: str
    text_y: int
    look: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """Bars under each other, with the size of the whole."""

    bars: tuple[Bar, ...]
    height: int
    captions: tuple[Caption, ...] = ()
    width: int = WIDTH
    label_x: int = LABEL - 10
    bar_x: int = LABEL


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Bars of one look under a caption: (label, size, the value in words, link)."""

    caption: str
    look: str
    rows: tuple[tuple[str, Decimal, str, str], ...]


def grouped(groups: Sequence[Group]) -> Plot:
    """Groups of bars under each other, all to one scale: what does not belong together never shares a bar."""
    filled = [group for group in groups if group.rows]
    largest = max((row[1] for group in filled for row in group.rows), default=Decimal(0)) or Decimal(1)
    drawn: list[Bar] = []
    captions: list[Caption] = []
    line = 0
    for group in filled:
        captions.append(Caption(text=group.caption, text_y=line * STEP + 19, look=group.look))
        line += 1
        for label, size, value, link in group.rows:
            width = max(int((WIDTH - LABEL - VALUE) * size / largest), 2)
            drawn.append(
                Bar(
                    label=label, value=value, y=line * STEP + 4, text_y=line * STEP + 19, width=width,
                    value_x=LABEL + width + 8, look=group.look, link=link,
                )
            )  # fmt: skip
            line += 1
    return Plot(bars=tuple(drawn), height=line * STEP + 4, captions=tuple(captions))
