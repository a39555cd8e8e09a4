"""The measures page: how the process does, where its delay comes from, what is unusual now; every figure leads to what it counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final, Literal
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse

from tieout.core.values.scope import Scope
from tieout.engine.desk import processes
from tieout.intelligence.ageing import LABELS
from tieout.intelligence.concentration import Concentration, Row
from tieout.intelligence.delay import SourceDelay
from tieout.intelligence.facts import CaseFact, ClaimFact
from tieout.intelligence.figure import Figure
from tieout.intelligence.report import Report
from tieout.web import charts, measure_words
from tieout.web.asking import now, scoped
from tieout.web.measured import DAYS, Read, read
from tieout.web.words import day, figure

SHOWN_MAX: Final = 200
_FIRST: Final = ("straight-through", "straight-after-wait", "cycle-shipment", "billing-lag", "accuracy", "volume-error")
"""The figures of the first row; the others stand in the table of all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A figure as people read it, and the query of what it counts."""

    figure: Figure
    value: str
    beside: str
    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceLine:
    """A row of concentration as people read it."""

    row: Row
    hours: str
    upto: str
    saved: str
    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """The claims or cases that a figure was counted from."""

    title: str
    of: Literal["claim", "case"]
    ids: tuple[str, ...]
    meaning: str = ""


@scoped
def show(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The page."""
    kept = _asked(request.GET)
    known = _read(scope, kept)
    told = known.report
    tiles = [_tile(each, kept) for each in told.figures]
    page = {
        "here": "measures",
        "at": told.at,
        "kept": kept,
        "query": urlencode(kept),
        "processes": sorted(set(processes().values())),
        "lengths": DAYS,
        "report": told,
        "cut": known.cut,
        "first": [tile for name in _FIRST for tile in tiles if tile.figure.name == name],
        "tiles": [tile for tile in tiles if tile.figure.name not in _FIRST],
        "plot": _plot(told, kept),
        "splits": _splits(told),
        "errors": _places(told.errors, kept),
        "policy": _places(told.policy, kept),
        "labels": LABELS,
        "alerts": [(alert, measure_words.usual(alert.mean), _query(kept, alert=alert.name)) for alert in told.alerts],
        "weeks": [(row, _query(kept, week=row.monday.isoformat() if row.monday else "none")) for row in told.expected],
        "breaches": told.breaches,
        "late": figure(measure_words.decimal(told.breaches.expected)),
        "late_query": _query(kept, late="yes"),
        "leak_query": _query(kept, unbilled="yes"),
    }
    return render(request, "web/measures.html", page)


@scoped
def behind(request: HttpRequest, scope: Scope) -> HttpResponse:
    """What a figure was counted from: its claims or cases, each with the way to its page."""
    kept = _asked(request.GET)
    known = _read(scope, kept)
    found = _behind(known.report, request.GET)
    if found is None:
        raise Http404
    cases = {case.id: case for claim in known.claims.values() for case in claim.cases}
    lines: list[CaseFact | ClaimFact | None] = [
        cases.get(id_) if found.of == "case" else known.claims.get(id_) for id_ in found.ids
    ]
    page = {
        "here": "measures",
        "at": now(),
        "query": urlencode(kept),
        "found": found,
        "lines": [line for line in lines if line is not None][:SHOWN_MAX],
        "more": max(len(found.ids) - SHOWN_MAX, 0),
        "processes": processes(),
    }
    return render(request, "web/behind.html", page)


def _read(scope: Scope, kept: dict[str, str]) -> Read:
    return read(scope, process=kept.get("process", ""), days=int(kept["days"]), at=now())


def _asked(given: QueryDict) -> dict[str, str]:
    days, process = given.get("days", ""), given.get("process", "")
    kept = {"days": days if days in {str(each) for each in DAYS} else str(DAYS[1])}
    return {**kept, "process": process} if process in processes().values() else kept


def _query(kept: dict[str, str], **said: str) -> str:
    return urlencode({**kept, **said})


def _tile(known: Figure, kept: dict[str, str]) -> Tile:
    return Tile(
        figure=known,
        value=measure_words.value(known),
        beside=measure_words.beside(known),
        query=_query(kept, figure=known.name) if known.behind else "",
    )


def _plot(told: Report, kept: dict[str, str]) -> charts.Plot:
    def rows(driver: str) -> tuple[tuple[str, Any, str, str], ...]:
        return tuple(
            (
                row.source,
                measure_words.decimal(row.hours, 1),
                f"{measure_words.hours(row.hours)} · {len(row.cases)} case{'s' if len(row.cases) != 1 else ''}",
                f"{reverse('behind')}?{_query(kept, source=row.source, driver=row.driver)}",
            )
            for row in told.sources
            if row.driver == driver
        )

    return charts.grouped(
        [
            charts.Group(caption="Errors", look="error", rows=rows("error")),
            charts.Group(caption="Wanted by policy", look="policy", rows=rows("policy")),
        ]
    )


def _splits(told: Report) -> tuple[str, str]:
    return (
        measure_words.hours(sum((row.hours for row in _of(told, "error")), start=Fraction(0))),
        measure_words.hours(sum((row.hours for row in _of(told, "policy")), start=Fraction(0))),
    )


def _of(told: Report, driver: str) -> list[SourceDelay]:
    return [row for row in told.sources if row.driver == driver]


def _places(found: Concentration, kept: dict[str, str]) -> list[PlaceLine]:
    return [
        PlaceLine(
            row=row,
            hours=measure_words.hours(row.hours),
            upto=measure_words.share(row.upto),
            saved=measure_words.hours(row.saved),
            query=_query(kept, place=str(row.place)),
        )
        for row in found.rows
    ]


def _behind(told: Report, given: QueryDict) -> Behind | None:  # noqa: PLR0911  one branch a sort of figure
    if name := given.get("figure"):
        known = told.figure(name)
        return Behind(title=known.title, of=known.of, ids=known.behind, meaning=known.meaning) if known else None
    if source := given.get("source"):
        rows = [row for row in told.sources if (row.source, row.driver) == (source, given.get("driver", "error"))]
        title = f"Delay by {source}{' that policy wants' if given.get('driver') == 'policy' else ''}"
        return Behind(title=title, of="case", ids=rows[0].cases) if rows else None
    if place := given.get("place"):
        found = [row for row in (*told.errors.rows, *told.policy.rows) if str(row.place) == place]
        return Behind(title=place, of="claim", ids=found[0].claims) if found else None
    if alert := given.get("alert"):
        spikes = [each for each in told.alerts if each.name == alert]
        return Behind(title=f"Spike: {alert}", of="case", ids=spikes[0].cases) if spikes else None
    if age := given.get("age"):
        ages = [row for row in told.ages if row.code == age]
        return Behind(title=f"Open cases of {age}", of="case", ids=ages[0].cases) if ages else None
    if week := given.get("week"):
        weeks = [row for row in told.expected if (row.monday.isoformat() if row.monday else "none") == week]
        return Behind(title=f"Expected {_week(weeks[0].monday)}", of="claim", ids=weeks[0].claims) if weeks else None
    if given.get("late"):
        return Behind(title="Open cases with a time limit", of="case", ids=told.breaches.cases)
    if given.get("unbilled"):
        return Behind(title="Billable and not billed", of="claim", ids=told.unbilled_claims)
    return None


def _week(monday: date | None) -> str:
    return f"in the week of {day(monday)}" if monday else "at no time that can be said"
