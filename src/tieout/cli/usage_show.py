"""How usage is shown at a terminal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from tieout.cli import terminal
from tieout.wording.catalogue import marked, plural, text
from tieout.wording.sentences import sentence

if TYPE_CHECKING:
    from tieout.core.values.scope import Scope
    from tieout.metering.engine.advising import Advised
    from tieout.metering.engine.counting import Ingested
    from tieout.store.metering.months import PublishedRow
    from tieout.store.metering.periods import StatedRow
    from tieout.trade.documents.usage import UsageStatement

_ROWS: Final = 40
_PIECES: Final = 3
_REFUSED: Final = 20


def show_ingested(scope: Scope, done: Ingested, statements: int) -> None:
    """The result of counting files."""
    from rich.table import Table

    from tieout.cli.check_show import console

    table = Table(title=text("{tenant}: usage", tenant=scope.tenant))
    table.add_column(text("what"))
    table.add_column(text("how many"), justify="right")
    for what, count in (
        (marked("events read"), done.read),
        (marked("  new"), done.new),
        (marked("  corrections"), done.corrections),
        (marked("  hours closed"), done.closings),
        (marked("  counted before"), done.repeated),
        (marked("lines refused and kept"), done.refused),
        (marked("parts of files that were counted before"), done.counted_pieces),
        (marked("usage statements written"), statements),
    ):
        if count or what in {"events read", "  new", "lines refused and kept"}:
            table.add_row(text(what), terminal.number(count))
    console().print(table)


def show_status(scope: Scope, *, month: int | None) -> None:
    """Each meter and account with its proof; unmapped usage by amount; refused lines."""
    from tieout.cli.check_show import console
    from tieout.metering.core.usage import first_day, last_day
    from tieout.store.metering import months, periods

    days = None if month is None else (first_day(month), last_day(month))
    statements: list[PublishedRow | StatedRow] = [
        *months.everything_published(scope, month, unmapped=False),
        *periods.everything_stated(scope, days),
    ]
    unmapped = [row for row in months.everything_published(scope, month, unmapped=True) if row.events]
    _statements(statements)
    if unmapped:
        _unmapped(unmapped)
    counts = months.counts(scope)
    console().print(
        text(
            "{events} events counted; {refused} lines refused and kept; {lost} corrections of events that are missing; "
            "{pieces} parts of files still to be counted",
            events=terminal.number(counts["events"]),
            refused=terminal.number(counts["refused"]),
            lost=terminal.number(counts["adrift"]),
            pieces=terminal.number(counts["uncounted"]),
        )
    )
    if counts["refused"]:
        show_refused(scope, counts["refused"])


def show_refused(scope: Scope, count: int) -> None:
    """The newest of the lines that could not be read: where, why, and what to do about it."""
    from tieout.cli.check_show import console
    from tieout.store.metering.refused import latest_refused

    out = console()
    rows = latest_refused(scope, limit=min(_REFUSED, count))
    for row in rows:
        remedy = f"; {sentence(row.remedy)}" if row.remedy else ""
        where = text("{file}, line {line}", file=row.file.rpartition("#")[0], line=row.line)
        out.print(f"  {where}: {sentence(row.reason)}{remedy}", markup=False, highlight=False, soft_wrap=True)
    if count > len(rows):
        out.print(text("  … and {count} more", count=terminal.number(count - len(rows))))
    out.print(
        text("Send a corrected file, or try the lines once more after an update of Tieout: tieout usage read-again")
    )


def _statements(stated: Sequence[PublishedRow | StatedRow]) -> None:
    """The statements of months and of contracts' periods, those with the most missing hours first."""
    from rich.table import Table

    from tieout.cli.check_show import console

    read = [(row, _statement(row)) for row in stated]
    rows = sorted(
        read, key=lambda pair: (-pair[0].missing, pair[0].meter, pair[0].owner, pair[1].period_from, pair[1].number)
    )
    table = Table(
        title=plural("{count} usage statement", "{count} usage statements", len(rows))
        + (text(", the first {count}", count=_ROWS) if len(rows) > _ROWS else "")
    )
    for head in (marked("meter"), marked("billing account"), marked("period")):
        table.add_column(text(head))
    for head in (marked("quantity"), marked("hours complete")):
        table.add_column(text(head), justify="right")
    table.add_column(text("missing hours"))
    table.add_column(text("missing sequence numbers"))
    for row, statement in rows[:_ROWS]:
        table.add_row(
            row.meter, row.owner, _period(statement), terminal.exactly(row.quantity),
            f"{row.hours - row.missing}/{row.hours}",
            _some([f"{span.first}-{span.last}" if span.last > span.first else str(span.first) for span in statement.missing]),
            _some(statement.gaps),
        )  # fmt: skip
    console().print(table)


