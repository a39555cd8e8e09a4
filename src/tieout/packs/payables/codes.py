"""The codes that payables finds: its own rows and the kernel's, in one taxonomy."""

from __future__ import annotations

from typing import Final

from tieout.core.codes import Code, Taxonomy
from tieout.core.taxonomy import ROWS as KERNEL_ROWS
from tieout.packs.payables.taxonomy import ROWS

TAXONOMY: Final = Taxonomy((*KERNEL_ROWS, *ROWS))


def code(id_: str) -> Code:
    """A code's row. Raises `KeyError` for a code that the taxonomy does not have: a check may find no other."""
    return TAXONOMY[id_]
