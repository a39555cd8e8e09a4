"""Quantity: what is billed in all against what was ordered, received and inspected; and who can clear what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Final

from tieout.core.findings.finding import Awaited, Finding
from tieout.core.findings.making import finding, instant_text, quantity_text
from tieout.core.policy.rule import HOURS
from tieout.core.policy.tolerance import Assessment, Tolerance, assess, limit_over
from tieout.core.tie_out.key import billed_key
from tieout.core.values.calendar import add
from tieout.core.values.clock import Clock, Hours
from tieout.core.values.key import Key
from tieout.core.values.money import Money, extend
from tieout.packs.payables.codes import code
from tieout.packs.payables.rules import ARRIVAL_WINDOW, INSPECTION_WINDOW, MATCH, SYNC_LAG_MAX
from tieout.packs.payables.sheet import Sheet
from tieout.packs.payables.sheet_lines import SheetLine
from tieout.trade.keys import credited_keys, movement_key, order_key, product_keys
from tieout.trade.posting_lines import CRUMB
from tieout.trade.rules import ORDERED, QUANTITY

ZERO: Final = Decimal(0)
_CREDITED: Final = ("request_credit_note", "short_pay", "accept_variance")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A part of a shortage with its own reason: `quantity` of the order line's unit under the code `code`.

    `until` is the moment when waiting ends; None where there is nothing to wait for. `status` is what people see meanwhile.
    `returned`: it went back to the supplier, and no receipt will come.
    """

    code: str
    quantity: Decimal
    until: datetime | None = None
    status: str = ""
    remainder: bool = False
    returned: bool = False


def quantities(sheet: Sheet) -> Iterator[Finding]:
    """AP-QTY-ORD, -NOREC, -REC, -INSP, -SHORT, AP-QUAL-REJ, AP-GR-EARLY, INT-GR-LAG, AP-CRM-INC for every line."""
    for line in sheet.lines:
        if line.named is not None and line.named < 0:
            yield from _credited(sheet, line)
        if line.billed is None or line.billed < 0 or line.is_money:
            continue
        if line.free:
            yield from _gratis(sheet, line)
        if line.to_pay <= 0:
            continue
        over = over_ordered(line)
        if over is not None:
            yield ordered_finding(sheet, line, over)
        for gap in gaps(sheet, line):
            yield _gap(sheet, line, gap)


def units(sheet: Sheet) -> Iterator[Finding]:
    """AP-UOM: no exact conversion between the billed unit and the ordered one, or money without a quantity."""
    for line in sheet.lines:
        quantity = line.invoice_line.quantity
        if line.is_money:
            continue
        if line.billed is None or (not line.billed and line.invoice_line.net):
            billed = quantity.unit if quantity else "nothing countable"
            yield finding(
                code("AP-UOM"),
                line.where,
                ruling=line.ruling,
                expected=line.ledger.unit,
                actual=billed,
                at_stake=line.invoice_line.net,
                awaited=[Awaited(key=key) for key in product_keys(line.order_line.product)],
                unit=line.ledger.unit,
                billed=str(quantity) if quantity else "no quantity",
                order=line.order.number,
                reason="Billed",
            )
        elif line.ledger.uncounted and line.available is not None:
            # A return that cannot be counted would otherwise leave all of it payable.
            yield finding(
                code("AP-UOM"),
                line.where,
                ruling=line.ruling,
                expected=line.ledger.unit,
                actual=", ".join(line.ledger.uncounted),
                at_stake=line.invoice_line.net,
                awaited=[Awaited(key=key) for key in product_keys(line.order_line.product)],
                unit=line.ledger.unit,
                billed=str(quantity),
                order=line.order.number,
                reason="Goods moved",
            )


def over_ordered(line: SheetLine) -> Assessment | None:
    """How much more is billed than ordered, where that is beyond tolerance; else None."""
    tolerance = line.ruling.value(ORDERED)
    if tolerance is None:
        return None
    ordered, billed = line.ledger.ordered, line.billed_before + line.to_pay
    if _is_no_more(line, billed, ordered):
        return None
    assessment = _assess_quantity(line, tolerance, ordered, billed)
    return None if assessment.within or assessment.side != "over" else assessment


def _is_no_more(line: SheetLine, billed: Decimal, expected: Decimal) -> bool:
    """Whether it is plain that no more is billed than expected: neither by quantity nor by its value."""
    return billed <= expected and (line.price_expected is None or line.price_expected >= 0)


def _assess_quantity(line: SheetLine, tolerance: Tolerance, expected: Decimal, actual: Decimal) -> Assessment:
    """By number of units, or by their value at the expected price, so that cheap lines may vary more than expensive ones."""
    if abs(actual - expected) < CRUMB:
        actual = expected
    if tolerance.basis == "extended_value" and line.price_expected is not None:
        price = line.price_expected
        currency = line.invoice_line.net.currency
        return assess(tolerance, expected=expected * price, actual=actual * price, currency=currency)
    return assess(tolerance, expected=expected, actual=actual)


