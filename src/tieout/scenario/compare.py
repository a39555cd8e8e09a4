"""Expected compared with actual: every difference in words, with both values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from tieout.core.case.state import Case
from tieout.core.findings.code import Code
from tieout.core.findings.finding import Finding
from tieout.core.findings.wording import sentence
from tieout.core.tie_out.verdict import Allocation
from tieout.core.values.errors import Refused
from tieout.core.values.money import total
from tieout.scenario.filed import Filed
from tieout.scenario.simulation import Simulation
from tieout.scenario.text import CaseText, ExpectText, FindingText, VoucherText
from tieout.trade.documents import Invoice
from tieout.trade.ranking import Rank, rank


def differences(run: Simulation, expect: ExpectText, refused: Refused | None) -> Iterator[str]:
    """Every difference between the run and the expectation; nothing if they agree."""
    code = refused.code if refused else ""
    if expect.refused is not None and expect.refused != code:
        yield f"refused with {expect.refused!r} expected, was {str(refused) if refused else 'allowed'!r}"
    if expect.refused is None and refused:
        yield f"no refusal was expected: {refused}"
    yield from _vouchers(run, expect)
    yield from _allocations(run, expect)
    yield from _ranking(run, expect)
    if _about_claim(expect):
        filed = claim_of(run, expect.claim)
        if isinstance(filed, str):
            yield filed
        else:
            yield from _claim(filed, expect, run)


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
    return any(one is not None for one in asked)


def claim_of(run: Simulation, number: str) -> Filed | str:
    """The claim of a number (the latest version; "SO-1 of erp" is that of a source system), the only one if no number is given,
    or why there is none."""
    claims = [filed for filed in run.claims.values() if not number or number in _called(filed)]
    living = [filed for filed in claims if filed.state.status != "superseded"] or claims
    if len(living) == 1:
        return living[0]
    names = ", ".join(sorted(filed.state.number for filed in run.claims.values())) or "none"
    if not number:
        return f"there are {len(living)} claims: name one with claim: ({names})"
    return f"{len(living)} claims have the number {number}; there are {names}"


def _claim(filed: Filed, expect: ExpectText, simulation: Simulation) -> Iterator[str]:
    codes = simulation.catalogue.codes
    verdict = filed.last.verdict if filed.last else None
    name = filed.state.number
    yield from _same(f"{name}: verdict", expect.verdict, verdict.status if verdict else "none")
    yield from _same(f"{name}: status", expect.status, filed.state.status)
    findings = verdict.findings if verdict else ()
    if expect.findings is not None:
        yield from _findings(name, expect.findings, [finding for finding in findings if finding.stage != "note"], codes)
    if expect.notes is not None:
        yield from _findings(
            f"{name} notes", expect.notes, [finding for finding in findings if finding.stage == "note"], codes
        )
    if expect.cases is not None:
        yield from _cases(name, expect.cases, sorted(filed.cases.values(), key=lambda case: case.cause))
    ranked = _rank(filed, simulation.at)
    if ranked is not None:
        yield from _same(f"{name}: value at stake", expect.value_at_stake, str(ranked.value_at_stake))
        yield from _same(f"{name}: variance", expect.variance, str(ranked.variance))
    tasks = [case for case in filed.cases.values() if not case.ended and case.state != "waiting"]
    yield from _same(f"{name}: human tasks", expect.human_tasks, len(tasks))


def _findings(
    name: str, wanted: Sequence[FindingText | str], actual: Sequence[Finding], codes: Mapping[str, Code]
) -> Iterator[str]:
    texts = [FindingText(code=item) if isinstance(item, str) else item for item in wanted]
    left = list(actual)
    for text in texts:
        same = [finding for finding in left if finding.code == text.code and text.where in {None, finding.where}]
        if not same:
            shown = ", ".join(f"{finding.code} on {finding.where}" for finding in actual) or "none"
            yield f"{name}: finding {text.code} on {text.where or 'any place'} expected, found {shown}"
            continue
        # Of several findings of one code at one place, the one that is meant is the one that differs least.
        differing = [list(_finding(f"{name}: {text.code}", text, one, codes)) for one in same]
        best = min(range(len(same)), key=lambda k: len(differing[k]))
        left.remove(same[best])
        yield from differing[best]
    for finding in left:
        yield f"{name}: finding {finding.code} on {finding.where} was not expected: {sentence(finding, codes)}"


def _finding(name: str, text: FindingText, finding: Finding, codes: Mapping[str, Code]) -> Iterator[str]:
    for field in ("stage", "queue", "expected", "actual", "variance", "limit", "status"):
        yield from _same(f"{name} {field}", getattr(text, field), getattr(finding, field))
    yield from _same(f"{name} at stake", text.at_stake, str(finding.at_stake) if finding.at_stake else "")
    yield from _same(f"{name} watchers", text.watchers, finding.watchers)
    if text.until is not None:
        until = min((awaited.until for awaited in finding.awaited if awaited.until), default=None)
        yield from _same(f"{name} until", text.until, f"{until:%Y-%m-%d %H:%M}" if until else "")
    message = sentence(finding, codes)
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
        closed_by = "world" if text.resolved_by == "evidence" else text.resolved_by
        yield from _same(f"{name} case {text.cause} resolved_by", closed_by, same[0].resolved_by)
        for field in ("state", "code", "queue", "resolution", "touches", "reopened", "watchers"):
            yield from _same(f"{name} case {text.cause} {field}", getattr(text, field), getattr(same[0], field))
        for field in ("drafted", "asked"):
            shown = tuple(
                f"{item.message.status}/{item.message.reason}/{item.message.action}" for item in getattr(same[0], field)
            )
            yield from _same(f"{name} case {text.cause} {field}", getattr(text, field), shown)
        yield from _letter(f"{name} case {text.cause} letter", text.letter, same[0])
    for case in left:
        yield f"{name}: a case of {case.cause!r} ({case.code}, {case.state}) was not expected"


def _letter(name: str, wanted: tuple[str, ...] | str | None, case: Case) -> Iterator[str]:
    letters = "\n".join(item.message.text for item in (*case.drafted, *case.asked))
    for part in _several(wanted):
        if part.casefold() not in letters.casefold():
            yield f"{name}: it should say {part!r}; it says {letters!r}"


def _vouchers(run: Simulation, expect: ExpectText) -> Iterator[str]:
    booked = [voucher for voucher in run.target.booked.values() if voucher.action.kind == "post_voucher"]
    debits = [voucher for voucher in run.target.booked.values() if voucher.action.kind == "post_debit_note"]
    yield from _same("debit notes", expect.debit_notes, len(debits))
    sent = [one for one in run.target.booked.values() if one.action.kind == "message" and not one.voucher["draft"]]
    yield from _same("messages", expect.messages, len(sent))
    yield from _same("delivered", expect.delivered, len(run.partner.booked))
    if expect.vouchers is None:
        return
    if isinstance(expect.vouchers, int):
        yield from _same("vouchers", expect.vouchers, len(booked))
        return
    if len(expect.vouchers) != len(booked):
        yield f"vouchers: {len(expect.vouchers)} expected, {len(booked)} are booked"
    for text, voucher in zip(expect.vouchers, booked, strict=False):
        yield from _voucher(text, voucher.number, voucher.voucher)


def _voucher(text: VoucherText, name: str, voucher: dict[str, Any]) -> Iterator[str]:
    totals = voucher.get("totals", voucher)
    for field in ("net", "tax", "gross"):
        amount = totals.get(field)
        shown = amount if amount is None or " " in amount else f"{amount} {voucher.get('currency', '')}"
        yield from _same(f"voucher {name} {field}", getattr(text, field), shown)
    payment = voucher.get("payment", {})
    yield from _same(f"voucher {name} blocked", text.blocked, payment.get("blocked"))
    left = payment.get("amount")
    yield from _same(f"voucher {name} to_pay", text.to_pay, left and f"{left} {voucher.get('currency', '')}")
    settled = tuple(
        f"{one['number']} {one['amount']} {voucher.get('currency', '')}" for one in payment.get("prepayments", ())
    )
    yield from _same(f"voucher {name} settles", text.settles, settled)
    yield from _same(f"voucher {name} claim", text.claim, voucher.get("number"))
    yield from _same(f"voucher {name} kind", text.kind, voucher.get("kind"))
    yield from _same(f"voucher {name} lines", text.lines, len(voucher.get("lines", ())))


def _allocations(run: Simulation, expect: ExpectText) -> Iterator[str]:
    for name, wanted in (expect.allocated or {}).items():
        used = sum(
            allocation.quantity
            for filed in run.claims.values()
            if filed.last and not filed.state.over
            for allocation in filed.last.verdict.allocations
            if name in _names(allocation)
        )
        yield from _same(f"allocated of {name}", wanted, f"{used.normalize():f}" if used else "0")


def _called(filed: Filed) -> tuple[str, str]:
    number = filed.state.number
    return number, f"{number} of {filed.recorded.key.partition('/')[0]}"


def _names(allocation: Allocation) -> tuple[str, ...]:
    """What a scenario may call the line: "PO-1/10", and "PO-1/10 of sap1" where several source systems have the order."""
    ledger = allocation.ledger
    line = f"{ledger.number if ledger.kind == 'order' else ledger.bare}/{allocation.line}"
    return (line, f"{line} of {ledger.system}") if ledger.system else (line,)


def _ranking(run: Simulation, expect: ExpectText) -> Iterator[str]:
    if expect.ranking is None:
        return
    ranked = [
        (-rank.priority, filed.state.number)
        for filed in run.claims.values()
        if any(not case.ended for case in filed.cases.values()) and (rank := _rank(filed, run.at)) is not None
    ]
    yield from _same("ranking", expect.ranking, tuple(number for _, number in sorted(ranked)))


def _rank(filed: Filed, at: datetime) -> Rank | None:
    document = filed.recorded.document
    if not isinstance(document, Invoice):
        return None
    stakes = [case.at_stake for case in filed.cases.values() if not case.ended and case.at_stake is not None]
    weight = filed.last.priority.weight if filed.last else 1
    return rank(document, total(stakes, document.currency) if stakes else None, at.date(), weight=weight)


def _same(name: str, wanted: object, actual: object) -> Iterator[str]:
    if wanted is not None and wanted != actual:
        yield f"{name}: {wanted!r} expected, is {actual!r}"


def _several(given: Iterable[str] | str | None) -> Iterable[str]:
    return () if given is None else (given,) if isinstance(given, str) else given
