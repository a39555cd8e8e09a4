"""The first page: where all claims are, what the open cases are about, who has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tieout.core.money import Money
from tieout.core.scope import Scope
from tieout.store.screens.overview import CodeRow, overview
from tieout.web import charts
from tieout.web.asking import scoped
from tieout.web.words import moneys

GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "cleared": ("clear", "posting"),
    "posted": ("posted", "part_posted"),
    "waiting": ("waiting",),
    "held": ("held", "posting_failed", "posting_unknown"),
    "rejected": ("rejected",),
}
"""What people count, in the statuses of claims. "Received" is all of them."""

_HINTS: Final = {
    "cleared": "ties out, being posted",
    "posted": "booked in the ledger",
    "waiting": "the world will answer",
    "held": "someone must act",
    "rejected": "sent back",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """One figure of the first row."""

    name: str
    figure: int
    hint: str


@scoped
def show(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The overview page."""
    seen = overview(scope)
    counts = [Count(name="received", figure=seen.received, hint="all papers that claim money")]
    counts += [
        Count(name=name, figure=sum(seen.claims.get(status, 0) for status in statuses), hint=_HINTS[name])
        for name, statuses in GROUPS.items()
    ]
    page = {
        "here": "overview",
        "counts": counts,
        "unread": seen.unread,
        "codes": seen.codes,
        "plot": charts.bars([(row.code, Decimal(row.cases), _beside(row)) for row in _by_code(seen.codes)[:12]]),
    }
    return render(request, "web/overview.html", page)


def _beside(row: CodeRow) -> str:
    return f"{row.cases} · {moneys(row.at_stake)}" if row.at_stake else str(row.cases)


def _by_code(rows: tuple[CodeRow, ...]) -> list[CodeRow]:
    """One row a code, whatever the queue."""
    merged: dict[str, CodeRow] = {}
    for row in rows:
        known = merged.get(row.code)
        merged[row.code] = row if known is None else _together(known, row)
    return sorted(merged.values(), key=lambda row: (-row.cases, row.code))


def _together(one: CodeRow, other: CodeRow) -> CodeRow:
    stakes: dict[str, Money] = {}
    for amount in one.at_stake + other.at_stake:
        stakes[amount.currency] = stakes.get(amount.currency, Money.zero(amount.currency)) + amount
    return CodeRow(
        code=one.code,
        queue="",
        cases=one.cases + other.cases,
        waiting=one.waiting + other.waiting,
        at_stake=tuple(stakes.values()),
    )
