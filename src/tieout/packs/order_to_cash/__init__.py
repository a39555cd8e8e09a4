"""Order to cash: what a customer invoice must tie out with before it may be released."""

from typing import Final

from tieout.core.tie_out.pack import Pack
from tieout.packs.order_to_cash.pack import OrderToCash

PACK: Final[Pack] = OrderToCash()
