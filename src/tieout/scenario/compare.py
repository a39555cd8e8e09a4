"""What must be so beside what is so: every difference in words, with both values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from tieout.core.case.state import Case
from tieout.core.findings.code import Code
from tieout.core.findings.finding import Finding
from tieout.core.findings.wording import sentence
from tieout.core.values.errors import Refused
from tieout.core.values.money import total
from tieout.scenario.text import CaseText, ExpectText, FindingText, VoucherText
from tieout.scenario.world import Filed, World
from tieout.trade.documents import Invoice
from tieout.trade.ranking import Rank, rank


def differences(world: World, expect: ExpectText, refused: Refused | None) -> Iterator[str]:
    """Everything in which the world is not as expected; nothing if it is."""
    code = refused.code if refused else ""
    if expect.refused is not None and expect.refused != code:
        yield f"refused with {expect.refused!r} expected, was {str(refused) if refused else 'allowed'!r}"
    if expect.refused is None and refused:
        yield f"nobody expected that it is refused: {refused}"
    yield from _vouchers(world, expect)
    yield from _allocations(world, expect)
    yield from _ranking(world, expect)
    if _about_claim(expect):
        filed = claim_of(world, expect.claim)
        if isinstance(filed, str):
            yield filed
        else:
            yield from _claim(filed, expect, world)


def _about_claim(expect: ExpectText) -> bool:
    asked: tuple[object, ...] = (
        expect.verdict,
        expect.status,
        expect.findings,
        expect.notes,
        expect.cases,
        expect.human_tasks,
    )
    asked += (expect.value_at_stake, expect.variance)
    return any(each is not None for each in asked)


def claim_of(world: World, number: str) -> Filed | str:
    """The claim of that number (the latest version), the only one where no number is given, or why there is none."""
    found = [filed for filed in world.claims.values() if not number or filed.state.number == number]
    living = [filed for filed in found if filed.state.status != "superseded"] or found
    if len(living) == 1:
        return living[0]
    names = ", ".join(sorted(filed.state.number for filed in world.claims.values())) or "none"
    if not number:
        return f"there are {len(living)} claims: say which one with claim: ({names})"
    return f"{len(living)} claims have the number {number}; there are {names}"


def _claim(filed: Filed, expect: ExpectText, world: World) -> Iterator[str]:
    codes = world.catalogue.codes
    verdict = filed.last.verdict if filed.last else None
    name = filed.state.number
    yield from _same(f"{name}: verdict", expect.verdict, verdict.status if verdict else "none")
    yield from _same(f"{name}: status", expect.status, filed.state.status)
    findings = verdict.findings if verdict else ()
    if expect.findings is not None:
        yield from _findings(name, expect.findings, [found for found in findings if found.stage != "note"], codes)
    if expect.notes is not None:
        yield from _findings(
            f"{name} notes", expect.notes, [found for found in findings if found.stage == "note"], codes
        )
    if expect.cases is not None:
        yield from _cases(name, expect.cases, sorted(filed.cases.values(), key=lambda case: case.cause))
    ranked = _rank(filed, world.at)
    if ranked is not None:
        yield from _same(f"{name}: value at stake", expect.value_at_stake, str(ranked.value_at_stake))
        yield from _same(f"{name}: variance", expect.variance, str(ranked.variance))
    tasks = [case for case in filed.cases.values() if not case.ended and case.state != "waiting"]
    yield from _same(f"{name}: human tasks", expect.human_tasks, len(tasks))


def _findings(
    name: str, wanted: Sequence[FindingText | str], found: Sequence[Finding], codes: Mapping[str, Code]
) -> Iterator[str]:
    texts = [FindingText(code=each) if isinstance(each, str) else each for each in wanted]
    left = list(found)
    for text in texts:
        same = [each for each in left if each.code == text.code and text.where in {None, each.where}]
        if not same:
            shown = ", ".join(f"{each.code} on {each.where}" for each in found) or "none"
            yield f"{name}: finding {text.code} on {text.where or 'any place'} expected, found {shown}"
            continue
        # Of several findings of one code at one place, the one that is meant is the one that differs least.
        differing = [list(_finding(f"{name}: {text.code}", text, one, codes)) for one in same]
        best = min(range(len(same)), key=lambda k: len(differing[k]))
        left.remove(same[best])
        yield from differing[best]
    for each in left:
        yield f"{name}: finding {each.code} on {each.where} was not expected: {sentence(each, codes)}"


def _finding(name: str, text: FindingText, found: Finding, codes: Mapping[str, Code]) -> Iterator[str]:
    for field in ("stage", "queue", "expected", "actual", "variance", "limit", "status"):
        yield from _same(f"{name} {field}", getattr(text, field), getattr(found, field))
    yield from _same(f"{name} at stake", text.at_stake, str(found.at_stake) if found.at_stake else "")
    yield from _same(f"{name} watchers", text.watchers, found.watchers)
    if text.until is not None:
        until = min((each.until for each in found.awaited if each.until), default=None)
        yield from _same(f"{name} until", text.until, f"{until:%Y-%m-%d %H:%M}" if until else "")
    message = sentence(found, codes)
    for part in _several(text.says):
        if part.casefold() not in message.casefold():
            yield f"{name}: its message should say {part!r}; it says {message!r}"


def _cases(name: str, wanted: Sequence[CaseText], cases: Sequence[Case]) -> Iterator[str]:
    left = list(cases)
    for text in wanted:
        same = [case for case in left if case.cause == text.cause]
        if not same:
            yield f"{name}: a case of {text.cause!r} expected, there are {[case.cause for case in cases]}"
            continue
        left.remove(same[0])
        for field in ("state", "code", "queue", "resolution", "resolved_by", "touches", "reopened", "watchers"):
            yield from _same(f"{name} case {text.cause} {field}", getattr(text, field), getattr(same[0], field))
        for field in ("drafted", "asked"):
            known = tuple(
                f"{each.message.status}/{each.message.reason}/{each.message.action}" for each in getattr(same[0], field)
            )
            yield from _same(f"{name} case {text.cause} {field}", getattr(text, field), known)
    for case in left:
        yield f"{name}: a case of {case.cause!r} ({case.code}, {case.state}) was not expected"


def _vouchers(world: World, expect: ExpectText) -> Iterator[str]:
    booked = [each for each in world.target.booked.values() if each.action.kind == "post_voucher"]
    debits = [each for each in world.target.booked.values() if each.action.kind == "post_debit_note"]
    yield from _same("debit notes", expect.debit_notes, len(debits))
    yield from _same("delivered", expect.delivered, len(world.partner.booked))
    if expect.vouchers is None:
        return
    if isinstance(expect.vouchers, int):
        yield from _same("vouchers", expect.vouchers, len(booked))
        return
    if len(expect.vouchers) != len(booked):
        yield f"vouchers: {len(expect.vouchers)} expected, {len(booked)} are booked"
    for text, each in zip(expect.vouchers, booked, strict=False):
        yield from _voucher(text, each.number, each.voucher)


def _voucher(text: VoucherText, name: str, voucher: dict[str, Any]) -> Iterator[str]:
    totals = voucher.get("totals", voucher)
    for field in ("net", "tax", "gross"):
        amount = totals.get(field)
        shown = amount if amount is None or " " in amount else f"{amount} {voucher.get('currency', '')}"
        yield from _same(f"voucher {name} {field}", getattr(text, field), shown)
    yield from _same(f"voucher {name} claim", text.claim, voucher.get("number"))
    yield from _same(f"voucher {name} kind", text.kind, voucher.get("kind"))
    yield from _same(f"voucher {name} lines", text.lines, len(voucher.get("lines", ())))


def _allocations(world: World, expect: ExpectText) -> Iterator[str]:
    for name, wanted in (expect.allocated or {}).items():
        used = sum(
            each.quantity
            for filed in world.claims.values()
            if filed.last and not filed.state.over
            for each in filed.last.verdict.allocations
            if f"{each.ledger.number if each.ledger.kind == 'order' else each.ledger.bare}/{each.line}" == name
        )
        yield from _same(f"allocated of {name}", wanted, f"{used.normalize():f}" if used else "0")


def _ranking(world: World, expect: ExpectText) -> Iterator[str]:
    if expect.ranking is None:
        return
    ranked = [
        (-rank.priority, filed.state.number)
        for filed in world.claims.values()
        if any(not case.ended for case in filed.cases.values()) and (rank := _rank(filed, world.at)) is not None
    ]
    yield from _same("ranking", expect.ranking, tuple(number for _, number in sorted(ranked)))


def _rank(filed: Filed, at: datetime) -> Rank | None:
    document = filed.paper.document
    if not isinstance(document, Invoice):
        return None
    stakes = [case.at_stake for case in filed.cases.values() if not case.ended and case.at_stake is not None]
    weight = filed.last.priority.weight if filed.last else 1
    return rank(document, total(stakes, document.currency) if stakes else None, at.date(), weight=weight)


def _same(name: str, wanted: object, found: object) -> Iterator[str]:
    if wanted is not None and wanted != found:
        yield f"{name}: {wanted!r} expected, is {found!r}"


def _several(given: Iterable[str] | str | None) -> Iterable[str]:
    return () if given is None else (given,) if isinstance(given, str) else given
