"""A pack that stands in for the one that is being built: it ties out every billing invoice and posts every line of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from tieout.core.codes import Code
from tieout.core.documents import Invoice, Unreadable
from tieout.core.dossier import Dossier, Need
from tieout.core.judging import verdict_of
from tieout.core.pack import TieOut
from tieout.core.policy import PolicySet
from tieout.core.posting_lines import posting_lines, remaining
from tieout.core.unread import tie_out_unread

VERSION: Final = "stand-in-1"


class StandIn:
    """Whatever is billed is right."""

    name: Final = "subscription_billing"
    version: Final = VERSION
    claims: Final = frozenset({"billing_invoice", "subscription", "unreadable"})
    standing: Final = frozenset({"subscription"})
    rules: Final[frozenset[str]] = frozenset()
    codes: Final[tuple[Code, ...]] = ()

    def needs(self, dossier: Dossier) -> Iterable[Need]:
        return ()

    def locks(self, dossier: Dossier) -> tuple[str, ...]:
        return ()

    def ledgers(self, dossier: Dossier) -> tuple[str, ...]:
        return ()

    def tie_out(self, dossier: Dossier, policies: PolicySet) -> TieOut:
        paper = dossier.claim.document
        if isinstance(paper, Unreadable):
            return tie_out_unread(dossier, paper, policies, process=self.name, version=VERSION)
        lines = posting_lines(paper, ()) if isinstance(paper, Invoice) else []
        postable = tuple(remaining(lines, dossier.posted, whole=True))
        return TieOut(verdict=verdict_of(dossier, (), version=VERSION, postable=postable), rows=())
