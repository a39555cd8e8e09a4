"""What a judgement read, as it is stored with the verdict: enough to derive the verdict again, bit for bit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tieout.core.documents.remark import Remark
from tieout.core.tie_out.dossier import Allocated, Dossier, Likeness
from tieout.core.tie_out.verdict import PostingLine
from tieout.core.values.key import Key
from tieout.core.values.made import made_often


@made_often
@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A dossier without its documents, which are found by source key (with version) and checked by hash.

    `claim` and `evidence` are (source key, SHA-256 of the body). `policies` are the SHA-256 of the texts of all policy
    versions there were, in the order of name and version.
    """

    claim: tuple[str, str]
    received_at: datetime
    at: datetime
    tenant: str
    entity: str
    evidence: tuple[tuple[str, str], ...]
    allocated: tuple[Allocated, ...]
    alike: tuple[Likeness, ...]
    looked_up: tuple[Key, ...]
    remarks: tuple[Remark, ...]
    posted: tuple[PostingLine, ...]
    policies: tuple[str, ...]
    posted_at: datetime | None = None
    resent_at: datetime | None = None


def facts_of(dossier: Dossier, policies: tuple[str, ...]) -> Facts:
    """The facts of a dossier that was judged under these policy texts."""
    return Facts(
        claim=(dossier.claim.key, dossier.claim.sha256),
        received_at=dossier.received_at,
        at=dossier.at,
        tenant=dossier.tenant,
        entity=dossier.entity,
        evidence=tuple((recorded.key, recorded.sha256) for recorded in dossier.evidence),
        allocated=dossier.allocated,
        alike=dossier.alike,
        looked_up=dossier.looked_up,
        remarks=dossier.remarks,
        posted=dossier.posted,
        policies=policies,
        posted_at=dossier.posted_at,
        resent_at=dossier.resent_at,
    )