def _period(statement: UsageStatement) -> str:
    """ "2026-05" for a calendar month, else its days and their time zone."""
    from tieout.metering.core.periods import Period

    period = Period(first=statement.period_from, last=statement.period_to, zone=statement.zone)
    return f"{period.first:%Y-%m}" if period.is_month else f"{period.first} – {period.last} {period.zone}".strip()


def _statement(row: PublishedRow | StatedRow) -> UsageStatement:
    from tieout.formats import canonical_json
    from tieout.trade.documents.usage import UsageStatement

    return canonical_json.decode_as(UsageStatement, bytes(row.body))


def _some(words: Sequence[str]) -> str:
    more = text(" and {count} more", count=len(words) - _PIECES) if len(words) > _PIECES else ""
    return ", ".join(words[:_PIECES]) + more


def _unmapped(rows: Sequence[PublishedRow]) -> None:
    from rich.table import Table

    from tieout.cli.check_show import console
    from tieout.core.values.money import Money
    from tieout.metering.core.usage import first_day

    worth: dict[str, int] = defaultdict(int)
    for row in rows:
        if row.worth is not None:
            worth[row.currency] += row.worth
    money = ", ".join(terminal.money(Money(minor, currency)) for currency, minor in sorted(worth.items())) or text(
        "no list price"
    )
    table = Table(
        title=text("Unmapped usage: {count} identifiers by meter and month, {money}", count=len(rows), money=money)
    )
    for head in (marked("identifier"), marked("meter"), marked("month")):
        table.add_column(text(head))
    for head in (marked("quantity"), marked("events"), marked("worth")):
        table.add_column(text(head), justify="right")
    for row in rows[:_ROWS]:
        worth_of_row = "" if row.worth is None else terminal.money(Money(row.worth, row.currency))
        table.add_row(
            row.owner,
            row.meter,
            f"{first_day(row.month):%Y-%m}",
            terminal.exactly(row.quantity),
            terminal.number(row.events),
            worth_of_row,
        )
    console().print(table)


def show_advice(advised: Sequence[Advised]) -> None:
    """Suggestions, largest amount first."""
    from rich.table import Table

    from tieout.cli.check_show import console

    table = Table(title=plural("{count} suggestion", "{count} suggestions", len(advised)))
    for head in (
        marked("identifier"),
        marked("billing account"),
        marked("worth"),
        marked("correct so far"),
        marked("error rate at most"),
        marked("why"),
    ):
        table.add_column(text(head))
    for advice in advised[:_ROWS]:
        suggestion = advice.suggestion
        others = text(" (or {others})", others=_some(suggestion.others)) if suggestion.others else ""
        table.add_row(
            suggestion.identifier,
            suggestion.account + others,
            ", ".join(map(terminal.money, advice.worth))
            or text("{events} events", events=terminal.number(advice.events)),
            text(
                "{percent} % of {count}",
                percent=terminal.decimal(suggestion.confidence * 100, 1),
                count=suggestion.evidence,
            ),
            f"{terminal.decimal(suggestion.error_max * 100, 1)} %",
            sentence(suggestion.reason),
        )
    console().print(table)
