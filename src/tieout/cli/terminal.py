"""Lines for the person at the terminal. Answers go to standard output, progress to standard error."""

from __future__ import annotations

import sys
from datetime import datetime

from tieout.config.boot import current
from tieout.core.values.money import Money
from tieout.wording import figures


def say(line: str) -> None:
    """One line of progress."""
    print(line, file=sys.stderr, flush=True)


def money(amount: Money) -> str:
    """An amount for people, with a plain space, so that a terminal may break the line: 14,280.00 EUR."""
    return _plain(figures.money(amount, current().language))


def moment(at: datetime) -> str:
    """A moment with its weekday: Mon 2 Mar 2026 14:05 UTC."""
    language = current().language
    return _plain(f"{figures.weekday(at.date(), language)} {figures.moment(at, language)}")


def _plain(text: str) -> str:
    return text.replace(figures.NO_BREAK, " ")