def shortage(line: SheetLine) -> Decimal:
    """How much of what is billed has no receipt behind it, after tolerance; never more than is billed now.

    What is posted lacks what is missing after those recorded before it; the rest lacks what is missing after all.
    """
    if line.billed is None or line.to_pay <= 0:
        return ZERO
    if not line.posted or line.to_pay - line.posted < CRUMB:
        return _lacking(line, line.billed_before, line.to_pay)
    first = _lacking(line, line.billed_before - line.later, line.posted)
    return first + _lacking(line, line.billed_before + line.posted, line.to_pay - line.posted)


def _lacking(line: SheetLine, before: Decimal, now: Decimal) -> Decimal:
    usable, tolerance = line.available, line.ruling.value(QUANTITY)
    if usable is None or tolerance is None:
        return ZERO
    billed = before + now
    if _is_no_more(line, billed, usable):
        return ZERO
    if over_ordered(line) is not None:
        billed = min(billed, max(line.ledger.ordered, usable))  # what goes beyond the order is a finding of its own
    assessment = _assess_quantity(line, tolerance, usable, billed)
    if assessment.within or assessment.side != "over":
        return ZERO
    return min(billed - usable, now)


def gaps(sheet: Sheet, line: SheetLine) -> list[Gap]:
    """Splits a shortage by what explains it: rejected, in inspection, not synchronised, on its way, or unexplained."""
    missing = shortage(line)
    if missing <= 0:
        return []
    explained: list[Gap] = []
    explanations = (_rejected, _inspected, _unsynchronised, _in_transit, _sent_back)
    for explain in explanations:
        gap = explain(sheet, line, missing)
        if gap is not None and gap.quantity > CRUMB:
            explained.append(gap)
            missing -= gap.quantity
        if missing < CRUMB:
            return explained
    nothing = line.ledger.received <= 0 and not explained
    return [
        *explained,
        Gap(code="AP-QTY-NOREC" if nothing else "AP-QTY-REC", quantity=missing, remainder=bool(explained)),
    ]


def _rejected(sheet: Sheet, line: SheetLine, missing: Decimal) -> Gap | None:
    return Gap(code="AP-QUAL-REJ", quantity=min(missing, max(ZERO, line.ledger.rejected)))


def _inspected(sheet: Sheet, line: SheetLine, missing: Decimal) -> Gap | None:
    window, hours = line.ruling.value(INSPECTION_WINDOW), line.ruling.value(HOURS)
    if line.ruling.value(MATCH) != "3-way+inspection" or window is None or hours is None:
        return None
    quantity = min(missing, line.ledger.in_inspection)
    until = add(window, sheet.dossier.received_at, hours)
    if sheet.dossier.at >= until:
        return Gap(code="AP-QTY-SHORT", quantity=quantity, until=until)
    return Gap(code="AP-QTY-INSP", quantity=quantity, until=until, status="WAIT-INSPECTION")


def _unsynchronised(sheet: Sheet, line: SheetLine, missing: Decimal) -> Gap | None:
    since = line.ledger.confirmed_at
    if since is None:
        return None
    until = _end(line.ruling.value(SYNC_LAG_MAX), since, line.ruling.value(HOURS))
    waiting = until is not None and sheet.dossier.at < until
    return Gap(
        code="INT-GR-LAG",
        quantity=min(missing, line.ledger.unsynchronised),
        until=until,
        status="WAIT-SYNC" if waiting else "",
    )


def _in_transit(sheet: Sheet, line: SheetLine, missing: Decimal) -> Gap | None:
    arrives = line.ledger.arrives_at
    if arrives is None:
        return None
    until = _end(line.ruling.value(ARRIVAL_WINDOW), arrives, line.ruling.value(HOURS))
    if until is None or sheet.dossier.at >= until:
        return None
    return Gap(code="AP-GR-EARLY", quantity=min(missing, line.ledger.in_transit), until=until, status="WAIT-RECEIPT")


def _sent_back(sheet: Sheet, line: SheetLine, missing: Decimal) -> Gap | None:
    """What went back to the supplier, but for what of it is missing of those that were billed before."""
    before = max(ZERO, line.billed_before - (line.available or ZERO))
    # What is credited already is no reason to ask for a credit note, where goods are billed that are not here.
    credited = ZERO if line.posted else line.ledger.credited
    returned = max(ZERO, line.ledger.returned - credited - before)
    return Gap(code="AP-QTY-REC", quantity=min(missing, returned), returned=True)


def _end(window: Clock | None, start: datetime, hours: Hours | None) -> datetime | None:
    return None if window is None or hours is None else add(window, start, hours)


