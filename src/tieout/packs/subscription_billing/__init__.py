"""Subscription billing: what a line of a billing run must tie out with before it may be final."""

from typing import Final

from tieout.core.tie_out.pack import Pack
from tieout.packs.subscription_billing.pack import SubscriptionBilling

PACK: Final[Pack] = SubscriptionBilling()
