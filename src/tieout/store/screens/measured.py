"""Claims for measures: their events and documents, read in batches and folded into facts. Nothing is read from status columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast, get_args
from uuid import UUID

from django.db.models import Max, Q

from tieout.core.case.events import CaseEvent
from tieout.core.case.upcast import CASE_EVENTS
from tieout.core.claim.events import ClaimEvent
from tieout.core.documents.kind import Document, Kinds
from tieout.core.findings.code import Code
from tieout.core.tie_out.verdict import Verdict
from tieout.core.values.scope import Scope
from tieout.formats import canonical_json
from tieout.intelligence.derive import about, case_fact, claim_fact
from tieout.intelligence.facts import ClaimFact
from tieout.store.link import query, scoped
from tieout.store.models import Event
from tieout.store.screens import seen
from tieout.store.screens.history import event_of

CLAIMS_MAX: Final = 20_000
_BATCH: Final = 2000
_EVIDENCE: Final = ["shipment", "customer", "usage_statement", "dispute", "customer_return"]
_KINDS: Final = {type_.__name__ for type_ in get_args(ClaimEvent)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The claims received since a moment, and older ones with an open case (not in the cohort). `cut`: there are more."""

    claims: tuple[ClaimFact, ...]
    since: datetime
    cut: bool

    @property
    def cohort(self) -> tuple[ClaimFact, ...]:
        """The claims received since then: the base of all rates."""
        return tuple(claim for claim in self.claims if claim.received_at >= self.since)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    id: UUID
    kind: str
    document: UUID


@scoped
def measured(
    scope: Scope,
    *,
    since: datetime,
    kinds: Kinds,
    processes: Mapping[str, str],
    codes: Mapping[str, Code],
) -> Measured:
    """The claims of all processes as facts, the latest `CLAIMS_MAX` of them."""
    claims = seen.claims(scope)
    still_open = seen.cases(scope).filter(closed_at__isnull=True).values("claim")
    claims = claims.filter(Q(received_at__gte=since) | Q(id__in=still_open)).order_by("-received_at", "id")
    rows = [
        _Row(id=id_, kind=kind, document=document)
        for id_, kind, document in claims.values_list("id", "kind", "document")[: CLAIMS_MAX + 1]
    ]
    facts = [
        fact
        for k in range(0, min(len(rows), CLAIMS_MAX), _BATCH)
        for fact in _batch(scope, rows[k : min(k + _BATCH, CLAIMS_MAX)], processes, codes, kinds=kinds)
    ]
    return Measured(claims=tuple(facts), since=since, cut=len(rows) > CLAIMS_MAX)


@scoped
def last_position(scope: Scope) -> int:
    """The position of the tenant's last event: while it is the same, so are all figures."""
    return int(Event.objects.filter(tenant=scope.tenant).aggregate(last=Max("position"))["last"] or 0)


def _batch(
    scope: Scope, rows: Sequence[_Row], processes: Mapping[str, str], codes: Mapping[str, Code], *, kinds: Kinds
) -> Iterator[ClaimFact]:
    ids = [row.id for row in rows]
    cases: dict[UUID, list[UUID]] = defaultdict(list)
    for case, claim in seen.cases(scope).filter(claim__in=ids).order_by("opened_at", "id").values_list("id", "claim"):
        cases[claim].append(case)
    events = _events(scope, [*ids, *(case for of_claim in cases.values() for case in of_claim)])
    verdicts = _verdicts(scope, ids)
    own = _own(kinds, scope, [row.document for row in rows])
    evidence = _evidence(kinds, scope, {key for verdict in verdicts.values() for key, _ in verdict.inputs})
    for row in rows:
        # the streams of claims and of cases hold only their own events
        happened = cast("list[ClaimEvent]", [event for event in events[row.id] if type(event).__name__ in _KINDS])
        if not happened or row.document not in own:
            continue
        verdict = verdicts.get(row.id)
        cited = [evidence[key] for key, _ in verdict.inputs if key in evidence] if verdict else []
        of = about(own[row.document], cited, process=processes.get(row.kind, ""))
        derived = (
            case_fact(str(case), _of_case(events[case]), of, str(row.id), codes)
            for case in cases[row.id]
        )  # fmt: skip
        facts = [fact for fact in derived if fact is not None]
        yield claim_fact(str(row.id), happened, of, facts, verdict.findings if verdict else ())


def _of_case(events: Sequence[object]) -> list[CaseEvent]:
    return cast("list[CaseEvent]", [event for event in events if type(event).__name__ in CASE_EVENTS])


def _events(scope: Scope, streams: Collection[UUID]) -> dict[UUID, list[object]]:
    sql = """
        select stream, type, version, payload from store_event
        where tenant = %s and stream = any(%s) order by stream, seq
    """
    by_stream: dict[UUID, list[object]] = defaultdict(list)
    for stream, name, version, payload in query(scope, sql, (scope.tenant, list(streams))):
        by_stream[stream].append(event_of(name, version, bytes(payload)))
    return by_stream


def _verdicts(scope: Scope, claims: Collection[UUID]) -> dict[UUID, Verdict]:
    sql = """
        select distinct on (claim) claim, body from store_verdict
        where tenant = %s and claim = any(%s) order by claim, seq desc
    """
    rows = query(scope, sql, (scope.tenant, list(claims)))
    return {claim: canonical_json.decode_as(Verdict, bytes(body)) for claim, body in rows}


def _own(kinds: Kinds, scope: Scope, documents: Collection[UUID]) -> dict[UUID, Document]:
    sql = "select id, kind, body from store_document where tenant = %s and id = any(%s)"
    rows = query(scope, sql, (scope.tenant, list(documents)))
    return {id_: canonical_json.decode(kinds, kind, bytes(body)) for id_, kind, body in rows}


def _evidence(kinds: Kinds, scope: Scope, keys: Collection[str]) -> dict[str, Document]:
    names = sorted({key.rpartition("@")[0] or key for key in keys})
    sql = """
        select key, version, kind, body from store_document where tenant = %s and key = any(%s) and kind = any(%s)
    """
    rows = query(scope, sql, (scope.tenant, names, _EVIDENCE))
    return {f"{key}@{version}": canonical_json.decode(kinds, kind, bytes(body)) for key, version, kind, body in rows}
