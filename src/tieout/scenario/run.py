"""Running a scenario: step by step through the world, with what was said and what did not come out as written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tieout.core.case.commands import (
    AcceptVariance,
    AskCounterparty,
    Assign,
    Command,
    Escalate,
    HandOff,
    Note,
    RecordAnswer,
    Reopen,
    Resolve,
    RevokeRelease,
)
from tieout.core.case.state import Case
from tieout.core.findings.wording import sentence
from tieout.core.policy.policy import PolicySet
from tieout.core.tie_out.pack import Pack
from tieout.core.tie_out.scenario_word import ScenarioWord
from tieout.core.values.clock import Hours
from tieout.core.values.errors import Malformed, Refused
from tieout.core.values.money import Money
from tieout.scenario.compact import instant
from tieout.scenario.compare import claim_of, differences
from tieout.scenario.insight import Learn, asks, unlike
from tieout.scenario.people import people_of, person
from tieout.scenario.reader import Script
from tieout.scenario.text import DoText, ExpectText, PapersText, StepText
from tieout.scenario.words import BUILT_IN, everywhere, words_of, written
from tieout.scenario.world import TENANT, World

MakePolicies = Callable[[Mapping[str, Any]], PolicySet]
"""The company's policies with what the scenario says on top. Raises `Malformed`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One thing that did not come out as written: which step, where in the text, and both values in words."""

    step: int
    place: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One step as it went: when, and how each claim stands after it, in words."""

    step: int
    at: datetime
    say: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How a scenario went."""

    name: str
    shows: tuple[str, ...]
    told: tuple[Told, ...]
    failures: tuple[Failure, ...]
    world: World

    @property
    def passed(self) -> bool:
        """Whether everything came out as written."""
        return not self.failures


MakeWorld = Callable[[Sequence[Pack], PolicySet, datetime], World]
"""A world that begins at a moment: the one in memory, or one that a test puts over a database."""


def in_memory(packs: Sequence[Pack], policies: PolicySet, at: datetime) -> World:
    """The world in which scenarios run unless another is given."""
    return World(packs, policies, at=at)


def run(
    script: Script,
    packs: Sequence[Pack],
    make_policies: MakePolicies,
    make_world: MakeWorld = in_memory,
    learn: Learn | None = None,
) -> Report:
    """Runs a scenario from its start to its last step. Raises `Malformed` where the text cannot be carried out."""
    text = script.text
    start = instant(text.start, after=None, hours=Hours())
    world = make_world(packs, make_policies(text.policy), start)
    world.people = people_of(text, TENANT)
    words = words_of(packs)
    pen = _Pen(words=words, said=everywhere((*BUILT_IN, *words), (text.given, *text.steps)))
    _bring(world, pen, text.given)
    told: list[Told] = []
    failures: list[Failure] = []
    for k, step in enumerate(text.steps):
        try:
            refused = _step(world, pen, step)
        except Malformed as error:
            raise Malformed(error.message, where=f"{script.place(('steps', k))}", remedy=error.remedy) from error
        for n, expect in enumerate(_expects(step)):
            path = ("steps", k, "expect", n) if isinstance(step.expect, tuple) else ("steps", k, "expect")
            failures += [
                Failure(step=k + 1, place=str(script.place(path)), message=message)
                for message in (*differences(world, expect, refused), *_learnt(script, expect, world.at, learn))
            ]
        if refused and not _expects(step):
            failures.append(Failure(step=k + 1, place=str(script.place(("steps", k))), message=f"refused: {refused}"))
        told.append(Told(step=k + 1, at=world.at, say=step.say, lines=tuple(_stands(world))))
    return Report(name=text.scenario, shows=text.shows, told=tuple(told), failures=tuple(failures), world=world)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pen:
    """What a scenario's documents are written with: the words of the packs, and all that it says under any word."""

    words: tuple[ScenarioWord, ...]
    said: Mapping[str, tuple[Any, ...]]


