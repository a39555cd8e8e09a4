"""The world of a scenario: the kernel with papers in memory, a scripted target and a clock that only moves when told to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from tieout.core.access.authority import actors_of
from tieout.core.access.duties import makers_of
from tieout.core.access.queues import queues_of
from tieout.core.case.commands import Circumstances, Command
from tieout.core.case.routing import FALLBACK_QUEUE
from tieout.core.case.settle import due, obey, outcome, settle, supersede
from tieout.core.case.settlement import Settlement
from tieout.core.case.state import Case
from tieout.core.claim.events import ClaimReceived
from tieout.core.claim.evolve import receive
from tieout.core.claim.state import ClaimState
from tieout.core.documents.acceptance import Release
from tieout.core.documents.kernel_kinds import kinds_of
from tieout.core.documents.kind import Document
from tieout.core.documents.remark import Remark
from tieout.core.findings.catalogue import catalogue_of
from tieout.core.outbox.action import Action, Unknown
from tieout.core.policy.policy import PolicySet
from tieout.core.tie_out.dossier import Paper
from tieout.core.tie_out.evidence_index import Shelf, Standing
from tieout.core.tie_out.key import is_watched
from tieout.core.tie_out.pack import Pack, TieOut
from tieout.core.tie_out.verdict import Verdict
from tieout.core.values.clock import Hours
from tieout.core.values.errors import Refused
from tieout.core.values.event import Event
from tieout.core.values.ids import derive
from tieout.core.values.scope import Scope
from tieout.scenario.target import ScriptedTarget
from tieout.trade.intake import PACK as INTAKE
from tieout.trade.selling_keys import billed_key
from tieout.trade.taxonomy import ROWS

TENANT: Final = "scenario"
RETRY: Final = timedelta(minutes=5)
ROUNDS_MAX: Final = 20


@dataclass(slots=True, kw_only=True)
class Filed:
    """A claim in the world: its paper, its state, its cases by id, and its last tie-out."""

    paper: Paper[Document]
    state: ClaimState
    remarks: tuple[Remark, ...] = ()
    cases: dict[str, Case] = field(default_factory=dict)
    last: TieOut | None = None
    looked_up: frozenset[str] = frozenset()
    due_at: datetime | None = None
    events: list[Event] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Errand:
    """An action and when it is to be tried; None: not any more. `begun`: tried, and nobody knows how that ended."""

    action: Action
    claim: str
    due_at: datetime | None
    begun: bool = False
    withdrawn: bool = False


class World:
    """All of it moves only by `receive`, `command` and `advance`; each leaves nothing due undone."""

    def __init__(self, packs: Sequence[Pack], policies: PolicySet, *, at: datetime) -> None:
        self.policies, self.at = policies, at
        packs = tuple({pack.name: pack for pack in (*packs, INTAKE)}.values())
        self.packs = {kind: pack for pack in packs for kind in pack.claims}
        self.kinds = kinds_of(pack.documents for pack in packs)
        self.catalogue = catalogue_of(packs)
        self.shelf = Shelf(self.kinds)
        self.claims: dict[str, Filed] = {}
        self.errands: dict[UUID, Errand] = {}
        self.target = ScriptedTarget()
        self.partner = ScriptedTarget(lane="delivery")
        self.people: dict[str, Scope] = {}
        self._releases: dict[str, int] = {}
        self._makers: dict[str, frozenset[str]] = {}
        self._proposed: dict[str, Document] = {}

    def receive(self, document: Document, *, version: str = "1") -> None:
        """A paper comes. One that is there already changes nothing."""
        remarks = self.kinds.of(document).remarks(document)
        source = f"scenario/{document.kind}/{self.name_of(document, version=version)}"
        paper = Paper(key=f"{source}@{version}", sha256=_sha(document), recorded_at=self.at, document=document)
        if not self.shelf.add(paper):
            return
        self._makers[source] = self._makers.get(source, frozenset()) | makers_of(document)
        if document.kind in self.packs:
            self._file(source, paper, remarks)
        own = {source} if document.kind in self.packs else set()
        self._tie_out(self._concerned(key.bare for key in self.kinds.published(document)) | own)
        self._take_proposals()
        self.settle_down()

    def name_of(self, document: Document, *, version: str = "1") -> str:
        """What a paper goes by within its kind: its number, with its company where another's paper has the number already.

        A later version of the other company's paper is its successor: contracts and customers move.
        """
        number, company = document.number, getattr(document, "entity", "")
        own = f"{number} of {company}"
        if self.shelf.last(f"scenario/{document.kind}/{own}") is not None:
            return own
        last = self.shelf.last(f"scenario/{document.kind}/{number}")
        others = last is not None and last.book and company and last.book != company
        return own if version == "1" and others else number

    def command(self, claim: str, cause: str, command: Command, by: Scope) -> None:
        """A person asks for something on the case of a cause. Raises `Refused`."""
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
                by=by,
                document=filed.paper.document,
                actions=self.packs[filed.paper.document.kind].actions,
                given=self._circumstances(claim, filed),
            ),
        )
        self.settle_down()

    def _circumstances(self, claim: str, filed: Filed) -> Circumstances:
        """Who made the claim and what its verdict cites, in any version; the queues and people that there are."""
        verdict = filed.last.verdict if filed.last else None
        cited = {claim, *(key.rpartition("@")[0] for key, _ in verdict.inputs)} if verdict else {claim}
        codes = (*ROWS, *(code for pack in self.packs.values() for code in pack.codes))
        own = {finding.queue for case in filed.cases.values() for finding in case.findings}
        return Circumstances(
            makers=frozenset(name for source in cited for name in self._makers.get(source, ())),
            queues=queues_of(codes, self.policies) | own | {FALLBACK_QUEUE},
            people=actors_of(self.people.values()),
            hours=verdict.hours if verdict else Hours(),
        )

    def advance(self, to: datetime) -> None:
        """Lets time pass: every timer and every due action in between has its moment."""
        while True:
            moments = [filed.due_at for filed in self.claims.values() if filed.due_at is not None]
            moments += [errand.due_at for errand in self.errands.values() if errand.due_at is not None]
            coming = min((moment for moment in moments if moment <= to), default=None)
            if coming is None:
                break
            self.at = max(self.at, coming)
            self.settle_down()
        self.at = to

    def settle_down(self) -> None:
        """Does everything that is due now, until nothing is."""
        for _ in range(ROUNDS_MAX):
            timers = [key for key, filed in self.claims.items() if filed.due_at is not None and filed.due_at <= self.at]
            errands = [each for each in self.errands.values() if each.due_at is not None and each.due_at <= self.at]
            if not timers and not errands and not self._proposed:
                return
            for key in sorted(timers):
                self._timer(key)
            for errand in sorted(errands, key=lambda each: str(each.action.id)):
                self._perform(errand)
            self._take_proposals()
        raise AssertionError(f"something is due for ever at {self.at}")

    def _file(self, source: str, paper: Paper[Document], remarks: tuple[Remark, ...]) -> None:
        known = self.claims.get(source)
        if known is not None:
            gone = supersede(known.state, known.cases, paper.key, at=self.at, begun=self._begun(source))
            self._apply(source, gone)
            self.claims[f"{source}@{known.paper.key.rpartition('@')[2]}"] = self.claims.pop(source)
        number = getattr(paper.document, "number", "")
        event = ClaimReceived(
            at=self.at,
            actor="system",
            claim_id=derive("claim", TENANT, paper.key),
            tenant=TENANT,
            key=paper.key,
            kind=paper.document.kind,
            number=number,
            entity=getattr(paper.document, "entity", ""),
            supplier=self.kinds.of(paper.document).counterparty(paper.document).name,
        )
        self.claims[source] = Filed(paper=paper, state=receive(event), remarks=remarks, events=[event])

    def _concerned(self, keys: Iterable[str]) -> set[str]:
        """The claims that a paper under any of these keys concerns: those that looked one of them up."""
        wanted = set(keys)
        return {source for source, filed in self.claims.items() if wanted & filed.looked_up}

    def _tie_out(self, sources: Iterable[str]) -> None:
        for source in sorted(sources, key=lambda each: (self.claims[each].state.received_at, each)):
            filed = self.claims[source]
            if not filed.state.over:
                self._judge(source, filed)

    def _judge(self, source: str, filed: Filed) -> None:
        pack = self.packs[filed.paper.document.kind]
        dossier = self.shelf.gather(
            pack,
            filed.paper,
            received_at=filed.state.received_at,
            at=self.at,
            tenant=TENANT,
            remarks=filed.remarks,
            posted=filed.state.posted_lines,
            posted_at=filed.state.posted_at,
            resent_at=filed.state.resent_at,
        )
        before = filed.last
        filed.last = pack.tie_out(dossier, self.policies)
        self._proposed |= {f"{paper.kind}/{self.name_of(paper)}": paper for paper in filed.last.proposed}
        filed.looked_up = frozenset(key.bare for key in dossier.looked_up)
        self._apply(
            source,
            settle(
                filed.state,
                filed.cases,
                filed.paper.document,
                filed.last.verdict,
                _sha(filed.last.verdict),
                at=self.at,
                actions=pack.actions,
                begun=self._begun(source),
                follows=filed.last.follows,
                catalogue=self.catalogue,
            ),
        )
        freed = _freed(before.verdict if before else None, filed.last.verdict)
        told = freed | _moved(before.verdict if before else None, filed.last.verdict)
        if told:
            self._tie_out(self._concerned(told) - {source})

    def _take_proposals(self) -> None:
        """Papers of ours that verdicts proposed come in like any other, unless what they would replace is posted already."""
        while self._proposed:
            name = min(self._proposed)
            paper = self._proposed.pop(name)
            source = f"scenario/{name}"
            known = self.shelf.last(source)
            if known is not None and known.document == paper:
                continue
            filed = self.claims.get(source)
            if filed is not None and not self._gives_way(source, filed):
                continue
            self.receive(paper, version=str(1 + int(known.key.rpartition("@")[2]) if known else 1))

    def _gives_way(self, source: str, filed: Filed) -> bool:
        try:
            supersede(filed.state, filed.cases, "", at=self.at, begun=self._begun(source))
        except Refused:
            return False
        return True

    def _timer(self, source: str) -> None:
        filed = self.claims[source]
        filed.due_at = None
        hours = filed.last.verdict.hours if filed.last else Hours()
        self._apply(source, due(filed.state, filed.cases, at=self.at, hours=hours))

    def _begun(self, source: str) -> frozenset[UUID]:
        return frozenset(key for key, errand in self.errands.items() if errand.claim == source and errand.begun)

    def _perform(self, errand: Errand) -> None:
        filed = self.claims[errand.claim]
        target = self.partner if errand.action.kind == "deliver" else self.target
        ended = target.find([errand.action])[0]
        if ended is None:
            ended = target.perform([errand.action])[0]
            errand.begun = isinstance(ended, Unknown)
        open_still = isinstance(ended, Unknown) and not ended.ambiguous
        errand.due_at = self.at + RETRY if open_still else None
        errand.begun = errand.begun and open_still
        document = filed.paper.document
        actions = self.packs[document.kind].actions
        self._apply(
            errand.claim,
            outcome(
                filed.state,
                filed.cases,
                errand.action,
                ended,
                at=self.at,
                actions=actions,
                document=document,
                catalogue=self.catalogue,
            ),
        )

    def _apply(self, source: str, settled: Settlement) -> None:
        filed = self.claims[source]
        was = filed.state.status
        filed.state = settled.claim
        filed.events += settled.claim_events
        for change in settled.cases:
            filed.cases[str(change.case.id)] = change.case
            filed.events += change.events
        for action_id in settled.withdrawn:
            self.errands[action_id].due_at = None
            self.errands[action_id].withdrawn = True
        for action in settled.actions:
            known = self.errands.get(action.id)
            if known is None or known.withdrawn or (known.due_at is None and action.id not in self.target.booked):
                self.errands[action.id] = Errand(action=action, claim=source, due_at=max(action.due_at, self.at))
        filed.due_at = settled.due_at
        allocations = filed.last.verdict.allocations if filed.last and not filed.state.over else ()
        self.shelf.judged(filed.paper.key, Standing(state=filed.state.status, allocations=allocations))
        for release in settled.documents:
            self._shelve(release)
        if settled.tie_out:
            self._tie_out({source})
        if filed.state.over and was != filed.state.status:
            self._tie_out(self._concerned(key.bare for key in self.kinds.published(filed.paper.document)) - {source})

    def _shelve(self, release: Release) -> None:
        self._releases[release.number] = self._releases.get(release.number, 0) + 1
        key = f"scenario/release/{release.number}@{self._releases[release.number]}"
        self.shelf.add(Paper(key=key, sha256=_sha(release), recorded_at=self.at, document=release))


def _freed(before: Verdict | None, now: Verdict) -> set[str]:
    """The orders of which a claim uses up less than before, or gives back: others may use that now."""
    if before is None:
        return {each.ledger.bare for each in now.allocations if each.quantity < 0 or each.net.minor < 0}
    left = {(each.claim_line, each.ledger, each.line): (each.quantity, each.net.minor) for each in now.allocations}
    return {
        each.ledger.bare
        for each in before.allocations
        if left.get((each.claim_line, each.ledger, each.line), (0, 0)) < (each.quantity, each.net.minor)
    }


def _moved(before: Verdict | None, now: Verdict) -> set[str]:
    """What is told to those who watch a ledger: that a claim uses more or less of it than before."""
    known = set(before.allocations) if before else set()
    return {billed_key(each.ledger).bare for each in known ^ set(now.allocations) if is_watched(each.ledger)}


def _sha(value: object) -> str:
    """A name for a value in memory: the hash of how Python shows it, which for our values is complete."""
    return hashlib.sha256(repr(value).encode()).hexdigest()
