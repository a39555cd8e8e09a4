"""The demo's tables: the result for every file, and what the open cases are about. No file is lost, or the demo fails."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rich.console import Console
from rich.table import Table

from tieout.cli import terminal
from tieout.core.findings.code import Code
from tieout.core.values.money import Money
from tieout.core.values.scope import Scope
from tieout.engine.receive import Receipted
from tieout.store import claims
from tieout.store.screens.overview import Overview
from tieout.wording import owners
from tieout.wording.catalogue import marked, text

_NOBODY: Final = marked("nobody until the wait ends")
# Width of a terminal from which on the type of a code is shown, and its name.
_WIDE: Final = 145
_NAMED: Final = 95
POSTED: Final = marked("cleared and posted")
AGAIN: Final = marked("received twice")
PART: Final = marked("posted in part")
UNDER_WAY: Final = marked("on its way")
_FATE_OF: Final[dict[str, str]] = {
    "posted": POSTED,
    "waiting": marked("waiting"),
    "held": marked("held"),
    "posting_failed": "held",
    "posting_unknown": "held",
    "rejected": marked("rejected"),
    "superseded": marked("superseded"),
    "part_posted": PART,
}
_WORDS: Final = {
    POSTED: marked("without manual touch"),
    "waiting": marked("waiting for evidence: a receipt, an inspection, a system that lags"),
    "held": marked("somebody has to act; the queue below owns it"),
    "rejected": marked("not to be posted: duplicates, and files that cannot be read"),
    "superseded": marked("a later version was received"),
    PART: marked("what ties out is posted, the rest waits"),
    UNDER_WAY: marked("cleared, not yet posted"),
    AGAIN: marked("same content as before; nothing changed"),
}


_SORTS: Final = {
    "policy": marked("by policy"),
    "timing": marked("timing"),
    "master": marked("master data"),
    "commercial": marked("commercial"),
    "integration": marked("interface"),
    "control": marked("control"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Files by their result, and the amounts that their claims ask for, by currency."""

    files: int
    fates: Mapping[str, int]
    payable: Mapping[str, tuple[Money, ...]]

    @property
    def accounted(self) -> int:
        """How many files have a result."""
        return sum(self.fates.values())


def account(scope: Scope, receipted: Sequence[Receipted]) -> Account:
    """The result for these files. Raises `AssertionError` for a file without a claim: it would be lost."""
    made = {document.claim for answer in receipted for document in answer.documents if document.claim is not None}
    rows = {row.id: row for row in claims.by_ids(scope, made)}
    fates: Counter[str] = Counter()
    sums: dict[str, dict[str, int]] = {}
    for answer in receipted:
        mine = [rows[document.claim] for document in answer.documents if document.claim is not None]
        repeated = answer.fate == "known" or (
            answer.documents and all(document.fate == "known" for document in answer.documents)
        )
        assert repeated or mine, f"{answer.name} was received, and has no claim"
        fate = AGAIN if repeated else _FATE_OF.get(mine[0].status, UNDER_WAY)
        fates[fate] += 1
        for row in mine:
            if row.payable is not None:
                of_fate = sums.setdefault(fate, {})
                of_fate[row.currency] = of_fate.get(row.currency, 0) + row.payable
    return Account(
        files=len(receipted),
        fates={fate: fates[fate] for fate in _WORDS if fates[fate]},
        payable={
            fate: tuple(Money(minor, currency) for currency, minor in sorted(amounts.items()))
            for fate, amounts in sums.items()
        },
    )


def show(files: Account, seen: Overview, names: Mapping[str, Code], out: Console) -> None:
    """Print both tables, and the line that ties them out against the files."""
    table = _table(text("result"), ">" + text("files"), ">" + text("invoiced"), text("meaning"))
    for fate, count in files.fates.items():
        table.add_row(text(fate), terminal.number(count), _sums(files.payable.get(fate, ())), text(_WORDS[fate]))
    table.add_section()
    invoiced = _sums([money for sums in files.payable.values() for money in sums])
    table.add_row(text("received"), terminal.number(files.files), invoiced, "")
    out.print(table)
    out.print()
    show_cases(seen, names, out)
    out.print()
    assert files.accounted == files.files, f"{files.files} files were received, {files.accounted} are accounted for"
    line = text(
        "{files} files in, {accounted} accounted for.",
        files=terminal.number(files.files),
        accounted=terminal.number(files.accounted),
    )
    out.print(line, style="bold", highlight=False)


def show_cases(
    seen: Overview,
    names: Mapping[str, Code],
    out: Console,
    *,
    head: str = marked("exception code"),
    silent_owner: str = _NOBODY,
) -> None:
    """Print the open cases by code. What waits because of a policy or a customer's rule is not an error, and is marked as such.

    The last line counts what is at stake of one claim once, in however many cases it is.

    A narrow terminal has no room for the type, a very narrow one none for the name. `silent_owner` is shown for waits without an owner.
    """
    wide, named = out.width >= _WIDE, out.width >= _NAMED
    middle = (*([text("what")] if named else []), *([text("type")] if wide else []))
    figures_of = (">" + text(name) for name in (marked("cases"), marked("waiting"), marked("at stake")))
    cases = _table(text(head), *middle, *figures_of, text("owner"))
    for row in seen.codes:
        code = names.get(row.code)
        name, sort = (text(code.name), text(_SORTS[code.kind])) if code else ("", "")
        words = (*([name] if named else []), *([sort] if wide else []))
        figures = (terminal.number(row.cases), terminal.number(row.waiting), _sums(row.at_stake))
        cases.add_row(row.code, *words, *figures, owners.queue(row.queue) or text(silent_owner))
    cases.add_section()
    number, waiting = sum(row.cases for row in seen.codes), sum(row.waiting for row in seen.codes)
    total = (terminal.number(number), terminal.number(waiting), _sums(seen.at_stake))
    cases.add_row(text("open cases"), *("" for _ in middle), *total, "")
    out.print(cases)


def show_fates(states: Mapping[str, tuple[int, tuple[Money, ...]]], out: Console, *, done: str, waits: str) -> None:
    """Print the results for customer invoices: `done` is what posted means for them, `waits` what they wait for."""
    meanings = _WORDS | {"waiting": waits}
    table = _table(text("result"), ">" + text("invoices"), ">" + text("invoiced"), text("meaning"))
    fates: dict[str, tuple[int, tuple[Money, ...]]] = {}
    for status, (count, sums) in states.items():
        fate = _FATE_OF.get(status, UNDER_WAY)
        before = fates.get(fate, (0, ()))
        fates[fate] = (before[0] + count, (*before[1], *sums))
    for fate in _WORDS:
        if fate in fates:
            count, sums = fates[fate]
            table.add_row(
                text(done if fate == POSTED else fate), terminal.number(count), _sums(sums), text(meanings[fate])
            )
    table.add_section()
    invoiced = _sums([money for _, sums in fates.values() for money in sums])
    table.add_row(text("all"), terminal.number(sum(count for count, _ in fates.values())), invoiced, "")
    out.print(table)


def _table(*columns: str) -> Table:
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    for column in columns:
        name = column.removeprefix(">")
        figures = column != name
        table.add_column(name, justify="right" if figures else "left", overflow="fold", no_wrap=figures)
    return table


def _sums(amounts: Sequence[Money]) -> str:
    by_currency: dict[str, int] = {}
    for money in amounts:
        by_currency[money.currency] = by_currency.get(money.currency, 0) + money.minor
    sums = [Money(minor, currency) for currency, minor in sorted(by_currency.items())]
    return "\n".join(terminal.money(amount) for amount in sums)
