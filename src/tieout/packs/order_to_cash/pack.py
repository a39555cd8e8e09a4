# ruff: noqa: ARG002
"""Order to cash: what a customer invoice must tie out with before it may be released."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from tieout.core.codes import Code
from tieout.core.dossier import Dossier, Need
from tieout.core.judging import verdict_of
from tieout.core.pack import TieOut
from tieout.core.policy import PolicySet

VERSION: Final = "order-to-cash-1"
NAME: Final = "order_to_cash"


class OrderToCash:
    """The pack. Stateless: what it answers follows from dossier and policies alone."""

    name: Final = NAME
    version: Final = VERSION
    claims: Final = frozenset({"customer_invoice", "customer_credit_note", "sales_order"})
    standing: Final = frozenset({"sales_order"})
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
