"""Faults put into the product on purpose: each takes away one thing that its promises rest on. The simulator has to notice each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import pytest

from tieout.cli.simulator import external
from tieout.core.case import routing
from tieout.core.outbox.action import Action, Answer, Done
from tieout.core.values.scope import Scope
from tieout.engine import outcomes, perform, tie_out
from tieout.engine.application import EngineApplication
from tieout.engine.receive import Incoming, receive
from tieout.metering.engine import counting
from tieout.metering.formats import Piece, UsageReading
from tieout.store import actions, claims, documents, events, source_files, verdicts, watches

Plant = Callable[[pytest.MonkeyPatch], None]


def nothing(*_: Any, **__: Any) -> None:
    """Does nothing."""


def news_is_lost(patch: pytest.MonkeyPatch) -> None:
    """Changes are written, and nobody is notified."""
    patch.setattr(watches, "signal", nothing)


def news_reaches_the_wrong_claim(patch: pytest.MonkeyPatch) -> None:
    """Of those that watch, each notification goes to another claim."""
    watchers = watches.watchers

    def others(scope: Scope, keys: Collection[str]) -> list[tuple[str, UUID]]:
        right = watchers(scope, keys)
        ids = sorted(row.id for row in claims.every(scope, after=UUID(int=0), limit=1000))
        return [(key, ids[(ids.index(claim) + 1) % len(ids)]) for key, claim in right]

    patch.setattr(watches, "watchers", others)


def nobody_looks_again(patch: pytest.MonkeyPatch) -> None:
    """After a tie-out nobody looks whether news came meanwhile."""
    patch.setattr(watches, "add_recheck", nothing)
    patch.setattr(tie_out, "recheck_own", nothing)


def orders_are_not_locked(patch: pytest.MonkeyPatch) -> None:
    """Two claims may use up one order at once."""
    patch.setattr(watches, "hold", nothing)


def others_use_up_nothing(patch: pytest.MonkeyPatch) -> None:
    """What other claims use up of an order is not counted."""
    patch.setattr(verdicts, "allocated", lambda *_: [])


def cases_have_no_owner(patch: pytest.MonkeyPatch) -> None:
    """The queue to which policy routes a case is not taken over."""
    set_ = routing.CaseRouted
    patch.setattr(routing, "CaseRouted", lambda **fields: set_(**fields | {"queue": "", "home": ""}))


def documents_are_dropped(patch: pytest.MonkeyPatch) -> None:
    """Of several documents that are recorded together the last is not written."""
    add = documents.add

    def some(scope: Scope, rows: Sequence[Any], lookups: Sequence[Any]) -> None:
        kept = rows[:-1] if len(rows) > 1 and rows[-1].kind in {"order", "receipt"} else rows
        left = {row.id for row in kept}
        add(scope, kept, [lookup for lookup in lookups if lookup[2] in left])

    patch.setattr(documents, "add", some)


def answers_are_swallowed(patch: pytest.MonkeyPatch) -> None:
    """What the external system answers does not reach the claim."""
    patch.setattr(outcomes.ClaimsOfActions, "notify", nothing)


def nobody_looks_before_a_try(patch: pytest.MonkeyPatch) -> None:
    """An action is tried again without looking whether it was carried out."""
    ask = perform._ask

    def blind(asked: Any, leased: Sequence[actions.Leased]) -> dict[UUID, Any]:
        looks = asked.__name__ == "find"
        return dict.fromkeys(lease.action.id for lease in leased) if looks else ask(asked, leased)

    patch.setattr(perform, "_ask", blind)


def slow_systems_are_asked_twice(patch: pytest.MonkeyPatch) -> None:
    """What may still be carried out is handed over again."""
    patch.setattr(perform, "quiet_until", nothing)


def the_answer_belongs_to_another(patch: pytest.MonkeyPatch) -> None:
    """The answers of a batch are given to its actions in another order."""
    ask = perform._ask

    def shifted(asked: Any, leased: Sequence[actions.Leased]) -> dict[UUID, Any]:
        answers = ask(asked, leased)
        return dict(zip(answers, [*list(answers.values())[1:], *list(answers.values())[:1]], strict=True))

    patch.setattr(perform, "_ask", shifted)


def nothing_is_sealed(patch: pytest.MonkeyPatch) -> None:
    """The log is taken for one that has not grown."""
    patch.setattr(events, "quiet_heads", lambda *_, **__: (0, []))


def events_are_dropped(patch: pytest.MonkeyPatch) -> None:
    """The last event of a change that has several is not written."""
    add = events.add
    patch.setattr(events, "add", lambda scope, rows: add(scope, rows[:-1] if len(rows) > 3 else rows))


def timers_are_not_set(patch: pytest.MonkeyPatch) -> None:
    """When a claim is to be looked at again is not written."""
    change = claims.change
    patch.setattr(claims, "change", lambda scope, rows: change(scope, [row._replace(due_at=None) for row in rows]))


def files_are_not_listed_as_unread(patch: pytest.MonkeyPatch) -> None:
    """A file is kept, and whoever should read it does not learn of it."""
    patch.setattr(source_files, "add", source_files.keep)


def a_file_is_kept_twice(patch: pytest.MonkeyPatch) -> None:
    """A file that came before is taken for a new one."""
    keep, count = source_files.keep, iter(range(1_000_000))
    patch.setattr(source_files, "ids_by_hash", lambda *_: {})
    patch.setattr(source_files, "ids_by_source_key", lambda *_: {})
    patch.setattr(
        source_files,
        "keep",
        lambda scope, rows: keep(scope, [row._replace(version=f"{row.version}{next(count)}") for row in rows]),
    )


def the_door_keeps_the_first_file_alone(patch: pytest.MonkeyPatch) -> None:
    """An upload by HTTP is answered for every file, and its first file alone is kept."""

    def careless(self: EngineApplication, scope: Scope, files: Sequence[Incoming], *, at: datetime) -> Any:
        return receive(self.engine, scope, files[:1], source=self.source(scope, at=at), at=at) * len(files)

    patch.setattr(EngineApplication, "receive", careless)


def events_of_usage_are_dropped(patch: pytest.MonkeyPatch) -> None:
    """The last event of a file of usage is not counted."""
    read = counting.read_piece

    def all_but_one(piece: Piece) -> UsageReading:
        reading = read(piece)
        return replace(reading, events=reading.events[:-1], lines=reading.lines[:-1])

    patch.setattr(counting, "read_piece", all_but_one)


def invoices_are_issued_twice(patch: pytest.MonkeyPatch) -> None:
    """What a customer was sent is not found again: a delivery is handed over once more."""
    find = external.ExternalSystem.find

    def forgetful(self: external.ExternalSystem, sent: Sequence[Action]) -> Sequence[Answer | None]:
        answers = find(self, sent)
        return [None if self.queue == "delivery" and isinstance(answer, Done) else answer for answer in answers]

    patch.setattr(external.ExternalSystem, "find", forgetful)


PLANTS: Final[tuple[Plant, ...]] = (
    news_is_lost,
    news_reaches_the_wrong_claim,
    nobody_looks_again,
    orders_are_not_locked,
    others_use_up_nothing,
    cases_have_no_owner,
    documents_are_dropped,
    answers_are_swallowed,
    nobody_looks_before_a_try,
    slow_systems_are_asked_twice,
    the_answer_belongs_to_another,
    nothing_is_sealed,
    events_are_dropped,
    timers_are_not_set,
    files_are_not_listed_as_unread,
    a_file_is_kept_twice,
    the_door_keeps_the_first_file_alone,
    events_of_usage_are_dropped,
    invoices_are_issued_twice,
)
