"""Price: the billed unit price against the order's and the contract's."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from tieout.core.findings.finding import Awaited, Finding
from tieout.core.findings.making import finding, price_text
from tieout.core.policy.tolerance import Assessment, Tolerance, assess
from tieout.core.values.money import Money, extend, to_places
from tieout.core.values.sentence import Sentence
from tieout.packs.payables.codes import code
from tieout.packs.payables.reading import on_line
from tieout.packs.payables.sheet import Sheet
from tieout.packs.payables.sheet_lines import SheetLine, sign_of
from tieout.trade.keys import order_key, party_keys
from tieout.trade.rules import UNIT_PRICE

_CENT = 1  # money is rounded once for each line
_BASES = (Decimal(10), Decimal(100), Decimal(1000))


def prices(sheet: Sheet) -> Iterator[Finding]:
    """AP-PRC-OVER, AP-PRC-UNDER, AP-PRC-STALEPO, AP-PRC-UNITBASIS for every line that can be compared."""
    for line in sheet.lines:
        assumed = line.reading is not None and line.reading.assumed
        if line.is_comparable and (not line.is_money or assumed) and not _billed_since(sheet, line):
            yield from price_of(sheet, line)


def _billed_since(sheet: Sheet, line: SheetLine) -> bool:
    """Whether what posted goods cost less than expected is billed by now, as differences without goods: then nothing is open any more."""
    expected, currency = line.price_expected, sheet.invoice.currency
    if not line.posted or line.posted < 0 or expected is None or line.price is None or line.price >= expected:
        return False
    entries = on_line(sheet.dossier.allocated, sheet.ledger_of(line.order.number), line.order_line.id)
    mine = [used for used in entries if used.amount.currency == currency]
    later = sum(used.amount.minor for used in mine if not used.quantity and used.amount.minor > 0)
    short = (_extended(line, expected, currency) - line.money).minor
    for used in mine:
        if used.quantity > 0:
            worth = extend(expected, used.quantity, per=Decimal(1), currency=currency)
            short += max(0, (worth - used.amount).minor)
    return later > 0 and later + _CENT >= short


def price_of(sheet: Sheet, line: SheetLine) -> Iterator[Finding]:
    """What is found about the price of one line that can be compared."""
    tolerance, price, expected = line.ruling.value(UNIT_PRICE), line.price, line.price_expected
    if tolerance is None or price is None or (line.free and not line.to_pay):
        return
    if expected is None:
        yield _no_price(sheet, line)
        return
    assessment = line.assessment
    if assessment is None or (assessment.within and not line.is_money):
        return
    currency, sign = sheet.invoice.currency, sign_of(line.named)
    agreed = line.contract_price
    if (
        agreed is not None
        and not line.is_money
        and agreed != expected
        and assess(tolerance, expected=agreed * sign, actual=price * sign, currency=currency).within
    ):
        yield _stale(sheet, line, agreed)
    elif line.is_money:  # a credit that does not say what it gives back
        yield _price_finding(sheet, line, "AP-PRC-OVER", assessment, money=str(abs(line.money)))
    elif _other_basis(tolerance, expected, price, currency):
        yield _price_finding(sheet, line, "AP-PRC-UNITBASIS", assessment, ratio=_ratio(expected, price))
    else:
        yield _price_finding(sheet, line, "AP-PRC-OVER" if assessment.side == "over" else "AP-PRC-UNDER", assessment)


def _no_price(sheet: Sheet, line: SheetLine) -> Finding:
    return finding(
        code("AP-PO-INVALID"),
        line.where,
        ruling=line.ruling,
        expected="a price on the order line or in a contract",
        actual="none",
        at_stake=line.invoice_line.net,
        awaited=_price_keys(sheet, line),
        order=line.order.number,
        reason=Sentence(
            "has no price on line {order_line}, and no contract in force has one", order_line=line.order_line.id
        ),
    )


def _other_basis(tolerance: Tolerance, expected: Decimal, price: Decimal, currency: str) -> bool:
    return expected > 0 and any(
        assess(tolerance, expected=expected, actual=price / basis, currency=currency).within
        or assess(tolerance, expected=expected, actual=price * basis, currency=currency).within
        for basis in _BASES
    )


def _ratio(expected: Decimal, price: Decimal) -> str:
    high, low = max(expected, price), min(expected, price)
    return f"{round(high / low)}" if low else "unbounded"


def _stale(sheet: Sheet, line: SheetLine, agreed: Decimal) -> Finding:
    contract = line.contract
    assert contract is not None, "a contract price has a contract"
    unit, currency = line.ledger.unit, sheet.invoice.currency
    stake = _extended(line, agreed - (line.price_expected or Decimal(0)), currency)
    return finding(
        code("AP-PRC-STALEPO"),
        line.where,
        ruling=line.ruling,
        expected=price_text(line.price_expected or Decimal(0), currency, unit),
        actual=price_text(line.price or Decimal(0), currency, unit),
        variance=price_text((line.price or Decimal(0)) - (line.price_expected or Decimal(0)), currency, unit),
        at_stake=abs(stake),
        awaited=_price_keys(sheet, line),
        order=line.order.number,
        order_line=line.order_line.id,
        price=price_text(line.price or Decimal(0), currency, unit),
        price_expected=price_text(line.price_expected or Decimal(0), currency, unit),
        contract=contract.number,
        contract_price=price_text(agreed, currency, unit),
        proposal=Sentence(
            "set the price of order {order} line {order_line} to {price}",
            order=line.order.number,
            order_line=line.order_line.id,
            price=price_text(agreed, currency, unit),
        ),
    )


def _price_finding(sheet: Sheet, line: SheetLine, code_id: str, assessment: Assessment, **more: str) -> Finding:
    unit, currency, expected = line.ledger.unit, sheet.invoice.currency, line.price_expected or Decimal(0)
    return finding(
        code(code_id),
        line.where,
        ruling=line.ruling,
        expected=price_text(expected, currency, unit),
        actual=price_text(line.price or Decimal(0), currency, unit),
        variance=price_text(assessment.variance, currency, unit),
        limit=assessment.limit,
        at_stake=abs(_extended(line, assessment.variance, currency)),
        awaited=_price_keys(sheet, line),
        order=line.order.number,
        order_line=line.order_line.id,
        price=price_text(line.price or Decimal(0), currency, unit),
        price_expected=price_text(expected, currency, unit),
        price_source=line.price_source,
        percent=_percent(expected, assessment.variance),
        also=more,
    )


def _price_keys(sheet: Sheet, line: SheetLine) -> list[Awaited]:
    return [Awaited(key=order_key(line.order.number))] + [
        Awaited(key=key) for key in party_keys("contract-of", sheet.invoice.supplier)
    ]


def _extended(line: SheetLine, price: Decimal, currency: str) -> Money:
    return extend(price, abs(line.to_pay or line.named or Decimal(0)), per=Decimal(1), currency=currency)


def _percent(expected: Decimal, variance: Decimal) -> str:
    return f"{to_places(variance / abs(expected) * 100, 2):+f} %" if expected else "no percentage of zero"
