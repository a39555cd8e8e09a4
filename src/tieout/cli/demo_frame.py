"""What the demo's stories share: lines with a head, claims by id, files of documents, and the states of claims."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Final
from uuid import UUID

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tieout.cli.demo_files import File
from tieout.core.documents.kind import Document
from tieout.core.values.money import Money
from tieout.formats import canonical_json
from tieout.store import claims
from tieout.store.screens.case import ClaimPage, claim

if TYPE_CHECKING:
    from tieout.cli.demo_books import Books

_A_LIST: Final = 200


def line(out: Console, head: str, text: str, *, style: str = "") -> None:
    """A head and its text, wrapped next to it."""
    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=11, style=style or "dim")
    grid.add_column()
    grid.add_row(escape(head), escape(text))
    out.print(grid)


def page_of(books: Books, claim_id: UUID) -> ClaimPage:
    """The claim as its page shows it."""
    page = claim(books.scope, claim_id)
    assert page is not None, f"claim {claim_id} was received"
    return page


def lists_of(name: str, documents: Sequence[Document]) -> list[File]:
    """Documents as lists that a system exports, in JSON: some two hundred a file."""
    return [
        File(
            name=f"{name}-{start // _A_LIST + 1}.json",
            content=b"[" + b",\n".join(map(canonical_json.encode, documents[start : start + _A_LIST])) + b"]\n",
        )
        for start in range(0, len(documents), _A_LIST)
    ]


def states(books: Books, kinds: Collection[str]) -> dict[str, tuple[int, tuple[Money, ...]]]:
    """By state of the claims of these kinds: how many there are, and the amounts that they ask for."""
    counts: dict[str, int] = {}
    sums: dict[str, dict[str, int]] = {}
    after = UUID(int=0)
    while rows := claims.every(books.scope, after=after, limit=1000):
        after = rows[-1].id
        for row in rows:
            if row.kind not in kinds:
                continue
            counts[row.status] = counts.get(row.status, 0) + 1
            if row.payable is not None:
                amounts = sums.setdefault(row.status, {})
                amounts[row.currency] = amounts.get(row.currency, 0) + row.payable
    return {
        status: (count, tuple(Money(minor, currency) for currency, minor in sorted(sums.get(status, {}).items())))
        for status, count in counts.items()
    }
