"""All that the page and the command show, from one set of facts: so that both say the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from tieout.core.values.clock import Hours
from tieout.core.values.money import Money
from tieout.intelligence.ageing import Ages, Expected, ageing, billing_lag, expected, unbilled
from tieout.intelligence.concentration import Concentration, concentration
from tieout.intelligence.delay import SourceDelay, by_source
from tieout.intelligence.facts import CaseFact, ClaimFact
from tieout.intelligence.figure import Figure
from tieout.intelligence.forecast import Breaches, breaches, lengths
from tieout.intelligence.measures import OPEN, measures
from tieout.intelligence.spikes import Alert, Part, spikes

WINDOWS: Final = (timedelta(hours=3), timedelta(hours=24))
"""Spikes are looked for in the last three hours, and in the last day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Rates and delays are of the claims that came since `since`; ages, alerts and forecasts of all that are open."""

    since: datetime
    at: datetime
    claims: int
    figures: tuple[Figure, ...]
    sources: tuple[SourceDelay, ...]
    ages: tuple[Ages, ...]
    expected: tuple[Expected, ...]
    unbilled: tuple[Money, ...]
    unbilled_claims: tuple[str, ...]
    alerts: tuple[Alert, ...]
    breaches: Breaches
    errors: Concentration
    policy: Concentration

    def figure(self, name: str) -> Figure | None:
        """A figure by its name."""
        return next((figure for figure in self.figures if figure.name == name), None)


def report(
    claims: Iterable[ClaimFact], *, since: datetime, at: datetime, hours: Hours = OPEN, process: str = ""
) -> Report:
    """The report of a process ("": of all) at a moment; `hours` are the business hours in which lengths are given too.

    `claims` are those of all processes: what will be late is forecast from them all, so that a part is never beyond the whole.
    """
    whole = [claim for claim in claims if not claim.over]
    living = [claim for claim in whole if process in {"", claim.about.process}]
    cohort = [claim for claim in living if claim.received_at >= since]
    cases = [case for claim in living for case in claim.cases]
    every = [case for claim in whole for case in claim.cases]
    days = max((at - since) // timedelta(days=1), 1)
    leak, leaking = unbilled(living)
    return Report(
        since=since,
        at=at,
        claims=len(cohort),
        figures=(*measures(cohort, at=at, days=days, hours=hours), billing_lag(cohort)),
        sources=by_source((case for claim in cohort for case in claim.cases), at=at),
        ages=ageing(cases, at=at, hours=hours),
        expected=expected(living, at=at),
        unbilled=leak,
        unbilled_claims=leaking,
        alerts=_alerts(cases, at=at, days=days),
        breaches=breaches(cases, lengths(every), at=at, among=every),
        errors=concentration(cohort, at=at, wanted="error"),
        policy=concentration(cohort, at=at, wanted="policy"),
    )


def _alerts(cases: Sequence[CaseFact], *, at: datetime, days: int) -> tuple[Alert, ...]:
    """The alerts of both windows, each part once: with the window in which it is the more surprising."""
    by_part: dict[Part, Alert] = {}
    for window in WINDOWS:
        for alert in spikes(cases, at=at, window=window, days=days):
            if alert.part not in by_part or alert.tail < by_part[alert.part].tail:
                by_part[alert.part] = alert
    return tuple(sorted(by_part.values(), key=lambda alert: (alert.tail, alert.name)))
