"""What `tieout check` prints: the match of every line, findings with what would clear them, and the verdict in words."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tieout.app import catalogue, kinds
from tieout.cli import terminal
from tieout.core.documents.kind import Document
from tieout.core.findings.finding import Finding
from tieout.core.findings.precedence import Silenced
from tieout.core.tie_out.pack import TieOut
from tieout.core.tie_out.worksheet import Row
from tieout.core.values.money import Money
from tieout.core.values.quantity import plain
from tieout.trade.documents import Invoice
from tieout.wording import owners, unseen
from tieout.wording.catalogue import marked, text

_WIDE: Final = 118
_WORDS: Final = {
    "clear": marked("CLEAR: everything ties out; it may be posted."),
    "waiting": marked("WAITING: nobody has to act; it is tied out again when what it waits for arrives."),
    "held": marked("HELD: somebody has to look before it may be posted."),
    "rejected": marked("REJECTED: it is not to be posted."),
}
_STYLES: Final = {"ok": "green", "note": "cyan", "wait": "yellow", "hold": "red", "reject": "bold red"}
_VERDICT_STYLES: Final = {"clear": "bold green", "waiting": "bold yellow", "held": "bold red", "rejected": "bold red"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One claim with its result, and which of the given documents it did not use."""

    file: str
    document: Document
    result: TieOut
    unused: tuple[str, ...]
    notes: tuple[str, ...] = ()


def console() -> Console:
    """The terminal, or for a pipe plain lines wide enough for the table."""
    return Console() if sys.stdout.isatty() else Console(width=160, no_color=True)


def show(checked: Checked, out: Console) -> None:
    """Prints one claim."""
    out.print(_clean(_title(checked.document, checked.file)), style="bold", highlight=False, markup=False)
    rows = checked.result.rows
    if rows and out.width >= _WIDE:
        out.print(_table(rows))
    else:
        for row in rows:
            _block(row, out)
    for finding in checked.result.verdict.findings:
        _finding(finding, out)
    for silenced in checked.result.verdict.silenced:
        _silenced(silenced, out)
    if checked.document.kind == "unreadable":
        return
    for note in (*checked.notes, *checked.unused):
        out.print(_clean(text("Note: {note}", note=note)), style="dim", highlight=False, markup=False)
    verdict = checked.result.verdict
    out.print()
    out.print(text(_WORDS[verdict.status]), style=_VERDICT_STYLES[verdict.status], highlight=False, markup=False)
    until = [awaited.until for awaited in verdict.awaited if awaited.until is not None]
    if verdict.status == "waiting" and until:
        out.print(
            text("It waits until {moment} at the earliest.", moment=terminal.instant(min(until))),
            highlight=False,
            markup=False,
        )
    out.print(
        _clean(text("Policy: {policies}", policies=", ".join(verdict.policies) or text("none in force"))),
        style="dim",
        highlight=False,
        markup=False,
    )


def _title(document: Document, file: str) -> str:
    if document.kind == "unreadable":
        return text("{document}: cannot be read", document=document.number or file)
    if not isinstance(document, Invoice):
        return _of_kind(document)
    title = f"{text('Credit note' if document.is_credit else 'Invoice')} {document.number}"
    other = document.counterparty.name
    if document.is_ours:
        whom = text("to {name}", name=other) if other else text("to an unnamed customer")
    else:
        whom = text("of {name}", name=other) if other else text("of an unnamed supplier")
    dated = [text("dated {date}", date=terminal.day(document.issue_date))] if document.issue_date is not None else []
    return " ".join([title, whom, *dated, *_asking(document.totals.payable)])


def _of_kind(document: Document) -> str:
    """The title of a document of another kind: its kind, counterparty and amount."""
    kind = kinds().of(document)
    other = kind.counterparty(document).name
    title = f"{text(kind.words)} {document.number}"
    return " ".join(
        [title, *([text("of {name}", name=other)] if other else []), *_asking(kind.amounts(document).payable)]
    )


def _asking(payable: Money | None) -> list[str]:
    return [] if payable is None else [text("asking for {amount}", amount=terminal.money(payable))]


_LEFT: Final = frozenset({"line", "what", "order", "limit", "verdict"})
_COLUMNS: Final = (
    *(marked("line"), marked("what"), marked("order"), marked("ordered"), marked("received"), marked("in inspection")),
    *(marked("billed before"), marked("billed now"), marked("price"), marked("agreed"), marked("variance")),
    *(marked("limit"), marked("verdict")),
)


