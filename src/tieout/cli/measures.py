"""The measures as a table: straight-through rates, cycle times, delay by origin, spikes, forecasts, concentration.

The figures are those of the page /measures/. Delays that policy intends (a customer's rule, a credit limit) are never counted as errors.
"""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from tieout.cli import terminal
from tieout.cli.whose import add_tenant
from tieout.wording.catalogue import text
from tieout.wording.sentences import sentence

if TYPE_CHECKING:
    from rich.console import Console

    from tieout.intelligence.report import Report


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which process, which period, which format."""
    parser.add_argument(
        "--process", default="", help="one process only, such as payables or order_to_cash (default: all)"
    )
    parser.add_argument("--days", type=int, default=90, help="claims received in the last DAYS days (default: 90)")
    parser.add_argument("--json", action="store_true", help="as JSON, with the ids behind every figure")
    add_tenant(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the report."""
    from datetime import UTC, datetime, timedelta

    from tieout.cli.terminal import say
    from tieout.cli.whose import scope_of
    from tieout.config.boot import booted
    from tieout.core.values.errors import Malformed

    if not 1 <= arguments.days <= 366:
        raise Malformed("{days} days cannot be measured", where="--days", remedy="use 1 to 366", days=arguments.days)
    with booted(say=say) as settings:
        from tieout import app
        from tieout.cli.check_show import console
        from tieout.engine.application import processes_of
        from tieout.intelligence.report import report
        from tieout.store.screens.measured import measured

        processes = processes_of(app.engine(settings))
        if arguments.process and arguments.process not in processes.values():
            names = ", ".join(sorted(set(processes.values())))
            raise Malformed(
                "there is no process {process!r}",
                where="--process",
                remedy="one of: {names}",
                process=arguments.process,
                names=names,
            )
        at = datetime.now(UTC)
        since = at - timedelta(days=arguments.days)
        scope = scope_of(arguments)
        source = measured(scope, since=since, kinds=app.kinds(), processes=processes, codes=app.taxonomy())
        measures = report(source.claims, since=since, at=at, process=arguments.process)
        if arguments.json:
            print(json.dumps(as_json(measures), indent=2, ensure_ascii=False))
        else:
            show(measures, console())
            if source.cut:
                say(text("There are more claims; only the latest are shown."))
    return 0


def show(measures: Report, out: Console) -> None:
    """Tables for people."""
    from tieout.web import measure_words as words

    out.print(
        text(
            "{count} claims since {since}",
            count=terminal.number(measures.claims),
            since=terminal.instant(measures.since),
        ),
        highlight=False,
    )
    out.print()
    for alert in measures.alerts:
        line = text(
            "SPIKE  {name}: {count} new cases since {since}, {usual} usual",
            name=words.spike(alert),
            count=alert.count,
            since=terminal.instant(alert.since),
            usual=words.usual(alert.mean),
        )
        out.print(line, style="bold", highlight=False)
    figures = _table(text("figure"), ">" + text("value"), text("of"), text("requirement"))
    for figure in measures.figures:
        figures.add_row(sentence(figure.title), words.value(figure), words.beside(figure), figure.kpi)
    sources = _table(text("delay by origin"), text("error or policy"), ">" + text("hours"), ">" + text("cases"))
    for row in sorted(measures.sources, key=lambda row: (row.driver, -row.hours)):
        sources.add_row(text(row.source), text(row.driver), words.hours(row.hours), terminal.number(len(row.cases)))
    places = _table(
        text("concentrated in"),
        text("error or policy"),
        ">" + text("hours"),
        ">" + text("up to"),
        ">" + text("hours saved by correcting it"),
    )
    for concentration in (measures.errors, measures.policy):
        for place in concentration.rows:
            saved = words.hours(place.saved)
            places.add_row(
                str(place.place), text(place.place.driver), words.hours(place.hours), words.share(place.upto), saved
            )
    for table in (figures, sources, places):
        if table.row_count:
            out.print(table)
            out.print()
    late = measures.breaches
    if late.of:
        line = text(
            "{low} to {high} of {open} open cases will miss their due time (90 % interval); {already} already have.",
            low=late.low,
            high=late.high,
            open=late.of,
            already=late.already,
        )
        out.print(line, highlight=False)
    for amount in measures.unbilled:
        out.print(text("{money} was billable and has not been billed.", money=terminal.money(amount)), highlight=False)


def _table(*columns: str) -> Any:
    from rich.table import Table

    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    for column in columns:
        name = column.removeprefix(">")
        table.add_column(name, justify="right" if column != name else "left", overflow="fold")
    return table


def as_json(measures: Report) -> dict[str, Any]:
    """The report as plain values: fractions as decimal texts, times as ISO 8601, every figure with the ids behind it."""
    return {
        "at": measures.at.isoformat(),
        "since": measures.since.isoformat(),
        "claims": measures.claims,
        "figures": [
            {
                "name": figure.name, "title": figure.title, "kpi": figure.kpi, "unit": figure.unit, "meaning": figure.meaning,
                "value": _text(figure.value), "numerator": _text(figure.numerator), "denominator": _text(figure.denominator),
                "p50": _text(figure.p50), "p90": _text(figure.p90), "of": figure.of, "behind": list(figure.behind),
            }
            for figure in measures.figures
        ],
        "delay": [
            {"source": row.source, "driver": row.driver, "hours": _text(row.hours), "cases": list(row.cases)}
            for row in measures.sources
        ],
        "alerts": [
            {
                "name": alert.name, "part": dict(alert.part), "count": alert.count, "usual": f"{alert.mean:.3f}",
                "sigmas": f"{alert.sigmas:.1f}", "probability": f"{alert.tail:.3E}", "since": alert.since.isoformat(),
                "until": alert.until.isoformat(), "cases": list(alert.cases),
            }
            for alert in measures.alerts
        ],
        "breaches": {
            "of": measures.breaches.of, "already": measures.breaches.already, "expected": _text(measures.breaches.expected),
            "low": measures.breaches.low, "high": measures.breaches.high, "level": _text(measures.breaches.level),
        },
        "concentration": [
            {
                "site": row.place.site, "segment": row.place.segment, "rule": row.place.rule, "driver": row.place.driver,
                "hours": _text(row.hours), "upto": _text(row.upto), "saved": _text(row.saved), "claims": list(row.claims),
            }
            for concentration in (measures.errors, measures.policy)
            for row in concentration.rows
        ],
        "open": [
            {"code": row.code, "driver": row.driver, "counts": list(row.counts), "at_stake": [str(amount) for amount in row.at_stake]}
            for row in measures.ages
        ],
        "expected": [
            {
                "monday": row.monday.isoformat() if row.monday else None, "amounts": [str(amount) for amount in row.amounts],
                "claims": list(row.claims),
            }
            for row in measures.expected
        ],
        "unbilled": [str(amount) for amount in measures.unbilled],
    }  # fmt: skip


def _text(value: Any) -> str | None:
    from tieout.web.measure_words import decimal

    return None if value is None else str(decimal(value, 6))
