"""Scenarios over the real engine and a real database: the same text runs here that runs in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from tieout import app
from tieout.cli.open_sources import ANYTHING, OpenSources
from tieout.core.audit.signing import SecretKey
from tieout.core.case.commands import Command
from tieout.core.case.state import Case
from tieout.core.claim.state import ClaimState
from tieout.core.documents.kind import Document
from tieout.core.documents.reading import Reading
from tieout.core.documents.unreadable import Unreadable
from tieout.core.outbox.queue import Routing
from tieout.core.policy.policy import PolicySet
from tieout.core.tie_out.dossier import RecordedDocument
from tieout.core.tie_out.follows import Urgency
from tieout.core.tie_out.pack import Pack, TieOut
from tieout.core.tie_out.verdict import Verdict
from tieout.core.tie_out.worksheet import Row
from tieout.core.values.ids import SourceKey
from tieout.core.values.scope import Scope
from tieout.engine.announce import sweep
from tieout.engine.due import due
from tieout.engine.outcomes import ClaimsOfActions
from tieout.engine.perform import perform
from tieout.engine.plugged import Engine, packs_by_kind
from tieout.engine.prepare import mapped, reader_here
from tieout.engine.rebuild import differences
from tieout.engine.receive import Incoming, receive
from tieout.engine.rules import add_policy
from tieout.engine.submit import submit
from tieout.engine.tie_out import tie_out
from tieout.formats import canonical_json, json_documents, registry
from tieout.metering.engine.listening import METERING
from tieout.scenario.filed import Filed
from tieout.scenario.simulation import ONLY, Simulation
from tieout.scenario.target import ScriptedTarget
from tieout.store import cases, claims, documents, verdicts
from tieout.store.link import transaction
from tieout.store.models import Action, Claim
from tieout.trade.intake import PACK as INTAKE

STEP: Final = timedelta(minutes=5)
_UNREAD: Final = b"\x00\x01 not a document:"


def _readings(content: bytes, name: str) -> tuple[Reading, ...]:
    """A document that a scenario declares unreadable is read as such; all others by their format."""
    if content.startswith(_UNREAD):
        return (
            Reading(
                document=canonical_json.decode(app.kinds(), "unreadable", content.removeprefix(_UNREAD)),
                format="scenario",
            ),
        )
    return registry.read(content, kinds=app.kinds(), name=name)


class DatabaseSimulation(Simulation):
    """Every call goes through the engine; what scenarios look at is read back from the tables afterwards."""

    def __init__(self, packs: Sequence[Pack], policies: PolicySet, *, at: datetime) -> None:
        super().__init__(packs, policies, at=at)
        name = f"s-{uuid4().hex[:12]}"
        self.scope = Scope(tenant=name)
        self.target = ScriptedTarget(queue=f"erp-{name}")
        self.postbox = ScriptedTarget(queue=f"post-{name}")
        self.partner = ScriptedTarget(queue=f"partner-{name}")
        self.engine = Engine(
            kinds=app.kinds(),
            packs=packs_by_kind(tuple({pack.name: pack for pack in (*packs, INTAKE)}.values())),
            read=reader_here(app.kinds()),
            read_policy=lambda text: policies.policies[int(text)],
            signing_key=SecretKey(secret=b"scenario"),
            maps={ONLY: mapped(app.kinds(), _readings)},
            sources=OpenSources(),
            people=lambda _scope, _on: tuple(self.people.values()),
            queues=frozenset(code.queue for code in self.catalogue.codes.values()) | self.queues,
            roles=self.roles,
            routing=Routing(posting=self.target.queue, messages=self.postbox.queue, delivery=self.partner.queue),
            listeners=(METERING,),
        )
        for k in range(len(policies.policies)):
            add_policy(self.scope, str(k).encode(), read=self.engine.read_policy, at=at)

    def receive(self, document: Document, *, version: str = "1", source: str = ONLY, last: bool = True) -> None:
        name = self.name_of(document, version=version, source=source)
        kept = RecordedDocument(
            key=f"{source}/{document.kind}/{name}@{version}",
            sha256="",
            recorded_at=self.at,
            document=document,
        )
        self.index.add(kept)
        write = json_documents.FORMAT.write
        assert write is not None
        content = _UNREAD + canonical_json.encode(document) if isinstance(document, Unreadable) else write(document)
        named = SourceKey(system=source, kind=document.kind, external_id=name, version=version)
        receive(
            self.engine,
            self.scope,
            [Incoming(content=content, name=f"{name}.json", source=named)],
            source=ANYTHING,
            at=self.at,
        )
        if last:
            self.run_until_stable()

    def command(self, claim: str, cause: str, command: Command, by: Scope) -> None:
        case = next(case for case in self.claims[claim].cases.values() if case.cause == cause)
        submit(self.engine, replace(by, tenant=self.scope.tenant), case.id, command, at=self.at)
        self.run_until_stable()

    def advance(self, to: datetime) -> None:
        while self.at < to:
            moments = [*self._due(), to]
            if self._is_acting():
                moments.append(self.at + STEP)
            self.at = min(moment for moment in moments if moment > self.at)
            self.run_until_stable()

    def _due(self) -> list[datetime]:
        with transaction(self.scope):
            rows = Claim.objects.filter(tenant=self.scope.tenant).exclude(due_at=None)
            return [moment for moment in rows.values_list("due_at", flat=True) if moment is not None]

    def _is_acting(self) -> bool:
        with transaction(self.scope):
            return Action.objects.filter(tenant=self.scope.tenant, state__in=["due", "leased", "sent"]).exists()

    def _is_dirty(self) -> bool:
        with transaction(self.scope):
            return Claim.objects.filter(tenant=self.scope.tenant, dirty=True).exists()

    def run_until_stable(self) -> None:
        for _ in range(60):
            moved = due(self.engine, self.scope, at=self.at)
            # As in memory: dirty claims are tied out before anything is sent.
            sweep(self.engine, self.scope)
            while done := tie_out(self.engine, self.scope, at=self.at):
                moved += done.changed
            for target in (self.target, self.postbox, self.partner):
                answers = perform(
                    self.scope,
                    target,
                    "perform",
                    owner="scenario",
                    at=self.at,
                    claims=ClaimsOfActions(self.engine, self.scope),
                )
                moved += sum(count for state, count in answers.states if state in {"done", "refused"})
            moved += sweep(self.engine, self.scope)
            if not moved and not self._is_dirty():
                break
        else:
            raise AssertionError(f"the engine does not finish at {self.at}")
        self.target.booked |= self.postbox.booked
        self._look()
        assert list(differences(self.scope)) == [], "rows do not match their events"

    def _look(self) -> None:
        """Reads everything back that a scenario may ask about."""
        self.claims = {}
        rows = claims.every(self.scope, after=UUID(int=0), limit=1000)
        last = verdicts.last(self.scope, [row.id for row in rows])
        stored = {row.id: row for row in documents.by_ids(self.scope, [row.document for row in rows])}
        by_claim: dict[UUID, dict[str, Case]] = {}
        for case in cases.of_claims(self.scope, [row.id for row in rows]):
            by_claim.setdefault(case.claim, {})[str(case.id)] = canonical_json.decode_as(Case, case.state)
        for row in rows:
            document, verdict = stored[row.document], last.get(row.id)
            state = canonical_json.decode_as(ClaimState, row.state)
            self.claims[row.key] = Filed(
                recorded=RecordedDocument(
                    key=row.key,
                    sha256=row.sha256,
                    recorded_at=row.received_at,
                    document=canonical_json.decode(app.kinds(), row.kind, bytes(document.body)),
                ),
                state=state,
                cases=by_claim.get(row.id, {}),
                last=None
                if verdict is None
                else TieOut(
                    verdict=canonical_json.decode_as(Verdict, verdict.body),
                    rows=canonical_json.decode_as(tuple[Row, ...], verdict.rows),
                    priority=state.urgency or Urgency(),
                ),
            )
