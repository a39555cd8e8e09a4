"""How a source of delay is doing: what waits for it, since when, and how long it usually takes to answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from tieout.intelligence.delay import hours_of
from tieout.intelligence.facts import CaseFact
from tieout.intelligence.figure import quantile


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """`waiting` cases are open now, the oldest since `since`; `answered` were closed before, in `p50` and `p90` hours."""

    source: str
    waiting: int
    since: datetime | None
    answered: int
    p50: Fraction | None
    p90: Fraction | None
    late: int

    @property
    def well(self) -> bool:
        """Whether nothing waits for longer than nine of ten did before."""
        return not self.late


def pulse(source: str, cases: Iterable[CaseFact], *, at: datetime) -> Pulse:
    """The state of a source by its cases; `late` counts those that are open for longer than nine of ten were before."""
    of_source = list(cases)
    opened = [case.opened_at for case in of_source if case.closed_at is None]
    took = sorted(hours_of(case.closed_at - case.opened_at) for case in of_source if case.closed_at is not None)
    p90 = quantile(took, Fraction(9, 10))
    return Pulse(
        source=source,
        waiting=len(opened),
        since=min(opened, default=None),
        answered=len(took),
        p50=quantile(took, Fraction(1, 2)),
        p90=p90,
        late=sum(1 for since in opened if p90 is not None and hours_of(at - since) > p90),
    )
