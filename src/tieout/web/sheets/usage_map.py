"""The map of a period's hours as geometry: a row a day, a cell an hour; what has no proof stands out in colour and in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from tieout.core.documents.sheet import HoursProven
from tieout.web.words import day_of_year
from tieout.wording.catalogue import text

CELL: Final = 24
ROW: Final = 11
LEFT: Final = 66
TOP: Final = 22
_DAY: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Hours of one day next to each other that are all proven, or all missing; `title` says which in words."""

    x: int
    y: int
    width: int
    missing: bool
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Words at the edge."""

    x: int
    y: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursMap:
    """The whole map; `words` say the same for those who do not see it."""

    spans: tuple[Span, ...]
    marks: tuple[Mark, ...]
    width: int
    height: int
    row: int
    words: str


def hours_map(proven: HoursProven) -> HoursMap:
    """The map of a period."""
    missing = proven.missing
    days = -(-proven.hours // _DAY)
    spans = [span for number in range(days) for span in _spans(proven, number, missing)]
    marks = [Mark(x=LEFT + hour * CELL, y=TOP - 6, text=f"{hour:02d}") for hour in range(0, _DAY, 6)]
    for number in range(0, days, 5):
        on = proven.first_day + timedelta(days=number)
        marks.append(Mark(x=0, y=TOP + number * ROW + 8, text=day_of_year(on)))
    return HoursMap(
        spans=tuple(spans),
        marks=tuple(marks),
        width=LEFT + _DAY * CELL,
        height=TOP + days * ROW,
        row=ROW - 2,
        words=text(
            "usage is complete for {complete} of {hours} hours",
            complete=proven.hours - len(missing),
            hours=proven.hours,
        ),
    )


def _spans(proven: HoursProven, number: int, missing: frozenset[int]) -> list[Span]:
    spans: list[Span] = []
    first = number * _DAY
    until = min(first + _DAY, proven.hours)
    begin = first
    for hour in range(first, until):
        if hour + 1 == until or (hour + 1 in missing) != (hour in missing):
            on = proven.first_day + timedelta(days=number)
            shown, begins, ends = day_of_year(on), f"{begin - first:02d}", f"{hour + 1 - first:02d}"
            if hour in missing:
                title = text("{day}, {begin} to {end} UTC: not complete", day=shown, begin=begins, end=ends)
            else:
                title = text("{day}, {begin} to {end} UTC: complete", day=shown, begin=begins, end=ends)
            spans.append(
                Span(
                    x=LEFT + (begin - first) * CELL,
                    y=TOP + number * ROW,
                    width=(hour + 1 - begin) * CELL - 1,
                    missing=hour in missing,
                    title=title,
                )
            )
            begin = hour + 1
    return spans
