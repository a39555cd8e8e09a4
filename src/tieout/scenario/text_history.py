"""The time before a scenario in its language: many holds or delayed invoices in a few lines, without chance; and what is expected."""

from __future__ import annotations

from decimal import Decimal

from pydantic import Field

from tieout.scenario.plain import Text, Word, Words

Hours = tuple[Decimal, ...] | Decimal


class JumpText(Text):
    """For the last `hours` of the history, `an_hour` cases open instead of the usual number; without `open_for` they stay open."""

    hours: int = Field(ge=1, le=240)
    an_hour: int = Field(ge=0, le=1000)
    open_for: Hours | None = None


class HoldsText(Text):
    """Cases of one exception code at one warehouse, each of which holds an invoice: `an_hour` cases open in each hour, each stays
    open for `open_for` hours and is due `due` hours after it opened. Of a list of numbers the next one is taken each time, and
    after the last the first again."""

    code: Word
    an_hour: tuple[int, ...] | int
    open_for: Hours = Decimal(4)
    due: Decimal | None = None
    site: Word = ""
    segment: str = ""
    feed: str = ""
    jump: JumpText | None = None


class DelayedText(Text):
    """`invoices` invoices, each held by all `waits` from its start on, written as "AR-SHP-NOEVENT 30" (code and hours)."""

    invoices: int = Field(ge=1, le=100_000)
    waits: Words | Word
    site: Word = ""
    segment: str = ""
    amount: Word = "1000.00 EUR"


class HistoryText(Text):
    """The `days` before the start: `holds` (cases, by exception code) and delayed invoices, spread evenly over the time."""

    days: int = Field(default=90, ge=1, le=366)
    holds: tuple[HoldsText, ...] = ()
    delayed: tuple[DelayedText, ...] = ()


class AlertText(Text):
    """An alert by its name ("W3 × carrier feed"): how many cases opened in the last hours, the usual number, and by how many standard
    deviations (`sigmas`) they exceed it.

    `waiting` and `late` are the state of the origin of the delay that the alert is about: open cases, and those of them that are
    open for longer than nine of ten were before.
    """

    where: str
    count: Word | None = None
    usual: Word | None = None
    sigmas: Word | None = None
    source: Word | None = None
    waiting: Word | None = None
    late: Word | None = None


class PlaceText(Text):
    """One of the fewest combinations of site, customer segment and code that explain four fifths of the delay, such as
    "W3 × retail × AR-SHP-NOEVENT": its hours of delay, the share of all delay explained by it and the places before it (`upto`),
    and the hours that correcting it would save (`saved`).
    """

    where: str
    driver: Word | None = None
    hours: Word | None = None
    upto: Word | None = None
    saved: Word | None = None


class DelayText(Text):
    """All hours of delay, those due to policy alone, and the avoidable ones; how many combinations of site, customer segment and code
    explain four fifths of these (`places`), and whether it is proven that fewer would not (`proven`).
    """

    hours: Word | None = None
    policy: Word | None = None
    avoidable: Word | None = None
    places: Word | None = None
    proven: Word | None = None


class BreachesText(Text):
    """Of `of` open cases with a time limit, `already` missed it; `expected` will miss it in the end, with the interval `low` to `high`.

    `missed` are those that were open at the end of the history and have missed it by now, whether closed since or not.
    """

    of: Word | None = None
    already: Word | None = None
    expected: Word | None = None
    low: Word | None = None
    high: Word | None = None
    missed: Word | None = None
