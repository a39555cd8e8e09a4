# ruff: noqa: ARG002
"""Subscription billing: what a line of a billing run must tie out with before it may be final."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from tieout.core.codes import Code
from tieout.core.dossier import Dossier, Need
from tieout.core.judging import verdict_of
from tieout.core.pack import TieOut
from tieout.core.policy import PolicySet

VERSION: Final = "subscription-billing-1"
NAME: Final = "subscription_billing"


class SubscriptionBilling:
    """The pack. Stateless: what it answers follows from dossier and policies alone."""

    name: Final = NAME
    version: Final = VERSION
    claims: Final = frozenset({"billing_invoice", "billing_credit_note", "subscription", "amendment", "stray_usage"})
    standing: Final = frozenset({"subscription", "amendment", "stray_usage"})
    rules: Final = frozenset({"hours"})
    codes: Final[tuple[Code, ...]] = ()

    def needs(self, dossier: Dossier) -> Iterable[Need]:
        """Keys worth looking up that were not looked up yet."""
        return ()

    def locks(self, dossier: Dossier) -> tuple[str, ...]:
        """Keys whose allocations it may use up."""
        return ()

    def ledgers(self, dossier: Dossier) -> tuple[str, ...]:
        """Ledgers of which it has to know what others used up."""
        return ()

    def tie_out(self, dossier: Dossier, policies: PolicySet) -> TieOut:
        """Lays out, checks, judges."""
        return TieOut(verdict=verdict_of(dossier, (), version=VERSION), rows=())
