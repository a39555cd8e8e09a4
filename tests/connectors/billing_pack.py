"""A pack that stands in for a real one: it posts every line of every billing invoice, but for those of a run called "odd"."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from tieout.core.codes import Code, Taxonomy
from tieout.core.documents import Invoice, Unreadable
from tieout.core.dossier import Dossier, Need
from tieout.core.found import finding
from tieout.core.judging import verdict_of
from tieout.core.pack import TieOut
from tieout.core.policy import Facts, PolicySet
from tieout.core.posting_lines import posting_lines, remaining
from tieout.core.taxonomy import ROWS
from tieout.core.unread import tie_out_unread

VERSION: Final = "stand-in-1"
_TAXONOMY: Final = Taxonomy(ROWS)


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
        if isinstance(paper, Invoice) and paper.run == "odd":
            ruling = policies.ruling(Facts(tenant=dossier.tenant, process=self.name), dossier.at.date())
            odd = finding(_TAXONOMY["DOC-EINV"], "document", ruling=ruling, reason="the run is odd")
            return TieOut(verdict=verdict_of(dossier, [odd], version=VERSION), rows=())
        lines = posting_lines(paper, ()) if isinstance(paper, Invoice) else []
        postable = tuple(remaining(lines, dossier.posted, whole=True))
        return TieOut(verdict=verdict_of(dossier, (), version=VERSION, postable=postable), rows=())
