"""Lines for the person at the terminal. Answers go to standard output, progress to standard error."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from tieout.core.findings.code import Code
from tieout.core.findings.precedence import Silenced
from tieout.core.findings.wording import Occurrence
from tieout.core.values.money import Money
from tieout.wording import figures, findings, values
from tieout.wording.catalogue import plural, text
from tieout.wording.chosen import language


def say(line: str) -> None:
    """One line of progress."""
    print(line, file=sys.stderr, flush=True)


def money(amount: Money) -> str:
    """An amount for people, with a plain space, so that a terminal may break the line: 14,280.00 EUR."""
    return plain(figures.money(amount, language()))


def moment(at: datetime) -> str:
    """A moment with its weekday: Mon 2 Mar 2026 14:05 UTC."""
    return plain(f"{figures.weekday(at.date(), language())} {figures.moment(at, language())}")


def instant(at: datetime) -> str:
    """A moment: 2 Mar 2026 14:05 UTC."""
    return plain(figures.moment(at, language()))


def day(on: date) -> str:
    """A day: 2 Mar 2026."""
    return plain(figures.day(on, language()))


def state(name: str) -> str:
    """A state of a closed list in words: part_posted is "part posted"."""
    return text(name).replace("_", " ")


def kind(name: str) -> str:
    """A kind of document in words: sales_order is "sales order"."""
    return text(name.replace("_", " "))


def number(count: int) -> str:
    """A count: 1,200."""
    return figures.number(count, language())


def decimal(value: Decimal | float, places: int) -> str:
    """A measured value with this many decimals: 1,234.50."""
    return figures.number(Decimal(f"{value:.{places}f}"), language(), decimals_min=places)


def exactly(value: Decimal | float) -> str:
    """A figure with the decimals that it has: 1,234.5."""
    return figures.number(Decimal(str(value)), language())


def span(seconds: int) -> str:
    """A time span in the largest unit that it is a whole number of: 14400 is "4 hours"."""
    if seconds and seconds % 3600 == 0:
        return plural("{count} hour", "{count} hours", seconds // 3600)
    if seconds and seconds % 60 == 0:
        return plural("{count} minute", "{count} minutes", seconds // 60)
    return plural("{count} second", "{count} seconds", seconds)


def message(finding: Occurrence) -> str:
    """The sentence about a finding."""
    from tieout.app import catalogue  # late: it imports every pack

    return plain(findings.message(finding, _codes(), resolutions=catalogue().resolutions))


def clears(code: str) -> str:
    """What would clear a finding of this code."""
    return plain(findings.clears(code, _codes()))


def silenced(gone: Silenced) -> str:
    """Why a finding is not asked about."""
    return plain(findings.silenced(gone))


def value(canonical: str) -> str:
    """A value of a finding, from its canonical spelling: 1,150 EA."""
    return plain(values.written(canonical))


def value_of(finding: Occurrence, name: str) -> str:
    """A finding's own value by its name: a figure, or a sentence."""
    return plain(findings.value(finding, name))


def _codes() -> Mapping[str, Code]:
    from tieout.app import catalogue  # late: it imports every pack

    return catalogue().codes


def plain(shown: str) -> str:
    """Text with plain spaces, where a terminal may break the line."""
    return shown.replace(figures.NO_BREAK, " ")
