"""Running a scenario step by step, with a report of every step and of what was not as expected."""

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
from tieout.scenario.expected_codes import require_codes
from tieout.scenario.insight import Learn, asks, unlike
from tieout.scenario.people import people_of, person
from tieout.scenario.reader import Script
from tieout.scenario.simulation import ONLY, TENANT, Simulation
from tieout.scenario.text import DocumentsText, DoText, ExpectText, StepText
from tieout.scenario.words import BUILT_IN, everywhere, words_of, written

MakePolicies = Callable[[Mapping[str, Any]], PolicySet]
"""The company's policies with the rules of the scenario on top. Raises `Malformed`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One difference from the expectation: the step, the position in the text, and both values in words."""

    step: int
    place: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One step: when it was, and the status of every claim after it, in words."""

    step: int
    at: datetime
    say: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The result of a scenario."""

    name: str
    shows: tuple[str, ...]
    told: tuple[Told, ...]
    failures: tuple[Failure, ...]
    simulation: Simulation

    @property
    def passed(self) -> bool:
        """Whether everything was as expected."""
        return not self.failures


MakeSimulation = Callable[[Sequence[Pack], PolicySet, datetime], Simulation]
"""Makes the run that starts at a moment: in memory, or over a database."""


def in_memory(packs: Sequence[Pack], policies: PolicySet, at: datetime) -> Simulation:
    """Runs scenarios in memory: the default."""
    return Simulation(packs, policies, at=at)


def run(
    script: Script,
    packs: Sequence[Pack],
    make_policies: MakePolicies,
    make_simulation: MakeSimulation = in_memory,
    learn: Learn | None = None,
) -> Report:
    """Runs a scenario from its start to its last step. Raises `Malformed` where the text cannot be carried out."""
    text = script.text
    start = instant(text.start, after=None, hours=Hours())
    run = make_simulation(packs, _policies(script, make_policies), start)
    require_codes(script, run.catalogue.codes)
    run.people = people_of(text, TENANT)
    words = words_of(packs)
    pen = _Pen(words=words, texts=everywhere((*BUILT_IN, *words), (text.given, *text.steps)))
    _bring(run, pen, text.given, _places(script, "given"))
    steps: list[Told] = []
    failures: list[Failure] = []
    for k, step in enumerate(text.steps):
        try:
            refused = _step(run, pen, step, _places(script, "steps", k))
        except Malformed as error:
            where = error.where if error.where.startswith("line ") else str(script.place(("steps", k)))
            raise Malformed(error.message, where=where, remedy=error.remedy) from error
        for n, expect in enumerate(_expects(step)):
            path = ("steps", k, "expect", n) if isinstance(step.expect, tuple) else ("steps", k, "expect")
            failures += [
                Failure(step=k + 1, place=str(script.place(path)), message=message)
                for message in (*differences(run, expect, refused), *_learnt(script, expect, run.at, learn))
            ]
        if refused and not _expects(step):
            failures.append(Failure(step=k + 1, place=str(script.place(("steps", k))), message=f"refused: {refused}"))
        steps.append(Told(step=k + 1, at=run.at, say=step.say, lines=tuple(_stands(run))))
    return Report(name=text.scenario, shows=text.shows, told=tuple(steps), failures=tuple(failures), simulation=run)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pen:
    """What documents are made from: the words of the packs, and all texts of the scenario by word."""

    words: tuple[ScenarioWord, ...]
    texts: Mapping[str, tuple[Any, ...]]


def _learnt(script: Script, expect: ExpectText, at: datetime, learn: Learn | None) -> tuple[str, ...]:
    if not asks(expect):
        return ()
    if script.text.history is None or learn is None:
        raise Malformed(
            "alerts, delay and breaches need a history", remedy="describe the time before the start with history:"
        )
    start = instant(script.text.start, after=None, hours=Hours())
    return tuple(unlike(learn(script.text.history, start, at), expect))


def _expects(step: StepText) -> tuple[ExpectText, ...]:
    return step.expect if isinstance(step.expect, tuple) else (step.expect,)


def _places(script: Script, *path: str | int) -> Callable[[str], object]:
    """Where a step says a word."""
    return lambda word: script.place((*path, word))


