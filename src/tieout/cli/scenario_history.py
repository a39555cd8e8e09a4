"""A scenario's history as facts, and what the measures find in it: `scenario` and `intelligence` meet only here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from tieout.app import taxonomy
from tieout.core.values.errors import Malformed
from tieout.core.values.money import Money, decimal_of
from tieout.intelligence.concentration import concentration
from tieout.intelligence.delay import source_of
from tieout.intelligence.facts import About, CaseFact, ClaimFact, Stretch
from tieout.intelligence.forecast import breaches, lengths
from tieout.intelligence.spikes import Alert, spikes
from tieout.scenario.insight import Fields, Insight
from tieout.scenario.text_history import HistoryText, HoldsText

_HOUR = timedelta(hours=1)


def learn(history: HistoryText, start: datetime, at: datetime) -> Insight:
    """What the measures find at `at` in a history that ends at `start`. Raises `Malformed` for an unknown code."""
    claims = [*_held(history, start, at), *_delayed(history, start, at)]
    cases = [case for claim in claims for case in claim.cases]
    forecast = breaches(cases, lengths(cases), at=at)
    concentrated = concentration(claims, at=at)
    return Insight(
        alerts=tuple(_alert(alert) for alert in spikes(cases, at=at, days=history.days)),
        concentration=tuple(
            {
                "where": str(row.place),
                "driver": row.place.driver,
                "hours": _figure(row.hours, 0),
                "upto": f"{_figure(row.upto * 100, 1)} %",
                "saved": _figure(row.saved, 0),
            }
            for row in concentrated.rows
        ),
        delay={
            "hours": _figure(concentrated.hours, 0),
            "policy": _figure(concentrated.policy, 0),
            "avoidable": _figure(concentrated.error, 0),
            "places": str(concentrated.places),
            "proven": "yes" if concentrated.proven else "no",
        },
        breaches={
            "of": str(forecast.of),
            "already": str(forecast.already),
            "expected": _figure(forecast.expected, 1),
            "low": str(forecast.low),
            "high": str(forecast.high),
            "missed": str(sum(_missed(case, start, at) for case in cases)),
        },
    )


def _missed(case: CaseFact, start: datetime, at: datetime) -> bool:
    ended = case.closed_at or at
    return case.due_at is not None and case.due_at <= at and ended > case.due_at and case.opened_at < start <= ended


def _alert(alert: Alert) -> Fields:
    fields = {
        "where": alert.name,
        "count": str(alert.count),
        "usual": f"{alert.mean:.1f}",
        "sigmas": f"{alert.sigmas:.1f}",
    }
    if alert.pulse is not None:
        fields |= {"source": alert.pulse.source, "waiting": str(alert.pulse.waiting), "late": str(alert.pulse.late)}
    return fields


def _held(history: HistoryText, start: datetime, at: datetime) -> Iterator[ClaimFact]:
    for n, holds in enumerate(history.holds):
        an_hour = holds.an_hour if isinstance(holds.an_hour, tuple) else (holds.an_hour,)
        about = About(kind="customer_invoice", site=holds.site, segment=holds.segment, feed=holds.feed)
        number = 0
        for hour in range(history.days * 24):
            begins = start - (history.days * 24 - hour) * _HOUR
            jumped = holds.jump is not None and hour >= history.days * 24 - holds.jump.hours
            many = holds.jump.an_hour if jumped and holds.jump else an_hour[hour % len(an_hour)]
            for k in range(many):
                opened = begins + k * _HOUR / many
                closed = _end(holds, number, opened, jumped=jumped)
                due = opened + _span(holds.due) if holds.due is not None else None
                yield _claim(f"{n}/{number}", about, [(holds.code, opened, closed, due)], at)
                number += 1


def _end(holds: HoldsText, number: int, opened: datetime, *, jumped: bool) -> datetime | None:
    durations = holds.jump.open_for if jumped and holds.jump else holds.open_for
    if durations is None:
        return None
    lengths_ = durations if isinstance(durations, tuple) else (durations,)
    return opened + _span(lengths_[number % len(lengths_)])


def _delayed(history: HistoryText, start: datetime, at: datetime) -> Iterator[ClaimFact]:
    for n, delayed in enumerate(history.delayed):
        about = About(
            kind="customer_invoice", site=delayed.site, segment=delayed.segment, amount=Money.parse(delayed.amount)
        )
        waits = [_wait(text) for text in (delayed.waits if isinstance(delayed.waits, tuple) else (delayed.waits,))]
        room = timedelta(days=history.days) - max(length for _, length in waits)  # so that all have ended at the start
        for k in range(delayed.invoices):
            opened = start - timedelta(days=history.days) + room * k / delayed.invoices
            yield _claim(f"d{n}/{k}", about, [(code, opened, opened + length, None) for code, length in waits], at)


def _wait(text: str) -> tuple[str, timedelta]:
    code, _, hours = text.strip().partition(" ")
    if not hours.strip():
        raise Malformed("{text!r} is not a wait", remedy='write "AR-SHP-NOEVENT 30" (code and hours)', text=text)
    return code, _span(decimal_of(hours.strip()))


def _claim(
    id_: str, about: About, spans: list[tuple[str, datetime, datetime | None, datetime | None]], at: datetime
) -> ClaimFact:
    cases = []
    for k, (code, opened, ends, due) in enumerate(spans):
        row = taxonomy().get(code)
        if row is None:
            raise Malformed("{code!r} is not an exception code", remedy="see docs/reference/codes.md", code=code)
        closed = ends if ends is not None and ends <= at else None
        stretch = Stretch(code=code, kind=row.kind, source=source_of(row), queue=row.queue, since=opened, until=closed)
        cases.append(
            CaseFact(
                id=f"{id_}/{k}", claim=id_, about=about, cause=row.cause, stretches=(stretch,), opened_at=opened,
                closed_at=closed, due_at=due,
            )
        )  # fmt: skip
    return ClaimFact(id=id_, about=about, received_at=spans[0][1], cases=tuple(cases))


def _span(hours: Decimal) -> timedelta:
    return timedelta(microseconds=int(hours * 3_600_000_000))


def _figure(value: Fraction, places: int) -> str:
    return f"{Decimal(value.numerator) / Decimal(value.denominator):.{places}f}"