def _learnt(script: Script, expect: ExpectText, at: datetime, learn: Learn | None) -> tuple[str, ...]:
    if not asks(expect):
        return ()
    if script.text.history is None or learn is None:
        raise Malformed("nothing can be learnt without a history", remedy="say what came before with history:")
    start = instant(script.text.start, after=None, hours=Hours())
    return tuple(unlike(learn(script.text.history, start, at), expect))


def _expects(step: StepText) -> tuple[ExpectText, ...]:
    return step.expect if isinstance(step.expect, tuple) else (step.expect,)


def _bring(world: World, pen: _Pen, papers: PapersText) -> None:
    for one in written(pen.words, papers, at=world.at, said=pen.said):
        world.receive(one.document, version=one.version)


def _step(world: World, pen: _Pen, step: StepText) -> Refused | None:
    """Does one step; gives back what it was refused with, if it was."""
    if step.at:
        to = instant(step.at, after=world.at, hours=Hours())
        if to < world.at:
            raise Malformed(
                f"{step.at} is before the step above ({world.at:%Y-%m-%d %H:%M})", remedy="time only goes on"
            )
        world.advance(to)
    if step.target:
        world.target.behave(step.target)
    if step.partner:
        world.partner.behave(step.partner)
    _bring(world, pen, step)
    for number in step.again if isinstance(step.again, tuple) else (step.again,):
        _deliver_again(world, number)
    if step.do is None:
        return None
    try:
        _do(world, step.do)
    except Refused as refused:
        return refused
    return None


def _deliver_again(world: World, number: str) -> None:
    found = [paper for paper in world.shelf if getattr(paper.document, "number", "") == number]
    if not found:
        raise Malformed(f"no paper has the number {number}", remedy="name one that came in an earlier step")
    for paper in found:
        world.receive(paper.document, version=paper.key.rpartition("@")[2])


def _do(world: World, do: DoText) -> None:
    filed = claim_of(world, do.claim)
    if isinstance(filed, str):
        raise Malformed(filed, remedy="name the claim with claim:")
    case = next(
        (known for known in filed.cases.values() if known.cause.partition("@")[0] == do.case or known.cause == do.case),
        None,
    )
    if case is None:
        causes = ", ".join(sorted(known.cause for known in filed.cases.values())) or "none"
        raise Malformed(f"{do.case!r} is not the cause of a case of {filed.state.number}", remedy=f"one of: {causes}")
    source = next(key for key, claim in world.claims.items() if claim is filed)
    world.command(source, case.cause, _command(world, case, do), person(world.people, do.by))


def _command(world: World, case: Case, do: DoText) -> Command:  # noqa: PLR0911  one branch a command
    match do.command:
        case "assign":
            return Assign(assignee=do.text or do.by.partition(",")[0])
        case "note":
            return Note(text=do.text)
        case "ask_counterparty" | "ask_supplier":
            return AskCounterparty(text=do.text)
        case "record_answer":
            return RecordAnswer(answer=do.text)
        case "accept_variance":
            brief = case.findings[0]
            return AcceptVariance(
                code=brief.code,
                where=brief.where,
                evidence_hash=brief.evidence_hash,
                reason=do.reason,
                limit=Money.parse(do.limit) if do.limit else None,
                expires_at=instant(do.expires, after=world.at, hours=Hours()) if do.expires else None,
            )
        case "revoke_release":
            return RevokeRelease(number=case.releases[-1].number if case.releases else "", reason=do.reason)
        case "resolve":
            return Resolve(
                resolution=do.resolution,
                note=do.reason,
                reference=do.reference,
                fields=tuple(do.fields.items()),
            )
        case "escalate":
            return Escalate(reason=do.reason)
        case "hand_off":
            return HandOff(queue=do.queue, reason=do.reason)
        case "reopen":
            return Reopen(reason=do.reason)


def _stands(world: World) -> list[str]:
    """How every claim stands, in words, for those who read along."""
    lines = []
    for filed in world.claims.values():
        verdict = filed.last.verdict if filed.last else None
        shown = [found for found in verdict.findings if found.stage != "note"] if verdict else []
        words = "; ".join(sentence(found, world.catalogue.codes) for found in shown)
        lines.append(f"{filed.state.number}: {filed.state.status}{f': {words}' if words else ''}")
    return lines
