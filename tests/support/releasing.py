"""A process in which every customer invoice ties out: what deliveries need of a pack, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tests.support.selling import postings
from tieout.core.documents.kind import DocumentKind
from tieout.core.policy.policy import PolicySet
from tieout.core.tie_out.actions import Actions
from tieout.core.tie_out.dossier import Dossier
from tieout.core.tie_out.judging import verdict_of
from tieout.core.tie_out.pack import TieOut
from tieout.core.tie_out.plain_pack import PlainPack
from tieout.trade.actions import ACTIONS
from tieout.trade.documents import Invoice
from tieout.trade.kinds import KINDS
from tieout.trade.posting_lines import remaining
from tieout.trade.ranking import priority_of


@dataclass(frozen=True)
class ReleaseAll(PlainPack):
    """The pack: all of an invoice may be posted, and goes out by `to`."""

    to: str = "peppol 0088:7300010000018"
    name: str = "release_all"
    version: str = "release-all-1"
    claims: frozenset[str] = frozenset({"customer_invoice", "customer_credit_note", "billing_invoice"})
    documents: tuple[DocumentKind, ...] = KINDS
    actions: Actions = ACTIONS

    def tie_out(self, dossier: Dossier, policies: PolicySet) -> TieOut:
        """Clear."""
        invoice = dossier.claim.document
        assert isinstance(invoice, Invoice)
        left = remaining(list(postings(invoice)), list(dossier.posted), whole=True)
        verdict = verdict_of(dossier, (), version=self.version, postable=tuple(left), delivery=self.to)
        return TieOut(verdict=verdict, rows=(), priority=priority_of(invoice))


PACK: Final = ReleaseAll()
