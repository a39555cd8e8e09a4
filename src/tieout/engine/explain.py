"""Explaining a claim from what is stored: every verdict is derived again from its inputs and compared bit for bit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from tieout.core.documents.kind import Document
from tieout.core.policy.policy import Policy, PolicySet
from tieout.core.tie_out.dossier import Dossier, RecordedDocument
from tieout.core.tie_out.verdict import Verdict
from tieout.core.tie_out.worksheet import Row
from tieout.core.values.errors import Refused
from tieout.core.values.scope import Scope
from tieout.engine.decoded import recorded
from tieout.engine.facts import Facts
from tieout.engine.plugged import Engine
from tieout.formats import canonical_json
from tieout.store import cases, claims, documents, policies, verdicts
from tieout.store.claims import ClaimRow
from tieout.store.verdicts import VerdictRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """One verdict with its worksheet, as stored, and what differs when it is derived again (nothing: proven)."""

    seq: int
    at: datetime
    verdict: Verdict
    rows: tuple[Row, ...]
    differences: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A claim and all its verdicts, first to last."""

    claim: ClaimRow
    document: Document
    verdicts: tuple[Explained, ...]

    @property
    def proven(self) -> bool:
        """Whether every verdict was derived again, bit for bit."""
        return not any(verdict.differences for verdict in self.verdicts)


def explain(engine: Engine, scope: Scope, named: str) -> Explanation:
    """Explain the claim that `named` means: a case's id, a claim's id or key, or a document's number.

    Raises `Refused` EXPLAIN-UNKNOWN, or EXPLAIN-SEVERAL with the keys to choose from.
    """
    claim = find(scope, named)
    stored = documents.by_ids(scope, [claim.document])[0]
    if stored.erased_at is not None:
        raise Refused(
            "EXPLAIN-ERASED", "the content of {key} was erased on {day}: its verdicts cannot be derived again",
            key=stored.source_key, day=f"{stored.erased_at:%Y-%m-%d}",
        )  # fmt: skip
    texts = {row.sha256: row for row in policies.every(scope)}
    read = {sha: engine.read_policy(row.text.encode()) for sha, row in texts.items()}
    explained = tuple(
        Explained(
            seq=row.seq,
            at=row.at,
            verdict=canonical_json.decode_as(Verdict, row.body),
            rows=canonical_json.decode_as(tuple[Row, ...], row.rows),
            differences=tuple(_differences(engine, claim, row, read)),
        )
        for row in verdicts.of_claim(scope, claim.id)
    )
    return Explanation(claim=claim, document=recorded(engine.kinds, stored).document, verdicts=explained)


def find(scope: Scope, named: str) -> ClaimRow:
    """The claim that a name means: an id, a source key or a document's number. Raises `Refused` as `explain` does."""
    matches: list[ClaimRow] = []
    try:
        wanted = UUID(named)
    except ValueError:
        key, _, version = named.rpartition("@")
        rows = documents.by_versions(scope, [(key, version)]) or documents.by_number(scope, named)
        matches = claims.of_documents(scope, [row.id for row in rows])
    else:
        case = cases.by_id(scope, wanted)
        matches = claims.by_ids(scope, [case.claim if case else wanted])
    matches = [claim for claim in matches if scope.sees(claim.entity)]
    if not matches:
        raise Refused("EXPLAIN-UNKNOWN", "there is no document or case {named!r} that you may see", named=named)
    if len(matches) > 1:
        keys = ", ".join(sorted(claim.key for claim in matches))
        raise Refused(
            "EXPLAIN-SEVERAL", "several claims have the number {named!r}: name one of {keys}", named=named, keys=keys
        )
    return matches[0]


def _differences(engine: Engine, claim: ClaimRow, row: VerdictRow, read: Mapping[str, Policy]) -> Iterator[str]:
    if canonical_json.fingerprint(row.body) != row.sha256:
        yield "the stored verdict is not what its hash says"
    facts = canonical_json.decode_as(Facts, row.facts)
    dossier, wrong = dossier_of(engine, claim, facts)
    yield from wrong
    missing = [sha for sha in facts.policies if sha not in read]
    if missing:
        yield f"a policy text that it was reached under is not there any more: {missing[0]}"
    if dossier is None or missing:
        return
    rules = PolicySet(policies=tuple(read[sha] for sha in facts.policies))
    derived = engine.packs[claim.kind].tie_out(dossier, rules)
    if derived.verdict.code_version != row.code_version:
        yield f"it was reached by code {row.code_version}; this is {derived.verdict.code_version}"
    stored = canonical_json.decode_as(Verdict, row.body)
    now, then = _without_words(derived.verdict), _without_words(stored)
    yield from (
        f"{part} of the verdict: derived {getattr(derived.verdict, part)!r}, stored {getattr(stored, part)!r}"
        for part in Verdict.__dataclass_fields__
        if canonical_json.encode(getattr(now, part)) != canonical_json.encode(getattr(then, part))
    )
    former = bool(stored.findings) and b'"words":' not in row.body  # by a release that stored no words beside sentences
    if canonical_json.encode(derived.verdict) != row.body and derived.verdict == stored and not former:
        yield "the stored verdict is written in another form"
    if canonical_json.encode(derived.rows) != row.rows:
        yield "the worksheet is another"


def _without_words(verdict: Verdict) -> Verdict:
    """The verdict without what the translations of its sentences are made from: it decides nothing, and a former release had none."""
    return replace(
        verdict,
        findings=tuple(replace(finding, words=()) for finding in verdict.findings),
        silenced=tuple(replace(gone, finding=replace(gone.finding, words=())) for gone in verdict.silenced),
    )


def dossier_of(engine: Engine, claim: ClaimRow, facts: Facts) -> tuple[Dossier | None, list[str]]:
    """The dossier that a verdict was derived from, and what is wrong with its documents (then None)."""
    wanted = [facts.claim, *facts.evidence]
    pairs = {source: _split(source) for source, _ in wanted}
    rows = {row.source_key: row for row in documents.by_versions(Scope(tenant=claim.tenant), pairs.values())}
    wrong: list[str] = []
    kept: list[RecordedDocument[Document]] = []
    for source, sha256 in wanted:
        row = rows.get(source)
        if row is None:
            wrong.append(f"the document {source} is not there any more")
        elif row.erased_at is not None:
            wrong.append(f"the content of the document {source} was erased")
        elif canonical_json.fingerprint(row.body) != sha256:
            wrong.append(f"the document {source} is not the one that was read")
        else:
            kept.append(recorded(engine.kinds, row))
    if wrong:
        return None, wrong
    return Dossier(
        claim=kept[0],
        received_at=facts.received_at,
        at=facts.at,
        tenant=facts.tenant,
        entity=facts.entity,
        evidence=tuple(kept[1:]),
        allocated=facts.allocated,
        alike=facts.alike,
        looked_up=facts.looked_up,
        remarks=facts.remarks,
        posted=facts.posted,
        posted_at=facts.posted_at,
        resent_at=facts.resent_at,
    ), wrong


def _split(source: str) -> tuple[str, str]:
    key, _, version = source.rpartition("@")
    return key, version
