"""A pack in place of a real one: it posts every line of every billing invoice, except those of a run called "odd"."""

from __future__ import annotations

from typing import Final

from tieout.core.findings.code import Code, Taxonomy
from tieout.core.findings.making import finding
from tieout.core.policy.facts import Facts
from tieout.core.policy.policy import PolicySet
from tieout.core.tie_out.dossier import Dossier
from tieout.core.tie_out.judging import verdict_of
from tieout.core.tie_out.pack import TieOut
from tieout.core.tie_out.plain_pack import PlainPack
from tieout.trade.actions import ACTIONS
from tieout.trade.documents import Invoice
from tieout.trade.kinds import KINDS
from tieout.trade.posting_lines import posting_lines, remaining
from tieout.trade.resolutions import RESOLUTIONS
from tieout.trade.taxonomy import ROWS

VERSION: Final = "stand-in-1"
_TAXONOMY: Final = Taxonomy(ROWS)


class StandIn(PlainPack):
    """Every invoice is correct."""

    name: Final = "subscription_billing"
    version: Final = VERSION
    claims: Final = frozenset({"billing_invoice", "subscription"})
    watched_kinds: Final = frozenset({"subscription"})
    codes: Final[tuple[Code, ...]] = ROWS
    resolutions: Final = RESOLUTIONS
    documents: Final = KINDS
    actions: Final = ACTIONS

    def tie_out(self, dossier: Dossier, policies: PolicySet) -> TieOut:
        document = dossier.claim.document
        if isinstance(document, Invoice) and document.run == "odd":
            ruling = policies.ruling(Facts(tenant=dossier.tenant, process=self.name), dossier.at.date())
            odd = finding(_TAXONOMY["DOC-EINV"], "document", ruling=ruling, reason="the run is odd")
            return TieOut(verdict=verdict_of(dossier, [odd], version=VERSION), rows=())
        lines = posting_lines(document, ()) if isinstance(document, Invoice) else []
        postable = tuple(remaining(lines, dossier.posted, whole=True))
        return TieOut(verdict=verdict_of(dossier, (), version=VERSION, postable=postable), rows=())
