"""Lines for the person at the terminal. Answers go to standard output, progress to standard error."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import datetime

from tieout.core.findings.code import Code
from tieout.core.findings.precedence import Silenced
from tieout.core.findings.wording import Occurrence
from tieout.core.values.money import Money
from tieout.wording import figures, findings, values
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


def number(count: int) -> str:
    """A count: 1,200."""
    return figures.number(count, language())


def message(finding: Occurrence) -> str:
    """The sentence about a finding."""
    return plain(findings.message(finding, _codes()))


def clears(code: str) -> str:
    """What would clear a finding of this code."""
    return plain(findings.clears(code, _codes()))


def silenced(gone: Silenced) -> str:
    """Why a finding is not asked about."""
    return plain(findings.silenced(gone))


def value(text: str) -> str:
    """A value of a finding, from its canonical spelling: 1,150 EA."""
    return plain(values.written(text))


def _codes() -> Mapping[str, Code]:
    from tieout.app import catalogue  # late: it imports every pack

    return catalogue().codes


def plain(text: str) -> str:
    """Text with plain spaces, where a terminal may break the line."""
    return text.replace(figures.NO_BREAK, " ")
