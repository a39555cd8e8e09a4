"""The demo's tables: what became of every file, and what the open cases are about. Nothing is lost, or the demo fails."""

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
from tieout.store.screens.overview import CodeRow

_WORLD: Final = "nobody, until its time is up"
# So many columns a terminal has where the sort of a code, where its name is shown.
_WIDE: Final = 145
_NAMED: Final = 95
POSTED: Final = "cleared and posted"
AGAIN: Final = "received twice"
PART: Final = "out in part"
_FATE_OF: Final[dict[str, str]] = {
    "posted": POSTED,
    "waiting": "waiting",
    "held": "held",
    "posting_failed": "held",
    "posting_unknown": "held",
    "rejected": "rejected",
    "superseded": "replaced",
    "part_posted": PART,
}
_WORDS: Final = {
    POSTED: "nobody had to look",
    "waiting": "the world will answer: a receipt, an inspection, a system that lags",
    "held": "somebody has to look; the queue below owns it",
    "rejected": "not to be posted: copies, and files that nobody can read",
    "replaced": "a later version came",
    PART: "what ties out went out, the rest waits",
    "on its way": "cleared, not yet booked",
    AGAIN: "known by its content; nothing changed",
}


_SORTS: Final = {
    "policy": "by policy",
    "timing": "timing",
    "master": "master data",
    "commercial": "commercial",
    "integration": "interface",
    "control": "control",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Files by what became of them, and the money that their claims ask for, in each currency."""

    files: int
    fates: Mapping[str, int]
    payable: Mapping[str, tuple[Money, ...]]

    @property
    def accounted(self) -> int:
        """How many files are among the fates."""
        return sum(self.fates.values())


def account(scope: Scope, receipted: Sequence[Receipted]) -> Account:
    """What became of these files. Raises `AssertionError` for a file that is nobody's: that would be a loss."""
    made = {each.claim for answer in receipted for each in answer.documents if each.claim is not None}
    rows = {row.id: row for row in claims.by_ids(scope, made)}
    fates: Counter[str] = Counter()
    sums: dict[str, dict[str, int]] = {}
    for answer in receipted:
        mine = [rows[each.claim] for each in answer.documents if each.claim is not None]
        known = answer.fate == "known" or (answer.documents and all(each.fate == "known" for each in answer.documents))
        assert known or mine, f"{answer.name} was received, and no claim came of it"
        fate = AGAIN if known else _FATE_OF.get(mine[0].status, "on its way")
        fates[fate] += 1
        for row in mine:
            if row.payable is not None:
                of_fate = sums.setdefault(fate, {})
                of_fate[row.currency] = of_fate.get(row.currency, 0) + row.payable
    return Account(
        files=len(receipted),
        fates={fate: fates[fate] for fate in _WORDS if fates[fate]},
        payable={
            fate: tuple(Money(minor, currency) for currency, minor in sorted(known.items()))
            for fate, known in sums.items()
        },
    )


def show(known: Account, codes: Sequence[CodeRow], names: Mapping[str, Code], out: Console) -> None:
    """Print both tables, and the line that ties them out to the files."""
    table = _table("what became of them", "files>", "invoiced>", "meaning")
    for fate, count in known.fates.items():
        table.add_row(fate, f"{count:,}", _sums(known.payable.get(fate, ())), _WORDS[fate])
    table.add_section()
    invoiced = _sums([money for sums in known.payable.values() for money in sums])
    table.add_row("received", f"{known.files:,}", invoiced, "")
    out.print(table)
    out.print()
    show_cases(codes, names, out)
    out.print()
    assert known.accounted == known.files, f"{known.files} files came in, {known.accounted} are accounted for"
    out.print(f"{known.files:,} files in, {known.accounted:,} accounted for.", style="bold", highlight=False)


def show_cases(
    codes: Sequence[CodeRow],
    names: Mapping[str, Code],
    out: Console,
    *,
    head: str = "exception code",
    world: str = _WORLD,
) -> None:
    """Print the open cases by code. What waits because a policy or a customer's rule says so is no error, and says so.

    A narrow terminal has no room for the sort, a very narrow one none for the name. `world` stands for the owner of silent waits.
    """
    wide, named = out.width >= _WIDE, out.width >= _NAMED
    middle = (*(["what"] if named else []), *(["sort"] if wide else []))
    cases = _table(head, *middle, "cases>", "waiting>", "at stake>", "owner queue")
    for row in codes:
        known = names.get(row.code)
        name, sort = (known.name, _SORTS[known.kind]) if known else ("", "")
        words = (*([name] if named else []), *([sort] if wide else []))
        figures = (f"{row.cases:,}", f"{row.waiting:,}", _sums(row.at_stake))
        cases.add_row(row.code, *words, *figures, row.queue or world)
    cases.add_section()
    stake = tuple(money for row in codes for money in row.at_stake)
    total = (f"{sum(row.cases for row in codes):,}", f"{sum(row.waiting for row in codes):,}", _sums(stake))
    cases.add_row("open cases", *("" for _ in middle), *total, "")
    out.print(cases)


def show_fates(states: Mapping[str, tuple[int, tuple[Money, ...]]], out: Console, *, done: str, waits: str) -> None:
    """Print what became of invoices of ours: `done` is what posted means for them, `waits` what they wait for."""
    meanings = _WORDS | {"waiting": waits}
    table = _table("what became of them", "invoices>", "invoiced>", "meaning")
    fates: dict[str, tuple[int, tuple[Money, ...]]] = {}
    for status, (count, sums) in states.items():
        fate = _FATE_OF.get(status, "on its way")
        before = fates.get(fate, (0, ()))
        fates[fate] = (before[0] + count, (*before[1], *sums))
    for fate in _WORDS:
        if fate in fates:
            count, sums = fates[fate]
            table.add_row(done if fate == POSTED else fate, f"{count:,}", _sums(sums), meanings[fate])
    table.add_section()
    invoiced = _sums([money for _, sums in fates.values() for money in sums])
    table.add_row("all", f"{sum(count for count, _ in fates.values()):,}", invoiced, "")
    out.print(table)


def _table(*columns: str) -> Table:
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    for column in columns:
        name = column.removesuffix(">")
        figures = column != name
        table.add_column(name, justify="right" if figures else "left", overflow="fold", no_wrap=figures)
    return table


def _sums(amounts: Sequence[Money]) -> str:
    by_currency: dict[str, int] = {}
    for money in amounts:
        by_currency[money.currency] = by_currency.get(money.currency, 0) + money.minor
    sums = [Money(minor, currency) for currency, minor in sorted(by_currency.items())]
    return "\n".join(terminal.money(amount) for amount in sums)