def _gap(sheet: Sheet, line: SheetLine, gap: Gap) -> Finding:
    waiting = bool(gap.status)
    unit, usable = line.ledger.unit, line.available or ZERO
    until = gap.until if waiting else None
    key = movement_key(line.order.number)
    awaited = [Awaited(key=key, until=until, label=gap.status), Awaited(key=order_key(line.order.number))]
    made = finding(
        code(gap.code),
        line.where,
        ruling=line.ruling,
        site=line.site,
        stage="wait" if waiting else "hold",
        status=gap.status,
        expected=quantity_text(usable, unit),
        actual=quantity_text(line.billed_before + (line.billed or ZERO), unit),
        variance=quantity_text(gap.quantity, unit),
        limit=limit_over(tolerance) if (tolerance := line.ruling.value(QUANTITY)) else "0",
        at_stake=_worth(sheet, line, gap.quantity),
        awaited=awaited,
        remainder=gap.remainder,
        also=_ledger_numbers(line) | ({"returned": quantity_text(line.ledger.returned, unit)} if gap.returned else {}),
        missing=quantity_text(gap.quantity, unit),
        until=instant_text(gap.until) if gap.until else "no set time",
        lot=", ".join(line.ledger.lots) or "no lot number",
    )
    return _asks_for_credit(made) if gap.returned else made


def _asks_for_credit(made: Finding) -> Finding:
    """Goods that went back are no matter of the warehouse: accounts payable asks the supplier for a credit note."""
    return replace(made, cause="return", queue="ap", resolutions=_CREDITED, watchers=())


def _gratis(sheet: Sheet, line: SheetLine) -> Iterator[Finding]:
    """Free goods beyond the order: nothing is paid for them and they take nobody's place, so they are notes."""
    unit, before = line.ledger.unit, line.billed_before + line.to_pay
    figures = {
        "AP-QTY-ORD": (line.ledger.ordered, line.free),
        "AP-QTY-REC": (usable := line.available, min(line.free, before + line.free - (usable or ZERO))),
    }
    for code_id, (expected, excess) in figures.items():
        if expected is not None and excess > CRUMB:
            yield finding(
                code(code_id),
                line.where,
                ruling=line.ruling,
                site=line.site,
                stage="note",
                expected=quantity_text(expected, unit),
                actual=quantity_text(before + line.free, unit),
                variance=quantity_text(excess, unit),
                limit="0",
                at_stake=Money.zero(sheet.invoice.currency),
                also=_ledger_numbers(line),
                missing=quantity_text(excess, unit),
            )


def ordered_finding(sheet: Sheet, line: SheetLine, assessment: Assessment) -> Finding:
    """AP-QTY-ORD for a line of which more is billed than ordered."""
    unit, billed = line.ledger.unit, line.billed_before + line.to_pay
    excess = billed - line.ledger.ordered
    return finding(
        code("AP-QTY-ORD"),
        line.where,
        ruling=line.ruling,
        expected=quantity_text(line.ledger.ordered, unit),
        actual=quantity_text(billed, unit),
        variance=quantity_text(excess, unit),
        limit=assessment.limit,
        at_stake=_worth(sheet, line, min(excess, line.to_pay)),
        awaited=[Awaited(key=order_key(line.order.number))],
        also=_ledger_numbers(line),
        missing=quantity_text(excess, unit),
    )


def _credited(sheet: Sheet, line: SheetLine) -> Iterator[Finding]:
    """A credit may take back what was billed and no more."""
    if sheet.dossier.posted:
        return
    after = line.billed_before + (line.named or ZERO)
    if after < -CRUMB:
        unit = line.ledger.unit
        yield finding(
            code("AP-CRM-INC"),
            line.where,
            ruling=line.ruling,
            expected=quantity_text(line.billed_before, unit),
            actual=quantity_text(-(line.named or ZERO), unit),
            variance=quantity_text(-after, unit),
            at_stake=_worth(sheet, line, -after),
            awaited=[Awaited(key=key) for key in _of_what_is_billed(sheet, line)],
            also=_ledger_numbers(line),
        )


def _of_what_is_billed(sheet: Sheet, line: SheetLine) -> tuple[Key, ...]:
    """What brings more that a credit can take back: the invoice that it names, or any other on the order."""
    ledger = sheet.ledger_of(line.order.number)
    return (order_key(line.order.number), billed_key(ledger), *credited_keys(sheet.invoice))


def _ledger_numbers(line: SheetLine) -> dict[str, str]:
    unit, ledger = line.ledger.unit, line.ledger
    figures = {
        "ordered": ledger.ordered,
        "received": ledger.received,
        "accepted": ledger.accepted,
        "in_inspection": ledger.in_inspection,
        "rejected": ledger.rejected,
        "confirmed": ledger.confirmed,
        "in_transit": ledger.in_transit,
        "billed_before": line.billed_before,
        "billed": line.billed or ZERO,
    }
    texts: dict[str, str] = {name: quantity_text(value, unit) for name, value in figures.items()}
    if not line.billed_before:
        texts["billed_before"] = "nothing"
    return texts | {"unit": unit, "order": line.order.number, "order_line": line.order_line.id}


def _worth(sheet: Sheet, line: SheetLine, quantity: Decimal) -> Money:
    price = line.price if line.price is not None else line.price_expected or ZERO
    return abs(extend(price, quantity, per=Decimal(1), currency=sheet.invoice.currency))
