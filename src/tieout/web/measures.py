"""The measures page: how a process performs, where its delay comes from, what is unusual now; every figure links to what it counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, Literal
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse

from tieout.core.values.scope import Scope
from tieout.engine.application import processes
from tieout.intelligence.ageing import LABELS
from tieout.intelligence.concentration import Concentration, Row
from tieout.intelligence.delay import SourceDelay
from tieout.intelligence.facts import CaseFact, ClaimFact
from tieout.intelligence.figure import Figure
from tieout.intelligence.report import Report
from tieout.store.screens.measured import CLAIMS_MAX
from tieout.web import charts, measure_words
from tieout.web.asking import now, scoped
from tieout.web.measured import DAYS, Read, read
from tieout.web.words import day, figure, process_name
from tieout.wording.catalogue import plural, text
from tieout.wording.sentences import sentence

SHOWN_MAX: Final = 200
_AGAIN: Final = 3  # seconds
_FIRST: Final = (
    "straight-through-received", "straight-through", "straight-after-wait", "cycle-shipment", "billing-lag", "volume-error",
)  # fmt: skip
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
    facts = _read(scope, kept)
    if facts is None:
        return _being_made(request, kept)
    made = facts.report
    tiles = [_tile(measure, kept) for measure in made.figures]
    page = {
        "here": "measures",
        "at": made.at,
        "kept": kept,
        "query": urlencode(kept),
        "processes": {name: process_name(name) for name in sorted(set(processes().values()))},
        "lengths": DAYS,
        "report": made,
        "cut": facts.cut,
        "first": [tile for name in _FIRST for tile in tiles if tile.figure.name == name],
        "tiles": [tile for tile in tiles if tile.figure.name not in _FIRST],
        "plot": _plot(made, kept),
        "splits": _splits(made),
        "errors": _places(made.errors, kept),
        "policy": _places(made.policy, kept),
        "labels": LABELS,
        "alerts": [
            (measure_words.spike(alert), alert, measure_words.usual(alert.mean), _query(kept, alert=alert.name))
            for alert in made.alerts
        ],
        "weeks": [(row, _query(kept, week=row.monday.isoformat() if row.monday else "none")) for row in made.expected],
        "breaches": made.breaches,
        "late": figure(measure_words.decimal(made.breaches.expected)),
        "late_query": _query(kept, late="yes"),
        "leak_query": _query(kept, unbilled="yes"),
    }
    return render(request, "web/measures.html", page)


@scoped
def behind(request: HttpRequest, scope: Scope) -> HttpResponse:
    """What a figure was counted from: its claims or cases, each with a link to its page."""
    kept = _asked(request.GET)
    facts = _read(scope, kept)
    if facts is None:
        return _being_made(request, kept)
    counted = _behind(facts.report, request.GET)
    if counted is None:
        raise Http404
    cases = {case.id: case for claim in facts.claims.values() for case in claim.cases}
    lines: list[CaseFact | ClaimFact | None] = [
        cases.get(id_) if counted.of == "case" else facts.claims.get(id_) for id_ in counted.ids
    ]
    page = {
        "here": "measures",
        "at": now(),
        "query": urlencode(kept),
        "counted": counted,
        "lines": [line for line in lines if line is not None][:SHOWN_MAX],
        "more": max(len(counted.ids) - SHOWN_MAX, 0),
        "processes": processes(),
    }
    return render(request, "web/behind.html", page)


def _being_made(request: HttpRequest, kept: dict[str, str]) -> HttpResponse:
    """The page of a report that is being made for the first time; it asks again by itself."""
    page = {"here": "measures", "kept": kept, "limit": figure(Decimal(CLAIMS_MAX))}
    answer = render(request, "web/measures_making.html", page)
    answer["Refresh"], answer["Cache-Control"] = str(_AGAIN), "no-store"
    return answer


def _read(scope: Scope, kept: dict[str, str]) -> Read | None:
    return read(scope, process=kept.get("process", ""), days=int(kept["days"]), at=now())


def _asked(given: QueryDict) -> dict[str, str]:
    days, process = given.get("days", ""), given.get("process", "")
    kept = {"days": days if days in {str(length) for length in DAYS} else str(DAYS[1])}
    return {**kept, "process": process} if process in processes().values() else kept


def _query(kept: dict[str, str], **more: str) -> str:
    return urlencode({**kept, **more})


def _tile(measure: Figure, kept: dict[str, str]) -> Tile:
    return Tile(
        figure=measure,
        value=measure_words.value(measure),
        beside=measure_words.beside(measure),
        query=_query(kept, figure=measure.name) if measure.behind else "",
    )


def _plot(made: Report, kept: dict[str, str]) -> charts.Plot:
    def rows(driver: str) -> tuple[tuple[str, Any, str, str], ...]:
        return tuple(
            (
                text(row.source),
                measure_words.decimal(row.hours, 1),
                _delay(row),
                f"{reverse('behind')}?{_query(kept, source=row.source, driver=row.driver)}",
            )
            for row in made.sources
            if row.driver == driver
        )

    return charts.grouped(
        [
            charts.Group(caption=text("Errors"), look="error", rows=rows("error")),
            charts.Group(caption=text("Required by policy"), look="policy", rows=rows("policy")),
        ]
    )


def _delay(row: SourceDelay) -> str:
    hours = measure_words.hours(row.hours)
    return plural("{hours} · {count} case", "{hours} · {count} cases", len(row.cases), hours=hours)


def _splits(made: Report) -> tuple[str, str]:
    return (
        measure_words.hours(sum((row.hours for row in _of(made, "error")), start=Fraction(0))),
        measure_words.hours(sum((row.hours for row in _of(made, "policy")), start=Fraction(0))),
    )


def _of(made: Report, driver: str) -> list[SourceDelay]:
    return [row for row in made.sources if row.driver == driver]


def _places(concentration: Concentration, kept: dict[str, str]) -> list[PlaceLine]:
    return [
        PlaceLine(
            row=row,
            hours=measure_words.hours(row.hours),
            upto=measure_words.share(row.upto),
            saved=measure_words.hours(row.saved),
            query=_query(kept, place=str(row.place)),
        )
        for row in concentration.rows
    ]


def _behind(made: Report, given: QueryDict) -> Behind | None:  # noqa: PLR0911  one branch a sort of figure
    if name := given.get("figure"):
        measure = made.figure(name)
        if measure is None:
            return None
        return Behind(
            title=sentence(measure.title), of=measure.of, ids=measure.behind, meaning=sentence(measure.meaning)
        )
    if source := given.get("source"):
        rows = [row for row in made.sources if (row.source, row.driver) == (source, given.get("driver", "error"))]
        if given.get("driver") == "policy":
            title = text("Delay by {source} that policy requires", source=text(source))
        else:
            title = text("Delay by {source}", source=text(source))
        return Behind(title=title, of="case", ids=rows[0].cases) if rows else None
    if place := given.get("place"):
        places = [row for row in (*made.errors.rows, *made.policy.rows) if str(row.place) == place]
        return Behind(title=place, of="claim", ids=places[0].claims) if places else None
    if alert := given.get("alert"):
        spikes = [spike for spike in made.alerts if spike.name == alert]
        return (
            Behind(title=text("Spike: {name}", name=measure_words.spike(spikes[0])), of="case", ids=spikes[0].cases)
            if spikes
            else None
        )
    if age := given.get("age"):
        ages = [row for row in made.ages if row.code == age]
        return Behind(title=text("Open cases of {code}", code=age), of="case", ids=ages[0].cases) if ages else None
    if week := given.get("week"):
        weeks = [row for row in made.expected if (row.monday.isoformat() if row.monday else "none") == week]
        return Behind(title=_week(weeks[0].monday), of="claim", ids=weeks[0].claims) if weeks else None
    if given.get("late"):
        return Behind(title=text("Open cases with a time limit"), of="case", ids=made.breaches.cases)
    if given.get("unbilled"):
        return Behind(title=text("Billable and not billed"), of="claim", ids=made.unbilled_claims)
    return None


def _week(monday: date | None) -> str:
    return text("Expected in the week of {day}", day=day(monday)) if monday else text("Expected, without a date")
