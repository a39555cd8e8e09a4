"""How usage is shown at a terminal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tieout.core.values.scope import Scope
    from tieout.metering.engine.advising import Advised
    from tieout.metering.engine.counting import Ingested
    from tieout.store.metering.months import PublishedRow
    from tieout.trade.documents.usage import UsageStatement

_ROWS: Final = 40
_PIECES: Final = 3


def show_ingested(scope: Scope, done: Ingested, statements: int) -> None:
    """The result of counting files."""
    from rich.table import Table

    from tieout.cli.check_show import console

    table = Table(title=f"{scope.tenant}: usage")
    table.add_column("what")
    table.add_column("how many", justify="right")
    for what, count in (
        ("events read", done.read),
        ("  new", done.new),
        ("  corrections", done.corrections),
        ("  hours closed", done.closings),
        ("  counted before", done.repeated),
        ("lines refused and kept", done.refused),
        ("parts of files that were counted before", done.counted_pieces),
        ("statements written", statements),
    ):
        if count or what in {"events read", "  new", "lines refused and kept"}:
            table.add_row(what, f"{count:,}")
    console().print(table)


def show_status(scope: Scope, *, month: int | None) -> None:
    """Each meter and account with its proof; unmapped usage by amount; refused lines."""
    from tieout.cli.check_show import console
    from tieout.store.metering import months

    statements = months.everything_published(scope, month, unmapped=False)
    unmapped = [row for row in months.everything_published(scope, month, unmapped=True) if row.events]
    _statements(sorted(statements, key=lambda row: (-row.missing, row.meter, row.owner, row.month)))
    if unmapped:
        _unmapped(unmapped)
    counts = months.counts(scope)
    console().print(
        f"{counts['events']:,} events counted; {counts['refused']:,} lines refused and kept; {counts['adrift']:,} "
        f"corrections of events that are missing; {counts['uncounted']:,} pieces still to be counted"
    )


def _statements(rows: Sequence[PublishedRow]) -> None:
    from rich.table import Table

    from tieout.cli.check_show import console

    table = Table(title=f"{len(rows)} statements" + (f", the first {_ROWS}" if len(rows) > _ROWS else ""))
    for head in ("meter", "account", "month"):
        table.add_column(head)
    for head in ("quantity", "hours proven"):
        table.add_column(head, justify="right")
    table.add_column("missing hours")
    table.add_column("skipped numbers")
    for row in rows[:_ROWS]:
        statement = _statement(row)
        table.add_row(
            row.meter, row.owner, f"{statement.period_from:%Y-%m}", f"{row.quantity:,}", f"{row.hours - row.missing}/{row.hours}",
            _some([f"{span.first}-{span.last}" if span.last > span.first else str(span.first) for span in statement.missing]),
            _some(statement.gaps),
        )  # fmt: skip
    console().print(table)


def _statement(row: PublishedRow) -> UsageStatement:
    from tieout.formats import canonical_json
    from tieout.trade.documents.usage import UsageStatement

    return canonical_json.decode_as(UsageStatement, bytes(row.body))


def _some(words: Sequence[str]) -> str:
    more = f" and {len(words) - _PIECES} more" if len(words) > _PIECES else ""
    return ", ".join(words[:_PIECES]) + more


def _unmapped(rows: Sequence[PublishedRow]) -> None:
    from rich.table import Table

    from tieout.cli import terminal
    from tieout.cli.check_show import console
    from tieout.core.values.money import Money
    from tieout.metering.core.usage import first_day

    worth: dict[str, int] = defaultdict(int)
    for row in rows:
        if row.worth is not None:
            worth[row.currency] += row.worth
    money = (
        ", ".join(terminal.money(Money(minor, currency)) for currency, minor in sorted(worth.items()))
        or "no list price"
    )
    table = Table(title=f"Unmapped usage: {len(rows)} identifiers by meter and month, {money}")
    for head in ("identifier", "meter", "month"):
        table.add_column(head)
    for head in ("quantity", "events", "worth"):
        table.add_column(head, justify="right")
    for row in rows[:_ROWS]:
        worth_of_row = "" if row.worth is None else terminal.money(Money(row.worth, row.currency))
        table.add_row(
            row.owner, row.meter, f"{first_day(row.month):%Y-%m}", f"{row.quantity:,}", f"{row.events:,}", worth_of_row
        )
    console().print(table)


def show_advice(advised: Sequence[Advised]) -> None:
    """Suggestions, largest amount first."""
    from rich.table import Table

    from tieout.cli.check_show import console

    table = Table(title=f"{len(advised)} suggestions")
    for head in ("identifier", "account", "worth", "right so far", "wrong at most", "why"):
        table.add_column(head)
    for advice in advised[:_ROWS]:
        suggestion = advice.suggestion
        others = f" (or {_some(suggestion.others)})" if suggestion.others else ""
        table.add_row(
            suggestion.identifier,
            suggestion.account + others,
            ", ".join(map(str, advice.worth)) or f"{advice.events:,} events",
            f"{suggestion.confidence * 100:.1f} % of {suggestion.evidence}",
            f"{suggestion.error_max * 100:.1f} %",
            suggestion.reason,
        )
    console().print(table)
