"""Money at stake over several cases: what is at stake of one claim counts at most once to what the claim asks for."""

from __future__ import annotations

from collections.abc import Collection


def of_one_claim(stakes: Collection[int], asked: int | None) -> int:
    """How much is at stake of one claim in all its cases together; in minor units of its currency.

    Never more than it asks for, unless one case alone is about more: money that the document leaves out. `asked` None: unknown.
    """
    together = sum(stakes)
    return together if asked is None else min(together, max(abs(asked), *stakes, 0))