def _table(rows: Sequence[Row]) -> Table:
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    for name in _COLUMNS:
        table.add_column(text(name), justify="left" if name in _LEFT else "right", overflow="fold")
    for row in rows:
        cells = [escape(_clean(cell)) for cell in _cells(row)]
        cells[-1] = f"[{_STYLES.get(row.verdict, '')}]{cells[-1]}[/]"
        table.add_row(*cells)
    return table


def _block(row: Row, out: Console) -> None:
    """The same as a table row, for terminals too narrow for the table."""
    line, what, *rest = _cells(row)
    out.print(_clean(text("line {line}  {what}", line=line, what=what)), highlight=False, markup=False)
    pairs = [f"{text(name)} {cell}" for name, cell in zip(_COLUMNS[2:], rest, strict=True) if cell]
    out.print(_clean("    " + ", ".join(pairs)), highlight=False, markup=False)


def _cells(row: Row) -> tuple[str, ...]:
    order = (
        text("{order} line {line}", order=row.order, line=row.order_line)
        if row.order and row.order_line
        else row.order or row.order_line
    )
    return (
        row.claim_line,
        row.description,
        order or row.matched_by or text("none"),
        _amount(row.ordered, row.unit),
        _amount(row.received, row.unit),
        _amount(row.in_inspection, row.unit),
        _amount(row.billed_before, row.unit),
        _amount(row.billed, row.unit),
        _price(row.price, row.net.currency if row.net else ""),
        _price(row.price_expected, row.currency_expected or (row.net.currency if row.net else "")),
        _price(row.variance, row.net.currency if row.net else ""),
        terminal.value(row.limit) if row.limit else "",
        ", ".join((text("not compared") if row.currency_expected else row.verdict, *row.codes)),
    )


def _amount(value: Decimal | None, unit: str) -> str:
    return "" if value is None else terminal.value(f"{plain(value)} {unit}".rstrip())


def _price(value: Decimal | None, currency: str) -> str:
    if value is None:
        return ""
    whole, _, decimals = plain(round(value, 6)).partition(".")
    return terminal.value(f"{whole}.{decimals.ljust(2, '0')} {currency}".rstrip())


def _finding(finding: Finding, out: Console) -> None:
    out.print()
    head = f"{finding.stage.upper()}  {finding.code}  {_where(finding)}"
    out.print(_clean(head), style=_STYLES[finding.stage], highlight=False, markup=False)
    for line in _details(finding):
        out.print(_clean(f"    {line}"), highlight=False, markup=False)


def _silenced(silenced: Silenced, out: Console) -> None:
    finding = silenced.finding
    out.print()
    out.print(
        _clean(f"{finding.code}  {_where(finding)}: {terminal.silenced(silenced)}"),
        style="dim",
        highlight=False,
        markup=False,
    )
    out.print(_clean(f"    {terminal.message(finding)}"), style="dim", highlight=False, markup=False)


def _where(finding: Finding) -> str:
    return text("whole document") if finding.where == "document" else text("line {line}", line=finding.where)


def _details(finding: Finding) -> Iterator[str]:
    yield terminal.message(finding)
    if finding.stage == "note":
        return
    names = (marked("expected"), marked("actual"), marked("variance"), marked("limit"))
    shown = [f"{text(name)} {terminal.value_of(finding, name)}" for name in names if getattr(finding, name)]
    if shown:
        yield "; ".join(shown)
    if finding.at_stake is not None and (stake := terminal.money(finding.at_stake)) not in terminal.message(finding):
        yield text("At stake: {stake}", stake=stake)
    yield text("Clears when: {clears}", clears=terminal.clears(finding.code))
    yield _owner(finding)
    if finding.resolutions:
        resolution = catalogue().resolution
        yield text(
            "Resolutions: {resolutions}",
            resolutions="; ".join(text(resolution(name).name) for name in finding.resolutions),
        )


def _owner(finding: Finding) -> str:
    if finding.queue == owners.NOBODY:
        return text("Owner: {queue}", queue=owners.queue(finding.queue))
    within = {"queue": owners.queue(finding.queue), "sla": owners.span(str(finding.sla))}
    if finding.watchers:
        names = owners.queues(finding.watchers)
        return text("Owner: {queue}, within {sla} (also notified: {names})", **within, names=names)
    return text("Owner: {queue}, within {sla}", **within)


def _clean(shown: str) -> str:
    """Text from a third party's file: control characters never reach the terminal."""
    return "".join(character if character.isprintable() else "?" for character in unseen.shown(shown))
