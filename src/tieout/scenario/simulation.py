"""A scenario's run: the kernel with documents in memory, a scripted target and a clock that moves only by command.

The engine's tables are dictionaries here; the same functions decide (`core.documents.versions`, `core.tie_out.news`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from tieout.core.access.authority import actors_of
from tieout.core.access.duties import makers_of
from tieout.core.access.queues import queues_of
from tieout.core.access.role import ROLES, acting
from tieout.core.case.apply_verdict import apply_verdict, due, obey, outcome, supersede
from tieout.core.case.claim_change import ClaimChange
from tieout.core.case.commands import Circumstances, Command
from tieout.core.case.routing import FALLBACK_QUEUE
from tieout.core.claim.events import ClaimReceived
from tieout.core.claim.evolve import receive
from tieout.core.documents.kernel_kinds import kinds_of
from tieout.core.documents.kind import Document
from tieout.core.documents.remark import Remark
from tieout.core.documents.versions import Name, kept_as, outranks
from tieout.core.findings.catalogue import catalogue_of
from tieout.core.policy.policy import PolicySet
from tieout.core.tie_out.correspondence import Correspondence
from tieout.core.tie_out.dossier import Dossier, RecordedDocument
from tieout.core.tie_out.evidence_index import EvidenceIndex, Standing
from tieout.core.tie_out.key import freed_keys, is_news, is_watched, makes_room, moved_keys
from tieout.core.tie_out.news import News, keys_of_claim, keys_of_ledgers, news_of, used_up
from tieout.core.tie_out.pack import Pack
from tieout.core.tie_out.verdict import Allocation
from tieout.core.values.clock import Hours
from tieout.core.values.errors import Refused
from tieout.core.values.ids import derive
from tieout.core.values.key import Key
from tieout.core.values.scope import Scope
from tieout.scenario.filed import Filed, bare, sha_of
from tieout.scenario.kept import Kept
from tieout.scenario.letters import of_company, other_side
from tieout.scenario.target import ActionJob, ScriptedTarget, act
from tieout.trade.intake import PACK as INTAKE

TENANT: Final = "scenario"
ONLY: Final = "scenario"
"""The source system of documents for which a scenario names none, and of our own."""
ROUNDS_MAX: Final = 60


class Restless(AssertionError):
    """Claims change each other endlessly, or something stays due."""


class Simulation:
    """Everything happens by `receive`, `command` and `advance`; after each, nothing that is due is left undone."""

    def __init__(self, packs: Sequence[Pack], policies: PolicySet, *, at: datetime) -> None:
        self.policies, self.at = policies, at
        packs = tuple({pack.name: pack for pack in (*packs, INTAKE)}.values())
        self.packs = {kind: pack for pack in packs for kind in pack.claims}
        self.queues = frozenset(queue for pack in packs for queue in pack.queues)
        self.roles = {role.id: role for role in (*ROLES, *(role for pack in packs for role in pack.roles))}
        self.kinds = kinds_of(pack.documents for pack in packs)
        self.catalogue = catalogue_of(packs)
        self.index = EvidenceIndex(self.kinds)
        self.claims: dict[str, Filed] = {}
        self.jobs: dict[UUID, ActionJob] = {}
        self.target = ScriptedTarget()
        self.partner = ScriptedTarget(queue="delivery")
        self.people: dict[str, Scope] = {}
        self._makers: dict[str, frozenset[str]] = {}
        self._versions: dict[str, list[Kept]] = {}
        self._dirty: set[str] = set()
        self._ours: set[str] = set()

    def receive(self, document: Document, *, version: str = "1", source: str = ONLY, last: bool = True) -> None:
        """A document arrives from a source system; not the `last`: others come with it. One received already changes nothing."""
        key = f"{source}/{document.kind}/{self.name_of(document, version=version, source=source)}"
        name = Name(key=key, version=version, stated=True)
        self._record(name, document, remarks=self.kinds.of(document).remarks(document))
        if last:
            self.run_until_stable()

    def name_of(self, document: Document, *, version: str = "1", source: str = ONLY) -> str:
        """A document's name within its kind: its number, with its company where another company's document has the number already.

        A later version of the other company's document is its successor: contracts and customers move between companies.
        """
        number, company = document.number, getattr(document, "entity", "")
        own = f"{number} of {company}"
        if self.index.last(f"{source}/{document.kind}/{own}") is not None:
            return own
        last = self.index.last(f"{source}/{document.kind}/{number}")
        others = last is not None and last.book and company and last.book != company
        return own if version == "1" and others else number

    def command(self, claim: str, cause: str, command: Command, by: Scope) -> None:
        """A person gives a command on the case of a cause. Raises `Refused`."""
        filed = self.claims[claim]
        case_id = next((key for key, case in filed.cases.items() if case.cause == cause), "")
        assert case_id, f"no case of cause {cause!r}; there are {sorted(case.cause for case in filed.cases.values())}"
        self._apply(
            claim,
            obey(
                filed.state,
                filed.cases,
                UUID(case_id),
                command,
                catalogue=self.catalogue,
                at=self.at,
                by=replace(by, grants=tuple(acting(by.grants, self.roles))),
                document=filed.recorded.document,
                actions=self.packs[filed.recorded.document.kind].actions,
                given=self._circumstances(claim, filed),
                begun=self._begun(claim),
            ),
        )
        self.run_until_stable()

    def _circumstances(self, claim: str, filed: Filed) -> Circumstances:
        """Who made the claim and the evidence of its verdict, in any version; all queues and people."""
        verdict = filed.last.verdict if filed.last else None
        cited = {claim, *(key.rpartition("@")[0] for key, _ in verdict.inputs)} if verdict else {claim}
        codes = tuple(self.catalogue.codes.values())
        own = {finding.queue for case in filed.cases.values() for finding in case.findings}
        return Circumstances(
            makers=frozenset(name for source in cited for name in self._makers.get(source, ())),
            queues=queues_of(codes, self.policies) | own | self.queues | {FALLBACK_QUEUE},
            people=actors_of(self.people.values()),
            hours=verdict.hours if verdict else Hours(),
            other_side=self._other_side(filed)(),
            watched=filed.recorded.document.kind in self.packs[filed.recorded.document.kind].watched_kinds,
        )

    def _other_side(
        self, filed: Filed, evidence: Iterable[RecordedDocument[Document]] | None = None
    ) -> Callable[[], Correspondence]:
        """Whom letters of a claim go to: by the master records of the evidence at hand, else of its last verdict, in force now."""
        document = filed.recorded.document
        documents = self._cited(filed) if evidence is None else [one.document for one in evidence]
        masters = [one for one in documents if self.kinds[one.kind].role == "master"]
        return lambda: other_side(self.packs[document.kind].actions, document, masters, company=filed.state.entity)

    def _cited(self, filed: Filed) -> list[Document]:
        keys = sorted({key.rpartition("@")[0] for key, _ in filed.last.verdict.inputs}) if filed.last else []
        in_force = [kept.document for key in keys for kept in self._versions.get(key, ()) if kept.in_force]
        return of_company(in_force, filed.state.entity)

    def advance(self, to: datetime) -> None:
        """Lets time pass: every timer and action that falls due in between is processed at its time."""
        while True:
            moments = [filed.due_at for filed in self.claims.values() if filed.due_at is not None]
            moments += [job.due_at for job in self.jobs.values() if job.due_at is not None]
            coming = min((moment for moment in moments if moment <= to), default=None)
            if coming is None:
                break
            self.at = max(self.at, coming)
            self.run_until_stable()
        self.at = to

    def run_until_stable(self) -> None:
        """Does everything that is due now: timers, tie-outs until no claim is dirty, then actions, until nothing is due."""
        for _ in range(ROUNDS_MAX):
            timers = [key for key, one in self.claims.items() if self._is_due(one.due_at) and key not in self._dirty]
            for key in sorted(timers):
                self._timer(key)
            tied_out = self._tie_out_all()
            jobs = [one for one in self.jobs.values() if self._is_due(one.due_at)]
            for job in sorted(jobs, key=lambda one: str(one.action.id)):
                self._perform(job)
            if not timers and not tied_out and not jobs:
                return
        raise Restless(f"something stays due at {self.at}")

    def _is_due(self, moment: datetime | None) -> bool:
        return moment is not None and moment <= self.at

    def _record(self, name: Name, document: Document, *, remarks: tuple[Remark, ...] = ()) -> None:
        """A document is kept under its name, or under a name of its own; claims that it concerns are tied out again."""
        sha256, claim = sha_of(document), document.kind in self.packs
        lasting = claim and document.kind not in self.packs[document.kind].watched_kinds
        versions = self._versions.get(name.key, [])
        name = kept_as(name, sha256, versions, lasting=lasting, gives_way=self._giving_way(name))
        versions = self._versions.setdefault(name.key, [])
        if any(old.version == name.version for old in versions):
            return
        self._makers[name.key] = self._makers.get(name.key, frozenset()) | makers_of(document)
        in_force = next((old for old in versions if old.in_force), None)
        late = in_force is not None and not outranks(name, in_force.version)
        kept = Kept(version=name.version, kind=document.kind, sha256=sha256, document=document, in_force=not late)
        versions[:] = [*(versions if late else [replace(old, in_force=False) for old in versions]), kept]
        recorded = RecordedDocument(key=name.source_key, sha256=sha256, recorded_at=self.at, document=document)
        if late:
            assert in_force is not None
            if claim:
                self._file(f"{name.key}@{name.version}", recorded, remarks)
                self._supersede(f"{name.key}@{name.version}", f"{name.key}@{in_force.version}")
            return
        if in_force is not None:
            self._notify(bare(self.kinds.published(in_force.document)), but="")
            if claim:
                self._supersede(name.key, name.source_key)
                self.claims[f"{name.key}@{in_force.version}"] = self.claims.pop(name.key)
        self.index.put(recorded)
        self._notify(filter(is_news, bare(self.kinds.published(document))), but=name.key if claim else "")
        if claim:
            self._file(name.key, recorded, remarks)

    def _giving_way(self, name: Name) -> Callable[[Kept], bool]:
        def gives_way(_: Kept) -> bool:
            filed = self.claims[name.key]
            try:
                supersede(filed.state, filed.cases, name.source_key, at=self.at, begun=self._begun(name.key))
            except Refused:
                return False
            return True

        return gives_way

    def _file(self, source: str, recorded: RecordedDocument[Document], remarks: tuple[Remark, ...]) -> None:
        document = recorded.document
        event = ClaimReceived(
            at=self.at,
            actor="system",
            claim_id=derive("claim", TENANT, recorded.key),
            tenant=TENANT,
            key=recorded.key,
            kind=document.kind,
            number=document.number,
            entity=getattr(document, "entity", ""),
            counterparty=self.kinds.of(document).counterparty(document).name,
        )
        self.claims[source] = Filed(recorded=recorded, state=receive(event), remarks=remarks, events=[event])
        self._stands(self.claims[source])
        self._dirty.add(source)

    def _supersede(self, source: str, successor: str) -> None:
        filed = self.claims[source]
        self._apply(source, supersede(filed.state, filed.cases, successor, at=self.at, begun=self._begun(source)))
        self._dirty.discard(source)

    def _notify(self, keys: Iterable[str], *, but: str) -> None:
        """Claims that looked up any of these keys are tied out again, except `but`, the claim that changed itself ("": none)."""
        changed = set(keys)
        if changed:
            self._dirty |= {
                source
                for source, filed in self.claims.items()
                if source != but and not changed.isdisjoint(filed.looked_up)
            }

    def _tie_out_all(self) -> bool:
        """Ties out dirty claims, batch by batch, in order of arrival; returns whether there were any."""
        for rounds in range(ROUNDS_MAX):
            batch, self._dirty = self._dirty, set()
            if not batch:
                return rounds > 0
            alive = [source for source in batch if not self.claims[source].state.over]
            proposed: dict[str, Document] = {}
            for source in sorted(alive, key=self._turn):
                proposed |= {f"{one.kind}/{self.name_of(one)}": one for one in self._judge(source, self.claims[source])}
            for name in sorted(proposed):
                self._propose(f"{ONLY}/{name}", proposed[name])
        raise Restless(f"claims stay dirty at {self.at}: {sorted(self._dirty)}")

    def _turn(self, source: str) -> tuple[datetime, bool, str]:
        """In order of arrival; of claims received at one moment, our own documents come last, as by the engine's names."""
        filed = self.claims[source]
        return filed.state.received_at, filed.recorded.key.rpartition("@")[0] in self._ours, filed.recorded.key

    def _judge(self, source: str, filed: Filed) -> tuple[Document, ...]:
        """Ties out one claim; returns the documents that follow from its verdict."""
        pack = self.packs[filed.recorded.document.kind]
        dossier = self._dossier(pack, filed)
        filed.last = result = pack.tie_out(dossier, self.policies)
        filed.looked_up = frozenset(key.bare for key in dossier.looked_up)
        change = apply_verdict(
            filed.state,
            filed.cases,
            filed.recorded.document,
            result.verdict,
            sha_of(result.verdict),
            at=self.at,
            actions=pack.actions,
            begun=self._begun(source),
            follows=result.follows,
            catalogue=self.catalogue,
            other_side=self._other_side(filed, dossier.evidence),
        )
        self._apply(source, change, allocated=result.verdict.allocations)
        return result.proposed

    def _dossier(self, pack: Pack, filed: Filed) -> Dossier:
        dossier = self.index.gather(
            pack,
            filed.recorded,
            received_at=filed.state.received_at,
            at=self.at,
            tenant=TENANT,
            entity=filed.state.entity,
            remarks=filed.remarks,
            posted=filed.state.posted_lines,
            posted_at=filed.state.posted_at,
            resent_at=filed.state.resent_at,
        )
        ledgers = {ledger.bare for ledger in pack.ledgers(dossier)}
        used = [allocation for allocation in dossier.allocated if allocation.ledger.bare in ledgers]
        return replace(dossier, allocated=tuple(sorted(used, key=lambda allocation: allocation.ledger.bare)))

    def _propose(self, key: str, document: Document) -> None:
        """A document of ours that a verdict proposed is recorded, unless the one that it would replace is posted already."""
        versions = self._versions.get(key, ())
        in_force = [old for old in versions if old.in_force]
        if any(old.document == document for old in in_force):
            return
        name = Name(key=key, version=str(1 + max((int(old.version) for old in versions), default=0)), stated=True)
        lasting = document.kind in self.packs and document.kind not in self.packs[document.kind].watched_kinds
        if not lasting or all(map(self._giving_way(name), in_force)):
            self._ours.add(key)
            self._record(name, document)

    def _timer(self, source: str) -> None:
        filed = self.claims[source]
        filed.due_at = None
        hours = filed.last.verdict.hours if filed.last else Hours()
        self._apply(source, due(filed.state, filed.cases, at=self.at, hours=hours))

    def _begun(self, source: str) -> frozenset[UUID]:
        states = {"begun", "unknown", "done"}
        return frozenset(key for key, one in self.jobs.items() if one.claim == source and one.state in states)

    def _perform(self, job: ActionJob) -> None:
        filed = self.claims[job.claim]
        target = self.partner if job.action.kind == "deliver" else self.target
        answer = target.find([job.action])[0]
        if answer is None:
            job.state = "begun"
            answer = target.perform([job.action])[0]
        job.answered(answer, self.at)
        change = outcome(
            filed.state,
            filed.cases,
            job.action,
            answer,
            at=self.at,
            document=filed.recorded.document,
            actions=self.packs[filed.recorded.document.kind].actions,
            hours=filed.last.verdict.hours if filed.last else Hours(),
            catalogue=self.catalogue,
            other_side=self._other_side(filed),
        )
        self._apply(job.claim, change)

    def _apply(self, source: str, applied: ClaimChange, *, allocated: tuple[Allocation, ...] | None = None) -> None:
        """A claim changes, and the claims that this concerns are tied out again. `allocated`: the allocations of a new verdict."""
        filed = self.claims[source]
        was, had = filed.state.status, filed.used
        filed.state, filed.due_at = applied.claim, applied.due_at
        filed.used = used_up(
            had if allocated is None else allocated, state=filed.state.status, posted=bool(filed.state.posted)
        )
        filed.events += applied.claim_events
        for change in applied.cases:
            filed.cases[str(change.case.id)] = change.case
            filed.events += change.events
        act(self.jobs, source, applied, at=self.at)
        self._stands(filed)
        for release in applied.documents:
            key = f"scenario/release/{release.number}"
            number = 1 + len(self._versions.get(key, ()))
            self._record(Name(key=key, version=str(number), stated=True), release)
        if applied.tie_out:
            self._dirty.add(source)
        news = news_of(
            had,
            filed.used,
            was=was,
            now=filed.state.status,
            is_watched=is_watched,
            takes_back=self.kinds.of(filed.recorded.document).takes_back,
        )
        if news:
            self._notify(self._keys(filed, news), but=source)

    def _stands(self, filed: Filed) -> None:
        """Other claims see the version that is in force, with its present status."""
        key = filed.recorded.key
        if self.index.last(key.rpartition("@")[0]) is filed.recorded:
            status = filed.state.status
            standing = Standing(state=status, allocations=filed.used, by_verdict=filed.state.rejected_by_verdict)
            self.index.judged(key, standing)

    def _keys(self, filed: Filed, news: News[Key]) -> frozenset[str]:
        keys = self.kinds.published(filed.recorded.document)
        changed = keys_of_claim(news, keys, makes_room=makes_room, is_shared=lambda _: True)
        return keys_of_ledgers(news, freed=freed_keys, moved=moved_keys).union(bare(changed))
