"""Usage that a line bills: whether it is complete, whether it can still change, and whether it is plausible."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Final

from tieout.core.findings.code import Stage
from tieout.core.findings.finding import Awaited, Finding
from tieout.core.findings.making import finding, instant_text, quantity_text
from tieout.core.policy.rule import HOURS
from tieout.core.policy.tolerance import assess
from tieout.core.values.calendar import add
from tieout.core.values.money import to_places
from tieout.core.values.sentence import Figure, Sentence, joined
from tieout.packs.subscription_billing.charges import bounds_of, money_of
from tieout.packs.subscription_billing.codes import code
from tieout.packs.subscription_billing.rules import QUANTITY_GROWTH, USAGE_WINDOW
from tieout.packs.subscription_billing.sheet import Sheet, SheetLine
from tieout.packs.subscription_billing.usage import Reliance
from tieout.trade.contract_periods import end_of, hours_in
from tieout.trade.keys import published
from tieout.trade.selling_keys import usage_key


def late(sheet: Sheet) -> Iterator[Finding]:
    """BIL-USG-LATE: incomplete usage waits, with its owner asked at once, until grace and window are over; then it holds.

    Complete usage waits, and no person is asked, while the grace period lasts: what comes in it still counts.
    """
    for line in _of_usage(sheet):
        reliance, window, hours = line.reliance, sheet.ruling.value(USAGE_WINDOW), sheet.ruling.value(HOURS)
        assert reliance is not None, "a usage line has usage to rely on"
        assert line.terms is not None, "a usage line has a contract"
        grace = end_of(reliance.days, hours=line.terms.subscription.grace_hours, zone=line.terms.zone)
        if reliance.is_complete:
            if sheet.dossier.at < grace:
                reason = Sentence("it is complete, and may change until the grace period is over")
                yield _late(sheet, line, reliance, reason, stage="wait", status="WAIT-GRACE", until=grace)
        elif window is not None and hours is not None:
            until = add(window, grace, hours)
            if sheet.dossier.at < until:
                yield _late(sheet, line, reliance, reliance.lacking, stage="wait", status="WAIT-USAGE", until=until)
            else:
                yield _late(sheet, line, reliance, reliance.lacking, stage="hold", status="", until=None)


def _of_usage(sheet: Sheet) -> Iterator[SheetLine]:
    for line in sheet.open_lines:
        if line.reliance is not None and not (sheet.invoice.is_credit and line.takes_place):
            yield line


def _late(
    sheet: Sheet,
    line: SheetLine,
    reliance: Reliance,
    reason: str,
    *,
    stage: Stage,
    status: str,
    until: datetime | None,
) -> Finding:
    key = usage_key(reliance.meter, reliance.account, reliance.days.first)
    left_out = [omitted.words for omitted in sheet.chosen.doubtful if key in published(omitted.recorded.document)]
    reason = joined("; ", (reason, *left_out))
    # The time is not part of the evidence hash: the same gap is the same finding, however long it lasts.
    more = {"until": instant_text(until)} if until is not None else {}
    return finding(
        code("BIL-USG-LATE"),
        line.where,
        ruling=line.ruling,
        stage=stage,
        status=status,
        expected="a complete statement",
        actual=reason,
        at_stake=abs(line.billed),
        awaited=[Awaited(key=key, until=until, label=status)],
        place=reliance.meter,
        account=reliance.account,
        date=reliance.days.words,
        reason=reason,
        also=more,
    )


def disputed(sheet: Sheet) -> Iterator[Finding]:
    """BIL-USG-DISP: disputed, unlike earlier periods, or more than can be used at all; until a person confirms the statement."""
    for line in _of_usage(sheet):
        reliance = line.reliance
        assert reliance is not None, "a usage line has usage to rely on"
        statement = reliance.statement
        if statement is None or not reliance.is_complete or statement.confirmed_by.strip():
            continue
        usual = _mean(statement.history)
        reason, limit = _doubt(sheet, reliance, usual, zone=line.terms.zone if line.terms else "")
        if reason:
            yield finding(
                code("BIL-USG-DISP"),
                line.where,
                ruling=line.ruling,
                expected="" if usual is None else quantity_text(to_places(usual, 2), statement.unit),
                actual=quantity_text(statement.quantity, statement.unit),
                variance=""
                if usual is None
                else quantity_text(to_places(statement.quantity - usual, 2), statement.unit),
                limit=limit,
                at_stake=abs(line.billed),
                awaited=[Awaited(key=usage_key(reliance.meter, reliance.account, reliance.days.first))],
                place=reliance.meter,
                account=reliance.account,
                date=reliance.days.words,
                reason=reason,
            )


def unstated(sheet: Sheet) -> Iterator[Finding]:
    """BIL-USG-PART: the terms change within the days of a line, and nobody knows what was used before and after.

    A person may say that an estimate by days goes out; a statement of each part clears it. Usage that costs the same whenever it was
    used needs none.
    """
    for line in _of_usage(sheet):
        reliance, terms = line.reliance, line.terms
        assert reliance is not None, "a usage line has usage to rely on"
        assert terms is not None, "a usage line has a contract"
        if not reliance.unstated or not reliance.is_complete or reliance.quantity is None or line.version is None:
            continue
        name, currency = line.version.line.id, sheet.invoice.currency
        least, most = bounds_of(terms, name, reliance.days, reliance.quantity)
        if line.expected is None or money_of(least, currency) == money_of(most, currency):
            continue
        keys = [usage_key(reliance.meter, reliance.account, part.first) for part in reliance.unstated]
        yield finding(
            code("BIL-USG-PART"),
            line.where,
            ruling=line.ruling,
            expected=str(line.expected),
            actual=str(line.billed),
            at_stake=abs(line.billed),
            awaited=[Awaited(key=key) for key in keys],
            place=reliance.meter,
            account=reliance.account,
            date=reliance.days.words,
            parts=joined("; ", (part.words for _, part in terms.segments(name, reliance.days))),
            least=str(money_of(least, currency)),
            most=str(money_of(most, currency)),
        )


def _mean(history: tuple[Decimal, ...]) -> Decimal | None:
    return sum(history, Decimal(0)) / len(history) if history else None


def _doubt(sheet: Sheet, reliance: Reliance, usual: Decimal | None, *, zone: str) -> tuple[str, str]:
    """Why the statement is doubted, and the limit that it breaks; "" if it is not."""
    statement, meter, growth = reliance.statement, reliance.meter_exists, sheet.ruling.value(QUANTITY_GROWTH)
    assert statement is not None, "only a statement is doubted"
    if statement.disputed:
        return "the customer disputes it", ""
    if meter is not None and meter.hourly_max is not None:
        most = meter.hourly_max * hours_in(reliance.days, zone)
        if statement.quantity > most:
            return Sentence(
                "an account can use {quantity} at most", quantity=quantity_text(most, statement.unit)
            ), quantity_text(most, statement.unit)
    if growth is not None and usual is not None:
        assessment = assess(growth, expected=usual, actual=statement.quantity)
        if not assessment.within:
            return (
                Sentence(_SIDES[assessment.side], history=len(statement.history), limit=Figure(assessment.limit)),
                assessment.limit,
            )
    return "", ""


_SIDES: Final = {
    "over": "over what it was in {history} periods before by more than {limit}",
    "under": "under what it was in {history} periods before by more than {limit}",
}
