"""The codes that payables finds: its own rows and the kernel's, in one taxonomy."""

from __future__ import annotations

from typing import Final

from tieout.core.findings.code import Code, Taxonomy
from tieout.packs.payables.taxonomy import ROWS
from tieout.trade.taxonomy import ROWS as KERNEL_ROWS

TAXONOMY: Final = Taxonomy((*KERNEL_ROWS, *ROWS))


def code(name: str) -> Code:
    """A code's row. A check may use no code without a row: that would be a programming error."""
    assert name in TAXONOMY, f"{name} has no row in packs/payables/taxonomy or trade/taxonomy"
    return TAXONOMY[name]
