"""The id of a posting: the same lines of the same part are the same act."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from tieout.core.tie_out.verdict import PostingLine
from tieout.core.values import ids


def posting_id(claim_id: UUID, part: int, lines: Iterable[PostingLine]) -> UUID:
    """The id of posting these lines as this part of a claim: the same lines in any order are the same act."""
    return ids.derive("posting", str(claim_id), str(part), *sorted(_line_key(line) for line in lines))


def _line_key(line: PostingLine) -> str:
    quantity = "" if line.quantity is None else f"{line.quantity.normalize():f} {line.unit}"
    parts = [
        line.claim_line,
        line.kind,
        line.description,
        str(line.net),
        str(line.tax),
        quantity,
        line.order,
        line.line,
    ]
    if line.settles is not None:
        parts += [line.settles.claim, str(line.settles.amount), str(line.settles.tax)]
    return "\x1e".join(parts)