def _policies(script: Script, make_policies: MakePolicies) -> PolicySet:
    try:
        return make_policies(script.text.policy)
    except Malformed as error:
        if "line " in error.where:  # in a policy's own file
            raise
        place = script.place(("policy", error.where))
        raise Malformed(error.message, where=str(place), remedy=error.remedy) from error


def _bring(run: Simulation, pen: _Pen, step: DocumentsText, place: Callable[[str], object]) -> None:
    for one in written(pen.words, step, at=run.at, texts=pen.texts, place=place):
        run.receive(one.document, version=one.version, source=one.source or ONLY)


def _step(run: Simulation, pen: _Pen, step: StepText, place: Callable[[str], object]) -> Refused | None:
    """Does one step; returns the refusal, if it was refused."""
    if step.at:
        to = instant(step.at, after=run.at, hours=Hours())
        if to < run.at:
            raise Malformed(
                "{at} is before the step above ({before})",
                remedy="steps are in order of time",
                at=step.at,
                before=f"{run.at:%Y-%m-%d %H:%M}",
            )
        run.advance(to)
    if step.target:
        run.target.behave(step.target)
    if step.partner:
        run.partner.behave(step.partner)
    _bring(run, pen, step, place)
    for number in step.again if isinstance(step.again, tuple) else (step.again,):
        _deliver_again(run, number)
    if step.do is None:
        return None
    try:
        _do(run, step.do)
    except Refused as refused:
        return refused
    return None


def _deliver_again(run: Simulation, number: str) -> None:
    matching = [recorded for recorded in run.index if getattr(recorded.document, "number", "") == number]
    if not matching:
        raise Malformed("no document has the number {number}", remedy="name one of an earlier step", number=number)
    for recorded in matching:
        version, source = recorded.key.rpartition("@")[2], recorded.key.partition("/")[0]
        run.receive(recorded.document, version=version, source=source)


def _do(run: Simulation, do: DoText) -> None:
    filed = claim_of(run, do.claim)
    if isinstance(filed, str):
        raise Malformed(filed, remedy="name the claim with claim:")
    case = next(
        (
            candidate
            for candidate in filed.cases.values()
            if candidate.cause.partition("@")[0] == do.case or candidate.cause == do.case
        ),
        None,
    )
    if case is None:
        causes = ", ".join(sorted(candidate.cause for candidate in filed.cases.values())) or "none"
        raise Malformed(
            "{case!r} is not the cause of a case of {number}",
            remedy="one of: {causes}",
            case=do.case,
            number=filed.state.number,
            causes=causes,
        )
    source = next(key for key, claim in run.claims.items() if claim is filed)
    run.command(source, case.cause, _command(run, case, do), person(run.people, do.by))


def _command(run: Simulation, case: Case, do: DoText) -> Command:  # noqa: PLR0911  one branch a command
    match do.command:
        case "assign":
            return Assign(assignee=do.text or do.by.partition(",")[0])
        case "note":
            return Note(text=do.text)
        case "ask_counterparty" | "ask_supplier":
            return AskCounterparty(text=do.text or None, to=do.to)
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
                expires_at=instant(do.expires, after=run.at, hours=Hours()) if do.expires else None,
            )
        case "revoke_release":
            return RevokeRelease(number=case.releases[-1].number if case.releases else "", reason=do.reason)
        case "resolve":
            return Resolve(
                resolution=do.resolution,
                note=do.reason,
                reference=do.reference,
                fields=tuple(do.fields.items()),
                text=do.text or None,
                to=do.to,
            )
        case "escalate":
            return Escalate(reason=do.reason)
        case "hand_off":
            return HandOff(queue=do.queue, reason=do.reason)
        case "reopen":
            return Reopen(reason=do.reason)


def _whole(message: str) -> str:
    """A message as a sentence, so that another may follow it."""
    return message if message.endswith((".", "?")) else f"{message}."


def _stands(run: Simulation) -> list[str]:
    """The status of every claim, in words."""
    lines = []
    for filed in run.claims.values():
        verdict = filed.last.verdict if filed.last else None
        shown = [finding for finding in verdict.findings if finding.stage != "note"] if verdict else []
        words = " ".join(_whole(sentence(finding, run.catalogue.codes)) for finding in shown)
        lines.append(f"{filed.state.number}: {filed.state.status}{f': {words}' if words else ''}")
    return lines
