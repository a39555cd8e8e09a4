"""The codes that subscription billing finds: all of them come from `trade`."""

from __future__ import annotations

from typing import Final

from tieout.core.findings.code import Code, Taxonomy
from tieout.trade.taxonomy import ROWS

TAXONOMY: Final = Taxonomy(ROWS)


def code(name: str) -> Code:
    """A code's row. A code without a row is a programming error: a check raises no other codes."""
    assert name in TAXONOMY, f"{name} has no row in trade/taxonomy"
    return TAXONOMY[name]
