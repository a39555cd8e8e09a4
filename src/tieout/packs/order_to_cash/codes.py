"""The codes that order to cash finds: all of them come from `trade`."""

from __future__ import annotations

from typing import Final

from tieout.core.findings.code import Code, Taxonomy
from tieout.trade.taxonomy import ROWS as KERNEL_ROWS

TAXONOMY: Final = Taxonomy(KERNEL_ROWS)


def code(name: str) -> Code:
    """A code's row. A code without a row is a programming error: a check raises no other codes."""
    assert name in TAXONOMY, f"{name} has no row in trade/taxonomy"
    return TAXONOMY[name]
