"""Claims for measures: their events and documents, read in batches and folded into facts. Nothing is read from status columns."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Final, cast, get_args
from uuid import UUID

from django.db.models import Max, Q, QuerySet

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
from tieout.store import verdicts
from tieout.store.link import query, scoped
from tieout.store.models import Claim, Event
from tieout.store.packing import unpacked
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


Version = tuple[int, int, tuple[tuple[UUID, int], ...]]
"""How far a claim has come: its last event, its last verdict, and of each of its cases that are seen the last event."""


@dataclass(slots=True)
class Facts:
    """Facts that were read before, the last used at the end, up to `limit` of them: of claims that are as they were, none is read again."""

    limit: int
    _facts: OrderedDict[tuple[str, UUID], tuple[Version, ClaimFact | None]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def of(self, tenant: str, claim: UUID, version: Version) -> tuple[ClaimFact | None] | None:
        """The fact of a claim, which may be none; None where it is to be read."""
        with self._lock:
            kept = self._facts.get((tenant, claim))
            if kept is None or kept[0] != version:
                return None
            self._facts.move_to_end((tenant, claim))
            return (kept[1],)

    def keep(self, tenant: str, claim: UUID, version: Version, fact: ClaimFact | None) -> None:
        """Keep what was read."""
        with self._lock:
            self._facts[tenant, claim] = version, fact
            self._facts.move_to_end((tenant, claim))
            while len(self._facts) > self.limit:
                self._facts.popitem(last=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    id: UUID
    kind: str
    document: UUID
    seq: int
    verdict_seq: int


@scoped
def measured(
    scope: Scope,
    *,
    since: datetime,
    kinds: Kinds,
    processes: Mapping[str, str],
    codes: Mapping[str, Code],
    kept: Facts | None = None,
) -> Measured:
    """The claims of all processes as facts, the latest `CLAIMS_MAX` of them; those that are `kept` as they are now are not read again."""
    facts_kept = kept or Facts(limit=CLAIMS_MAX)
    claims = _claims(scope, since).order_by("-received_at", "id")
    names = ("id", "kind", "document", "seq", "verdict_seq")
    rows = [_Row(**dict(zip(names, row, strict=True))) for row in claims.values_list(*names)[: CLAIMS_MAX + 1]]
    facts = [
        fact
        for k in range(0, min(len(rows), CLAIMS_MAX), _BATCH)
        for fact in _batch(scope, rows[k : min(k + _BATCH, CLAIMS_MAX)], processes, codes, kinds=kinds, kept=facts_kept)
    ]
    return Measured(claims=tuple(facts), since=since, cut=len(rows) > CLAIMS_MAX)


@scoped
def how_many(scope: Scope, *, since: datetime, limit: int) -> int:
    """How many claims a report measures, counted up to `limit`."""
    recent = seen.claims(scope).filter(received_at__gte=since).values("id")[:limit].count()
    return recent if recent >= limit else _claims(scope, since).values("id")[:limit].count()


def _claims(scope: Scope, since: datetime) -> QuerySet[Claim]:
    """The claims received since then, and older ones with an open case."""
    still_open = seen.cases(scope).filter(closed_at__isnull=True).values("claim")
    return seen.claims(scope).filter(Q(received_at__gte=since) | Q(id__in=still_open))


@scoped
def last_position(scope: Scope) -> int:
    """The position of the tenant's last event: while it is the same, so are all figures."""
    return int(Event.objects.filter(tenant=scope.tenant).aggregate(last=Max("position"))["last"] or 0)


def _batch(
    scope: Scope,
    rows: Sequence[_Row],
    processes: Mapping[str, str],
    codes: Mapping[str, Code],
    *,
    kinds: Kinds,
    kept: Facts,
) -> Iterator[ClaimFact]:
    """The facts of these claims, in their order."""
    cases: dict[UUID, list[tuple[UUID, int]]] = defaultdict(list)
    of_claims = seen.cases(scope).filter(claim__in=[row.id for row in rows]).order_by("opened_at", "id")
    for case, claim, seq in of_claims.values_list("id", "claim", "seq"):
        cases[claim].append((case, seq))
    versions = {row.id: (row.seq, row.verdict_seq, tuple(cases[row.id])) for row in rows}
    facts = {row.id: kept.of(scope.tenant, row.id, versions[row.id]) for row in rows}
    new = [row for row in rows if facts[row.id] is None]
    ids = {id_: [case for case, _ in of_claim] for id_, of_claim in cases.items()}
    read = dict(_read(scope, new, ids, processes, codes, kinds=kinds)) if new else {}
    for row in new:
        fact = read.get(row.id)
        kept.keep(scope.tenant, row.id, versions[row.id], fact)
        facts[row.id] = (fact,)
    for row in rows:
        (fact,) = facts[row.id] or (None,)
        if fact is not None:
            yield fact


def _read(
    scope: Scope,
    rows: Sequence[_Row],
    cases: Mapping[UUID, Sequence[UUID]],
    processes: Mapping[str, str],
    codes: Mapping[str, Code],
    *,
    kinds: Kinds,
) -> Iterator[tuple[UUID, ClaimFact]]:
    ids = [row.id for row in rows]
    events = _events(scope, [*ids, *(case for id_ in ids for case in cases.get(id_, ()))])
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
            for case in cases.get(row.id, ())
        )  # fmt: skip
        facts = [fact for fact in derived if fact is not None]
        yield row.id, claim_fact(str(row.id), happened, of, facts, verdict.findings if verdict else ())


def _of_case(events: Sequence[object]) -> list[CaseEvent]:
    return cast("list[CaseEvent]", [event for event in events if type(event).__name__ in CASE_EVENTS])


def _events(scope: Scope, streams: Collection[UUID]) -> dict[UUID, list[object]]:
    sql = """
        select stream, seq, type, version, payload from store_event
        where tenant = %s and stream = any((select %s)::uuid[]) order by stream, seq
    """
    by_stream: dict[UUID, list[object]] = defaultdict(list)
    for stream, seq, name, version, payload in query(scope, sql, (scope.tenant, list(streams))):
        by_stream[stream].append(event_of(name, version, unpacked(payload, "store_event", "payload", seq, stream)))
    return by_stream


def _verdicts(scope: Scope, claims: Collection[UUID]) -> dict[UUID, Verdict]:
    return {
        claim: canonical_json.decode_as(Verdict, body) for claim, body in verdicts.last_bodies(scope, claims).items()
    }


def _own(kinds: Kinds, scope: Scope, documents: Collection[UUID]) -> dict[UUID, Document]:
    sql = "select id, kind, body from store_document where tenant = %s and id = any((select %s)::uuid[]) and erased_at is null"
    rows = query(scope, sql, (scope.tenant, list(documents)))
    return {
        id_: canonical_json.decode(kinds, kind, unpacked(body, "store_document", "body", id_))
        for id_, kind, body in rows
    }


def _evidence(kinds: Kinds, scope: Scope, keys: Collection[str]) -> dict[str, Document]:
    names = sorted({key.rpartition("@")[0] or key for key in keys})
    sql = """
        select key, version, kind, body, id from store_document
        where tenant = %s and key = any(%s) and kind = any(%s) and erased_at is null
    """
    rows = query(scope, sql, (scope.tenant, names, _EVIDENCE))
    return {
        f"{key}@{version}": canonical_json.decode(kinds, kind, unpacked(body, "store_document", "body", id_))
        for key, version, kind, body, id_ in rows
    }
