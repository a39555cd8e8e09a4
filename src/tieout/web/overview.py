"""The first page: where all claims are, what the open cases are about, who has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from tieout.core.values.scope import Scope
from tieout.engine.application import codes
from tieout.store.screens.overview import CodeRow, overview
from tieout.web import charts
from tieout.web.asking import scoped
from tieout.web.words import moneys
from tieout.wording.catalogue import marked, text

GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "cleared": ("clear", "posting"),
    "posted": ("posted", "part_posted"),
    "waiting": ("waiting",),
    "held": ("held", "posting_failed", "posting_unknown"),
    "rejected": ("rejected",),
}
"""What people count, in the statuses of claims. "Received" is all of them."""

_NAMES: Final = {
    "received": marked("Received"),
    "cleared": marked("Cleared"),
    "posted": marked("Posted"),
    "waiting": marked("Waiting"),
    "held": marked("Held"),
    "rejected": marked("Rejected"),
}
_HINTS: Final = {
    "received": marked("all claims"),
    "cleared": marked("tie out, or are being posted"),
    "posted": marked("in the general ledger"),
    "waiting": marked("for evidence"),
    "held": marked("action needed"),
    "rejected": marked("not to be posted"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """One figure of the first row."""

    id: str
    name: str
    figure: int
    hint: str


@scoped
def show(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The overview page."""
    seen = overview(scope)
    counts = [_count("received", seen.received)]
    counts += [
        _count(group, sum(seen.claims.get(status, 0) for status in statuses)) for group, statuses in GROUPS.items()
    ]
    page = {
        "here": "overview",
        "counts": counts,
        "unread": seen.unread,
        "codes": seen.codes,
        "plot": _plot(list(seen.by_code[:12])),
        "at_stake": seen.at_stake,
    }
    return render(request, "web/overview.html", page)


def groups() -> dict[str, str]:
    """The names of the groups of `GROUPS`."""
    return {group: text(_NAMES[group]) for group in GROUPS}


def _count(group: str, figure: int) -> Count:
    return Count(id=group, name=text(_NAMES[group]), figure=figure, hint=text(_HINTS[group]))


def _plot(rows: list[CodeRow]) -> charts.Plot:
    """Errors and what policy requires, each under its own caption and in its own colour."""
    taxonomy = codes()
    ruled = [row for row in rows if row.code in taxonomy and taxonomy[row.code].kind == "policy"]
    parts = (
        (text("Errors"), "error", [row for row in rows if row not in ruled]),
        (text("Required by policy"), "policy", ruled),
    )
    return charts.grouped(
        [
            charts.Group(caption=caption, look=look, rows=tuple(_bar(row) for row in mine))
            for caption, look, mine in parts
        ]
    )


def _bar(row: CodeRow) -> tuple[str, Decimal, str, str]:
    view = "waiting" if row.waiting == row.cases else "open"
    query = urlencode({"view": view, "code": row.code})
    return row.code, Decimal(row.cases), _value(row), f"{reverse('queue')}?{query}"


def _value(row: CodeRow) -> str:
    return f"{row.cases} · {moneys(row.at_stake)}" if row.at_stake else str(row.cases)
