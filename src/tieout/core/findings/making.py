"""Making findings: the code's row gives owner and time limit, policy may move both; numbers fill the code's message later."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from tieout.core.findings.code import Code, Stage
from tieout.core.findings.finding import Awaited, Finding
from tieout.core.policy.policy import Queue, Ruling
from tieout.core.values.money import Money
from tieout.core.values.quantity import plain
from tieout.core.values.sentence import Figure, wordings

_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


def finding(  # noqa: PLR0913  a finding has this many numbers
    code: Code,
    where: str,
    *,
    ruling: Ruling,
    site: str = "",
    queue: str = "",
    stage: Stage | None = None,
    status: str = "",
    expected: str = "",
    actual: str = "",
    variance: str = "",
    limit: str = "",
    at_stake: Money | None = None,
    awaited: Iterable[Awaited] = (),
    remainder: bool = False,
    also: Mapping[str, str] = _NOTHING,
    **numbers: str,
) -> Finding:
    """One finding. `queue` owns it instead of the code's, unless policy names another.

    `numbers` and `also` are the further values that the code's message names; all as text.
    """
    numbers |= also
    words = wordings(expected=expected, actual=actual, variance=variance, limit=limit, **numbers)
    routed = ruling.routing.get(
        code.id, Queue(queue=queue or code.queue, by_site=(queue or code.queue) in _QUEUES_BY_SITE)
    )
    at = f"/{site}" if site and routed.by_site else ""
    made = Finding(
        code=code.id,
        where=where,
        stage=stage or code.stage,
        queue=f"{routed.queue}{at}",
        # Whatever queue policy names: a code that follows another with the same cause is the same case, handed on.
        cause=f"{code.cause}@{site}" if site and code.by_site else code.cause,
        expected=expected,
        actual=actual,
        variance=variance,
        limit=limit,
        at_stake=at_stake,
        numbers=tuple(sorted(numbers.items())),
        awaited=tuple(awaited),
        watchers=routed.watchers,
        status=status,
        sla=routed.sla or code.sla,
        resolutions=code.resolutions,
        releasable=code.releasable and not code.control,
        peppol=code.peppol,
        remainder=remainder,
        words=words,
    )
    return replace(made, evidence_hash=evidence_hash(made))


# Goods are counted where they arrive and leave: each site has its own people.
_QUEUES_BY_SITE: Final = frozenset({"receiving", "warehouse"})


_NO_EVIDENCE: Final = frozenset({"until", "since", "proposed", "other_state"})
"""Numbers that time changes, or that only help: what may be meant, and where another document has got to by now."""


def evidence_hash(made: Finding) -> str:
    """What an acceptance of this finding is bound to: its own numbers, and nothing that only time changes."""
    parts = [made.code, made.where, made.expected, made.actual, made.variance, made.limit, str(made.at_stake)]
    parts += [f"{name}={value}" for name, value in made.numbers if name not in _NO_EVIDENCE]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


_WHOLE_DIGITS_MAX: Final = 20  # beyond that decimals do not matter, and the arithmetic has no room for them


def quantity_text(value: Decimal, unit: str) -> Figure:
    """ "50 EA"."""
    return Figure(f"{plain(value)} {unit}")


def price_text(value: Decimal, currency: str, unit: str) -> Figure:
    """ "10.80 EUR per EA": at least two decimals, at most six."""
    shown = plain(round(value, 6) if value.adjusted() < _WHOLE_DIGITS_MAX else value)
    whole, _, decimals = shown.partition(".")
    return Figure(f"{whole}.{decimals.ljust(2, '0')} {currency} per {unit}")


def instant_text(at: datetime) -> Figure:
    """An instant as people read it, to the minute, in UTC."""
    return Figure(f"{at:%Y-%m-%d %H:%M} UTC")
