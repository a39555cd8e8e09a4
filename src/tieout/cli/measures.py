"""The measures as a table: straight-through rates, cycle times, delay by source, spikes, forecasts, concentration.

The figures are those of the page /measures/. What policy wants (a customer's rule, a credit limit) is never counted among errors.
"""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from tieout.cli import terminal
from tieout.cli.whose import add_tenant

if TYPE_CHECKING:
    from rich.console import Console

    from tieout.intelligence.report import Report


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Of which process, over which time, in which form."""
    parser.add_argument("--process", default="", help="one process only, by the name of its pack (default: all)")
    parser.add_argument("--days", type=int, default=90, help="claims that came in the last so many days (default: 90)")
    parser.add_argument("--json", action="store_true", help="as JSON, with the ids that every figure counts")
    add_tenant(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the report."""
    from datetime import UTC, datetime, timedelta

    from tieout.cli.terminal import say
    from tieout.cli.whose import scope_of
    from tieout.config.boot import booted
    from tieout.core.values.errors import Malformed

    if not 1 <= arguments.days <= 366:
        raise Malformed(f"{arguments.days} days cannot be measured", where="--days", remedy="say 1 to 366")
    with booted(say=say) as settings:
        from tieout import app
        from tieout.cli.check_show import console
        from tieout.engine.desk import processes_of
        from tieout.intelligence.report import report
        from tieout.store.screens.measured import measured

        processes = processes_of(app.engine(settings))
        if arguments.process and arguments.process not in processes.values():
            names = ", ".join(sorted(set(processes.values())))
            raise Malformed(f"there is no process {arguments.process!r}", where="--process", remedy=f"one of: {names}")
        at = datetime.now(UTC)
        since = at - timedelta(days=arguments.days)
        scope = scope_of(arguments)
        known = measured(
            scope, since=since, kinds=app.kinds(), processes=processes, codes=app.taxonomy(), process=arguments.process
        )
        told = report(known.claims, since=since, at=at)
        if arguments.json:
            print(json.dumps(as_json(told), indent=2, ensure_ascii=False))
        else:
            show(told, console())
            if known.cut:
                say("There are more claims; these are the latest.")
    return 0


def show(told: Report, out: Console) -> None:
    """Tables for people."""
    from tieout.web import measure_words as words

    out.print(f"{told.claims:,} claims since {told.since:%Y-%m-%d %H:%M} UTC\n", highlight=False)
    for alert in told.alerts:
        line = f"SPIKE  {alert.name}: {alert.count} holds since {alert.since:%Y-%m-%d %H:%M} UTC, {words.usual(alert.mean)} usual"
        out.print(line, style="bold", highlight=False)
    figures = _table("figure", "value>", "of", "answers")
    for each in told.figures:
        figures.add_row(each.title, words.value(each), words.beside(each), each.kpi)
    sources = _table("delay by source", "why", "hours>", "cases>")
    for row in sorted(told.sources, key=lambda row: (row.driver, -row.hours)):
        sources.add_row(row.source, row.driver, words.hours(row.hours), f"{len(row.cases):,}")
    places = _table("concentrated in", "why", "hours>", "up to>", "mending saves>")
    for found in (told.errors, told.policy):
        for place in found.rows:
            saved = words.hours(place.saved)
            places.add_row(
                str(place.place), place.place.driver, words.hours(place.hours), words.share(place.upto), saved
            )
    for table in (figures, sources, places):
        if table.row_count:
            out.print(table)
            out.print()
    late = told.breaches
    if late.of:
        line = f"{late.low} to {late.high} of {late.of} open cases will miss their time, nine times of ten; {late.already} have."
        out.print(line, highlight=False)
    for amount in told.unbilled:
        out.print(f"{terminal.money(amount)} could have been billed and was not.", highlight=False)


def _table(*columns: str) -> Any:
    from rich.table import Table

    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    for column in columns:
        name = column.removesuffix(">")
        table.add_column(name, justify="right" if column != name else "left", overflow="fold")
    return table


def as_json(told: Report) -> dict[str, Any]:
    """The report as plain values: fractions as decimal texts, instants as ISO 8601, every figure with the ids that it counts."""
    return {
        "at": told.at.isoformat(),
        "since": told.since.isoformat(),
        "claims": told.claims,
        "figures": [
            {
                "name": each.name, "title": each.title, "kpi": each.kpi, "unit": each.unit, "meaning": each.meaning,
                "value": _text(each.value), "numerator": _text(each.numerator), "denominator": _text(each.denominator),
                "p50": _text(each.p50), "p90": _text(each.p90), "of": each.of, "behind": list(each.behind),
            }
            for each in told.figures
        ],
        "delay": [
            {"source": row.source, "driver": row.driver, "hours": _text(row.hours), "cases": list(row.cases)}
            for row in told.sources
        ],
        "alerts": [
            {
                "name": each.name, "part": dict(each.part), "count": each.count, "usual": f"{each.mean:.3f}",
                "sigmas": f"{each.sigmas:.1f}", "probability": f"{each.tail:.3E}", "since": each.since.isoformat(),
                "until": each.until.isoformat(), "cases": list(each.cases),
            }
            for each in told.alerts
        ],
        "breaches": {
            "of": told.breaches.of, "already": told.breaches.already, "expected": _text(told.breaches.expected),
            "low": told.breaches.low, "high": told.breaches.high, "level": _text(told.breaches.level),
        },
        "concentration": [
            {
                "site": row.place.site, "segment": row.place.segment, "rule": row.place.rule, "driver": row.place.driver,
                "hours": _text(row.hours), "upto": _text(row.upto), "saved": _text(row.saved), "claims": list(row.claims),
            }
            for found in (told.errors, told.policy)
            for row in found.rows
        ],
        "open": [
            {"code": row.code, "driver": row.driver, "counts": list(row.counts), "at_stake": [str(each) for each in row.at_stake]}
            for row in told.ages
        ],
        "expected": [
            {
                "monday": row.monday.isoformat() if row.monday else None, "amounts": [str(each) for each in row.amounts],
                "claims": list(row.claims),
            }
            for row in told.expected
        ],
        "unbilled": [str(each) for each in told.unbilled],
    }  # fmt: skip


def _text(value: Any) -> str | None:
    from tieout.web.measure_words import decimal

    return None if value is None else str(decimal(value, 6))
