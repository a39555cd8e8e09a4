"""Payables: what a supplier invoice must tie out with before it may be posted."""

from typing import Final

from tieout.core.tie_out.pack import Pack
from tieout.packs.payables.pack import Payables

PACK: Final[Pack] = Payables()
