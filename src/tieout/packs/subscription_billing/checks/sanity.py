"""Bounds of a billing run: what would bill twice, or fits no contract, is held instead of being released."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from tieout.core.findings.finding import Awaited, Finding
from tieout.core.findings.making import finding
from tieout.core.policy.rule import HOURS
from tieout.core.values.calendar import add
from tieout.core.values.party import normal_id, normal_reference
from tieout.core.values.sentence import Sentence, as_sentence, joined
from tieout.packs.subscription_billing.charges import is_once
from tieout.packs.subscription_billing.codes import code
from tieout.packs.subscription_billing.ledger import given_place
from tieout.packs.subscription_billing.prepaid import is_beyond
from tieout.packs.subscription_billing.rules import LINES_MAX
from tieout.packs.subscription_billing.sheet import DOCUMENT, Sheet, SheetLine
from tieout.trade.books import source_of
from tieout.trade.documents import Invoice
from tieout.trade.gives_back import counted_on
from tieout.trade.rules import LEAK_WINDOW
from tieout.trade.selling_keys import own_number_key, subscription_key

STATUS: Final = "WAIT-CREDIT"
_DEAD = frozenset({"rejected", "superseded"})
_FIRST = frozenset({"posted", "part_posted", "posting"})


def bounds(sheet: Sheet) -> Iterator[Finding]:
    """BIL-SANE, one for the whole invoice: while anything is out of bounds, nothing of it is released.

    What is billed again waits, and no person is asked, while the credit note that takes back the first billing is on its way.
    """
    reasons = [*_same_number(sheet), *_size(sheet)]
    lines = [line for line in sheet.open_lines if not sheet.invoice.is_credit or line.version is None]
    waiting = {line.where: note for line in lines if (note := making_room(sheet, line))}
    for line in lines:
        twice = () if line.where in waiting else _twice(sheet, line)
        reasons += [
            Sentence("line {line} {reason}", line=line.where, reason=as_sentence(reason))
            for reason in (_unknown(sheet, line) or twice)
        ]
    reasons += _credited_beyond(sheet) if sheet.invoice.is_credit else _of_another_account(sheet)
    reasons += _within(sheet)
    until = room_until(sheet) if waiting and not reasons else None
    if waiting and not reasons:
        notes = ", ".join(dict.fromkeys(waiting.values()))
        reasons = [Sentence("credit note {notes} has to take back first what is billed again here", notes=notes)]
    if reasons:
        keys = [subscription_key(number) for number in sheet.invoice.order_numbers()]
        yield finding(
            code("BIL-SANE"),
            DOCUMENT,
            ruling=sheet.ruling,
            stage="wait" if until else "hold",
            status=STATUS if until else "",
            expected="within bounds",
            actual=Sentence("{count} out of bounds", count=len(reasons)),
            at_stake=sheet.invoice.totals.payable,
            awaited=[
                Awaited(key=key, until=until, label=STATUS if until else "")
                for key in (*keys, own_number_key(sheet.invoice))
            ],
            reason=joined("; ", reasons),
        )


def making_room(sheet: Sheet, sheet_line: SheetLine) -> str:
    """The credit note on its way that takes back what the line bills again; "" if there is none, or none is needed.

    A rejected credit note takes back nothing.
    """
    if sheet.invoice.is_credit or not sheet_line.takes_place or sheet_line.others.at(sheet_line.slot).days <= 0:
        return ""
    before = {normal_reference(number) for number in sheet.invoice.preceding}
    dead = {normal_reference(claim.number) for claim in sheet.dossier.alike if claim.state in _DEAD}
    billing = {
        source_of(allocation.claim)
        for allocation in counted_on(sheet.dossier.allocated, sheet.invoice)
        if allocation.line in {sheet_line.slot, given_place(sheet_line.slot)}
    }
    documents = [(recorded.document, source_of(recorded.key) in billing) for recorded in sheet.evidence]
    ours = [(document, stands) for document, stands in documents if isinstance(document, Invoice)]
    if not any(
        stands and normal_reference(invoice.number) in before and not invoice.is_credit for invoice, stands in ours
    ):
        return ""
    again = (sheet_line.line.order, sheet_line.line.period_from)
    for invoice, stands in ours:
        mine = invoice.is_credit and before & {normal_reference(number) for number in invoice.preceding}
        same = any((line.order, line.period_from) == again for line in invoice.lines)
        if mine and same and not stands and normal_reference(invoice.number) not in dead:
            return invoice.number
    return ""


def room_until(sheet: Sheet) -> datetime | None:
    """How long that may take before a person is asked: as long as anything billable may stay unbilled. None when it is over."""
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
                yield Sentence(
                    "number {invoice} is that of {other}, which is {state}",
                    invoice=sheet.invoice.number,
                    other=other.number,
                    state=Sentence(other.state),
                )
            return


def _size(sheet: Sheet) -> Iterator[str]:
    most, count = sheet.ruling.value(LINES_MAX), len(sheet.invoice.lines)
    if sheet.foreign and not sheet.is_final:
        yield Sentence(
            "it is in {currency}, with amounts in {foreign}",
            currency=sheet.invoice.currency,
            foreign=", ".join(sheet.foreign),
        )
    if most is not None and count > most and not sheet.is_final:
        yield Sentence("it has {count} lines, at most {most} are usual", count=count, most=most)


def _unknown(sheet: Sheet, sheet_line: SheetLine) -> list[str]:
    """What fits no contract."""
    line = sheet_line.line
    number = line.order.document or sheet.invoice.order_number
    if sheet_line.terms is None:
        return [_no_contract(sheet, number)]
    if sheet_line.terms.fault:
        return [Sentence("is for {number}, and {fault}", number=number, fault=as_sentence(sheet_line.terms.fault))]
    if line.order.line not in sheet_line.terms.lines:
        return [
            Sentence(
                "is for {line} of {number}, which the contract does not know",
                line=line.order.line or Sentence("no line"),
                number=number,
            )
        ]
    if sheet_line.version is None:
        return [
            Sentence(
                "is for {days}, when {number}/{line} is not in force",
                days=sheet_line.days.words if sheet_line.days else "None",
                number=number,
                line=line.order.line,
            )
        ]
    contract = sheet_line.version.line
    currency = sheet_line.terms.subscription.currency
    if sheet.invoice.currency != currency:
        return [
            Sentence("is in {invoice}, the contract in {contract}", invoice=sheet.invoice.currency, contract=currency)
        ]
    if sheet_line.days is None and not is_once(contract):
        return ["names no period"]
    if line.basis not in {"", "true_up", contract.basis}:
        return [Sentence("charges {basis}, the contract says {contract}", basis=line.basis, contract=contract.basis)]
    return []


def _twice(sheet: Sheet, sheet_line: SheetLine) -> Iterator[str]:
    """What was billed already, on the same place or on overlapping days."""
    if not sheet_line.takes_place or sheet.invoice.is_credit:
        return
    here = sheet_line.others.at(sheet_line.slot)
    if here.days > 0:
        yield Sentence("bills {place} again, after {by}", place=_place(sheet_line), by=", ".join(here.by))
        return
    if sheet_line.days is None or (sheet_line.version is not None and is_once(sheet_line.version.line)):
        return
    for other in sheet_line.others.of(sheet_line.line.order.line):
        if other.period is not None and other.period.within(sheet_line.days) is not None:
            yield Sentence("overlaps {period}, which {by} billed", period=other.period.words, by=", ".join(other.by))
            return


def _within(sheet: Sheet) -> Iterator[str]:
    """The same place twice on one invoice, or overlapping days."""
    open_lines = [sheet_line for sheet_line in sheet.open_lines if sheet_line.slot and sheet_line.takes_place]
    counted = Counter((sheet_line.line.order.document, sheet_line.slot) for sheet_line in open_lines)
    for (number, slot), count in counted.items():
        if count > 1:
            yield Sentence("{count} lines bill {number}/{slot}", count=count, number=number, slot=slot)
    for k, one in enumerate(open_lines):
        for other in open_lines[k + 1 :]:
            same = one.line.order == other.line.order and one.slot != other.slot
            if same and one.days and other.days and one.days.within(other.days):
                yield Sentence("lines {one} and {other} overlap", one=one.where, other=other.where)


def _of_another_account(sheet: Sheet) -> Iterator[str]:
    """A contract is billed to the account whose it is."""
    billed = sheet.invoice.buyer.identifier("ours")
    for line in sheet.open_lines:
        account = line.terms.subscription.account if line.terms else ""
        if billed and account and normal_id(account) != normal_id(billed):
            yield Sentence(
                "line {line} is for {number}, which is account {account}'s",
                line=line.where,
                number=line.line.order.document or sheet.invoice.order_number,
                account=account,
            )


def _credited_beyond(sheet: Sheet) -> Iterator[str]:
    """A credit note credits no more than was billed on its place."""
    for line in sheet.open_lines:
        if line.version is None or line.line.basis == "true_up":
            continue
        if line.is_prepaid:
            if is_beyond(line):
                yield Sentence(
                    "line {line} takes back more than was billed for {place}", line=line.where, place=_place(line)
                )
            continue
        billed = line.others.covering(line.slot, line.days)
        if billed.days <= 0 or billed.left < -line.billed.minor:
            yield Sentence(
                "line {line} takes back more than was billed for {place}", line=line.where, place=_place(line)
            )


def _place(sheet_line: SheetLine) -> str:
    return f"{sheet_line.line.order.document}/{sheet_line.slot}".replace("/once", "")


def _no_contract(sheet: Sheet, number: str) -> str:
    key = subscription_key(number)
    if several := sheet.chosen.undecided(key):
        return Sentence(
            "is for subscription {number}, which is there in several systems ({several}), and nothing says in which",
            number=number,
            several=several,
        )
    if others := sheet.chosen.elsewhere(key):
        return Sentence("is for subscription {number}, which is there in {others}", number=number, others=others)
    return (
        Sentence("is for subscription {number}, which no contract knows", number=number)
        if number
        else "names no subscription"
    )
