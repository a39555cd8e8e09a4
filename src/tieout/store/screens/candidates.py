"""Documents that a person may choose for a claim: the other side's, still open, what comes nearest in money first."""

from __future__ import annotations

from typing import Final

from tieout.core.documents.kind import Kinds
from tieout.core.values.money import Money
from tieout.core.values.scope import Scope
from tieout.formats import canonical_json
from tieout.store.link import scoped
from tieout.store.models import Document as Stored
from tieout.store.screens import seen
from tieout.store.screens.documents import DocumentLink, link_of

OFFERED_MAX: Final = 50
_LOOKED_AT: Final = 500


@scoped
def candidates(
    scope: Scope, kinds: Kinds, kind: str, *, counterparty: str, entity: str, asked: Money | None
) -> tuple[DocumentLink, ...]:
    """The open documents of a kind of that other side, in the company `entity` or in none; `asked` is what the claim asks for."""
    if not counterparty:
        return ()
    rows = seen.documents(scope).filter(
        kind=kind,
        superseded_at__isnull=True,
        erased_at__isnull=True,
        counterparty__iexact=counterparty,
        entity__in={"", entity} if entity else {""},
    )
    near = sorted(rows.order_by("-issue_date", "number")[:_LOOKED_AT], key=lambda row: _distance(row, asked))
    return tuple(link_of(row) for row in near[: OFFERED_MAX * 2] if _is_open(kinds, row))[:OFFERED_MAX]


def _distance(row: Stored, asked: Money | None) -> tuple[bool, int]:
    ordered = row.payable if row.payable is not None else row.net
    if asked is None or ordered is None or row.currency != asked.currency:
        return True, 0
    return False, abs(asked.minor - int(ordered))


def _is_open(kinds: Kinds, row: Stored) -> bool:
    return getattr(canonical_json.decode(kinds, row.kind, bytes(row.body)), "status", "open") == "open"
