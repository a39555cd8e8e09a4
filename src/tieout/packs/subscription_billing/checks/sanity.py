"""Bounds of a billing run: what would bill twice, or what no contract knows, parks the account instead of going out wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from tieout.core.findings.finding import Awaited, Finding
from tieout.core.findings.making import finding
from tieout.core.policy.rule import HOURS
from tieout.core.values.calendar import add
from tieout.core.values.party import normal_reference
from tieout.packs.subscription_billing.charges import is_once
from tieout.packs.subscription_billing.codes import code
from tieout.packs.subscription_billing.ledger import source_of
from tieout.packs.subscription_billing.rules import LINES_MAX
from tieout.packs.subscription_billing.sheet import DOCUMENT, Sheet, SheetLine
from tieout.trade.documents import Invoice
from tieout.trade.rules import LEAK_WINDOW
from tieout.trade.selling_keys import own_number_key, subscription_key

STATUS: Final = "WAIT-CREDIT"
_DEAD = frozenset({"rejected", "superseded"})
_FIRST = frozenset({"posted", "part_posted", "posting"})


def bounds(sheet: Sheet) -> Iterator[Finding]:
    """BIL-SANE, one for the whole paper: while anything is out of bounds, nothing of the account goes out.

    What is billed anew waits, and nobody is asked, while the credit note that makes room for it is on its way.
    """
    reasons = [*_same_number(sheet), *_size(sheet)]
    lines = [known for known in sheet.open_lines if not sheet.invoice.is_credit or known.version is None]
    waiting = {known.where: note for known in lines if (note := making_room(sheet, known))}
    for known in lines:
        twice = () if known.where in waiting else _twice(sheet, known)
        reasons += [f"line {known.where} {reason}" for reason in (_unknown(sheet, known) or twice)]
    if sheet.invoice.is_credit:
        reasons += _credited_beyond(sheet)
    reasons += _within(sheet)
    until = room_until(sheet) if waiting and not reasons else None
    if waiting and not reasons:
        notes = ", ".join(dict.fromkeys(waiting.values()))
        reasons = [f"credit note {notes} has to take back first what is billed again here"]
    if reasons:
        keys = [subscription_key(number) for number in sheet.invoice.order_numbers()]
        yield finding(
            code("BIL-SANE"),
            DOCUMENT,
            ruling=sheet.ruling,
            stage="wait" if until else "hold",
            status=STATUS if until else "",
            expected="within bounds",
            actual=f"{len(reasons)} out of bounds",
            at_stake=sheet.invoice.totals.payable,
            awaited=[
                Awaited(key=key, until=until, label=STATUS if until else "")
                for key in (*keys, own_number_key(sheet.invoice))
            ],
            reason="; ".join(reasons),
        )


def making_room(sheet: Sheet, known: SheetLine) -> str:
    """The credit note on its way that takes back what the line bills again; "" if there is none, or room already.

    One that was declined makes no room any more.
    """
    if sheet.invoice.is_credit or not known.takes_place or known.others.at(known.slot).days <= 0:
        return ""
    before = {normal_reference(number) for number in sheet.invoice.preceding}
    dead = {normal_reference(each.number) for each in sheet.dossier.alike if each.state in _DEAD}
    there = {source_of(each.claim) for each in sheet.dossier.allocated if each.line == known.slot}
    papers = [(paper.document, source_of(paper.key) in there) for paper in sheet.evidence]
    ours = [(paper, stands) for paper, stands in papers if isinstance(paper, Invoice)]
    if not any(stands and normal_reference(paper.number) in before and not paper.is_credit for paper, stands in ours):
        return ""
    for paper, stands in ours:
        mine = paper.is_credit and before & {normal_reference(number) for number in paper.preceding}
        same = any((line.order, line.period_from) == (known.line.order, known.line.period_from) for line in paper.lines)
        if mine and same and not stands and normal_reference(paper.number) not in dead:
            return paper.number
    return ""


def room_until(sheet: Sheet) -> datetime | None:
    """How long that may take before somebody looks: as long as anything billable may stay unbilled. None when it is over."""
    window, hours = sheet.ruling.value(LEAK_WINDOW), sheet.ruling.value(HOURS)
    until = None if window is None or hours is None else add(window, sheet.dossier.received_at, hours)
    return until if until is not None and sheet.dossier.at < until else None


def _same_number(sheet: Sheet) -> Iterator[str]:
    mine = normal_reference(sheet.invoice.number)
    for other in sheet.dossier.alike:
        came_first = other.earlier or other.state in _FIRST
        alive = not other.reversed and other.state not in {"rejected", "superseded"}
        if other.kind == sheet.invoice.kind and normal_reference(other.number) == mine and came_first and alive:
            if not sheet.is_final:
                yield f"number {sheet.invoice.number} is that of {other.number}, which is {other.state}"
            return


def _size(sheet: Sheet) -> Iterator[str]:
    most, count = sheet.ruling.value(LINES_MAX), len(sheet.invoice.lines)
    if sheet.foreign and not sheet.is_final:
        yield f"it is in {sheet.invoice.currency}, with amounts in {', '.join(sheet.foreign)}"
    if most is not None and count > most and not sheet.is_final:
        yield f"it has {count} lines, at most {most} are usual"


def _unknown(sheet: Sheet, known: SheetLine) -> list[str]:
    """What no contract knows."""
    line = known.line
    number = line.order.document or sheet.invoice.order_number
    if known.terms is None:
        others = sheet.chosen.elsewhere(subscription_key(number))
        if others:
            return [f"is for subscription {number}, which is there in {others}"]
        return [f"is for subscription {number}, which no contract knows" if number else "names no subscription"]
    if line.order.line not in known.terms.lines:
        return [f"is for {line.order.line or 'no line'} of {number}, which the contract does not know"]
    if known.version is None:
        return [f"is for {known.days}, when {number}/{line.order.line} is not in force"]
    contract = known.version.line
    currency = known.terms.subscription.currency
    if sheet.invoice.currency != currency:
        return [f"is in {sheet.invoice.currency}, the contract in {currency}"]
    if known.days is None and not is_once(contract):
        return ["names no period"]
    if line.basis not in {"", "true_up", contract.basis}:
        return [f"charges {line.basis}, the contract says {contract.basis}"]
    return []


def _twice(sheet: Sheet, known: SheetLine) -> Iterator[str]:
    """What was billed already, on the same place or on days that overlap."""
    if not known.takes_place or sheet.invoice.is_credit:
        return
    here = known.others.at(known.slot)
    if here.days > 0:
        yield f"bills {_place(known)} again, after {', '.join(here.by)}"
        return
    if known.days is None or (known.version is not None and is_once(known.version.line)):
        return
    for other in known.others.of(known.line.order.line):
        if other.period is not None and other.period.within(known.days) is not None:
            yield f"overlaps {other.period}, which {', '.join(other.by)} billed"
            return


def _within(sheet: Sheet) -> Iterator[str]:
    """The same place twice on one paper, or days that overlap on it."""
    open_lines = [known for known in sheet.open_lines if known.slot and known.takes_place]
    counted = Counter((known.line.order.document, known.slot) for known in open_lines)
    for (number, slot), count in counted.items():
        if count > 1:
            yield f"{count} lines bill {number}/{slot}"
    for k, one in enumerate(open_lines):
        for other in open_lines[k + 1 :]:
            same = one.line.order == other.line.order and one.slot != other.slot
            if same and one.days and other.days and one.days.within(other.days):
                yield f"lines {one.where} and {other.where} overlap"


def _credited_beyond(sheet: Sheet) -> Iterator[str]:
    """A credit note gives back no more than was billed on its place."""
    for known in sheet.open_lines:
        if known.version is None or not known.takes_place:
            continue
        billed = known.others.at(known.slot)
        if billed.days <= 0 or billed.minor < -known.billed.minor:
            yield f"line {known.where} takes back more than was billed for {_place(known)}"


def _place(known: SheetLine) -> str:
    return f"{known.line.order.document}/{known.slot}".replace("/once", "")
