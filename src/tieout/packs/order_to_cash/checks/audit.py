"""After the release: the billed price compared with the one that holds now. What was overbilled is credited."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from tieout.core.findings.acceptance import accepted_up_to
from tieout.core.findings.finding import Awaited, Finding
from tieout.core.findings.making import finding
from tieout.core.policy.tolerance import assess, limit_over
from tieout.core.tie_out.key import same_ledger
from tieout.core.values.money import Money, total
from tieout.core.values.sentence import Sentence, joined
from tieout.packs.order_to_cash.codes import code
from tieout.packs.order_to_cash.ledger import ZERO
from tieout.packs.order_to_cash.prices import Agreed
from tieout.packs.order_to_cash.reading import on_line
from tieout.packs.order_to_cash.sheet import DOCUMENT, Sheet, SheetLine
from tieout.trade.documents import InvoiceLine
from tieout.trade.rules import UNIT_PRICE
from tieout.trade.selling_keys import billed_key, credited_key, issued_key

# A price in fractions of a cent is rounded once on the invoice; one cent of a line is no price error.
_CENT = 1
# What somebody accepted of these before the release is intended; what comes on top of it is not.
_BEFORE = frozenset({"AR-PRC-OVR", "AR-REBATE"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Misbilled:
    """A released line at another price than holds now: what is billed of it less returns, the right amount, and by which rule.

    `open` is what no credit note has credited yet and nobody has accepted; negative where too little was billed. `accepted` is
    what somebody has, None for nothing.
    """

    line: InvoiceLine
    order: str
    billed: Money
    right: Money
    open: Money
    rule: str
    limit: str
    accepted: Money | None = None


def prices(sheet: Sheet) -> Iterator[Finding]:
    """AR-PRC-POST for each released line whose right price is another by now, for what is not credited yet."""
    ledger = issued_key(sheet.invoice.number, sheet.books.chosen.own)
    for wrong in misbilled(sheet):
        yield finding(
            code("AR-PRC-POST"),
            wrong.line.id,
            ruling=sheet.ruling,
            expected=str(wrong.right),
            actual=str(wrong.billed),
            variance=str(wrong.open),
            limit=wrong.limit,
            at_stake=abs(wrong.open),
            awaited=[Awaited(key=key) for key in (billed_key(ledger), credited_key(sheet.invoice.number))],
            rule=wrong.rule,
            also={"accepted": str(wrong.accepted)} if wrong.accepted else {},
        )


def misbilled(sheet: Sheet) -> Iterator[Misbilled]:
    """Every released line of an invoice that is billed at another price than holds now, beyond what somebody has accepted."""
    if sheet.invoice.is_credit or not sheet.released:
        return
    off = -sum(posting.net.minor for posting in sheet.dossier.posted if posting.kind == "allowance")
    whole = {over: _accepted(sheet, DOCUMENT, over=not over).minor for over in (True, False)}  # rebates are taken off
    parts: dict[str, list[SheetLine]] = {}
    for line in sheet.lines:
        parts.setdefault(line.where, []).append(line)
    for shares in parts.values():
        if any(_differs(share) for share in shares):
            for wrong in _overcharged(sheet, shares[0]) if shares[0].is_money else _misbilled(sheet, shares):
                # What was taken off the whole invoice was taken off its lines.
                covered = max(0, min(off, wrong.open.minor))
                off -= covered
                left = wrong.open.minor - covered
                over = left > 0
                accepted = min(abs(left), whole[over])
                whole[over] -= accepted
                left -= accepted if over else -accepted
                accepted += wrong.accepted.minor if wrong.accepted else 0
                if abs(left) > _CENT:
                    yield replace(
                        wrong,
                        open=Money(left, wrong.open.currency),
                        accepted=Money(accepted, wrong.open.currency) if accepted else None,
                    )


def _accepted(sheet: Sheet, where: str, *, over: bool) -> Money:
    return accepted_up_to(sheet.books.releases, _BEFORE, where, over=over, currency=sheet.invoice.currency)


def _covering(sheet: Sheet, shares: Sequence[SheetLine], still: Money, kept: Fraction) -> int:
    """How much of a difference somebody has accepted, in minor units; where only a part of the line stays out (`kept`), its share."""
    billed = sum((abs(share.billed or ZERO) for share in shares), ZERO)
    share = min(Fraction(1), kept / Fraction(billed)) if billed else Fraction(1)
    accepted = _accepted(sheet, shares[0].where, over=still.minor > 0).minor * share
    return min(abs(still.minor), int(accepted + Fraction(1, 2)))


def _differs(share: SheetLine) -> bool:
    tolerance, right = share.row.ruling.value(UNIT_PRICE), share.row.agreed.net
    if tolerance is None or right is None or share.price is None:
        return False
    currency = share.invoice_line.net.currency
    return not assess(tolerance, expected=right, actual=share.price, currency=currency).within


def _misbilled(sheet: Sheet, shares: Sequence[SheetLine]) -> Iterator[Misbilled]:
    line, currency = shares[0].invoice_line, sheet.invoice.currency
    out = [posting for posting in sheet.dossier.posted if posting.kind == "goods" and posting.claim_line == line.id]
    ledger = issued_key(sheet.invoice.number, sheet.books.chosen.own)
    back = [
        allocation
        for allocation in sheet.dossier.allocated
        if allocation.line == line.id
        and same_ledger(allocation.ledger, ledger)
        and allocation.amount.currency == currency
    ]
    released = sum((posting.quantity or ZERO for posting in out), ZERO)
    if not released:
        return
    returned = -sum((allocation.quantity for allocation in back if allocation.quantity < 0), ZERO)
    left = max(Fraction(0), 1 - Fraction(returned) / Fraction(released))
    right = Money.zero(currency)
    for share in shares:
        mine = (share.row.order.number, share.row.line.id)
        quantity = sum((posting.quantity or ZERO for posting in out if (posting.order, posting.line) == mine), ZERO)
        if (anew := share.counted_anew) is not None and share.posted:
            quantity = quantity * anew / share.posted  # by the conversion that holds now
        right += _worth(share.row.agreed.net, quantity, left, currency)
    taken = total((allocation.amount for allocation in back if allocation.quantity < 0), currency)
    given = -total(
        (allocation.amount for allocation in back if not allocation.quantity and allocation.amount.minor < 0), currency
    )
    billed = total((posting.net for posting in out), currency) + taken
    over = billed - right
    still = Money(max(0, over.minor - given.minor), currency)
    if over.minor < 0:
        still = Money(min(0, over.minor + sum(_billed_later(sheet, share) for share in shares)), currency)
    accepted = _covering(sheet, shares, still, left * Fraction(abs(released)))
    still = Money(still.minor - accepted if still.minor > 0 else still.minor + accepted, currency)
    if abs(still.minor) > _CENT:
        tolerance = shares[0].row.ruling.value(UNIT_PRICE)
        yield Misbilled(
            line=line,
            order=shares[0].row.order.number,
            billed=billed,
            right=right,
            open=still,
            rule=joined(" and ", dict.fromkeys(_rule(share) for share in shares)),
            limit=limit_over(tolerance, currency) if tolerance else "",
            accepted=Money(accepted, currency) if accepted else None,
        )


def _overcharged(sheet: Sheet, line: SheetLine) -> Iterator[Misbilled]:
    """A price difference that was billed for goods which are worth less by now than all that is billed of them.

    What is too much is too much of the differences that came last.
    """
    currency, row, agreed = sheet.invoice.currency, line.row, line.row.agreed.net
    if line.net.minor <= 0 or agreed is None:
        return
    ledger = issued_key(sheet.invoice.number, sheet.books.chosen.own)
    given = -sum(
        min(0, used.amount.minor)
        for used in sheet.dossier.allocated
        if used.line == line.where and same_ledger(used.ledger, ledger) and used.amount.currency == currency
    )
    goods = max(ZERO, min(line.billed_before, row.counted.usable))
    worth = _worth(agreed, goods, Fraction(1), currency)
    before = line.minor_before - row.ledger.later_minor - row.ledger.given_minor
    billed = Money(before + line.net.minor, currency)
    over = min((billed - worth).minor, line.net.minor) - given
    still = Money(max(0, over), currency)
    accepted = _covering(sheet, [line], still, Fraction(1))
    if still.minor - accepted > _CENT:
        yield Misbilled(
            line=line.invoice_line,
            order=row.order.number,
            billed=billed,
            right=worth,
            open=Money(still.minor - accepted, currency),
            rule=_rule(line),
            limit="0",
            accepted=Money(accepted, currency) if accepted else None,
        )


def _billed_later(sheet: Sheet, share: SheetLine) -> int:
    """What other invoices have billed of an order line as a difference alone, in minor units of the invoice's currency."""
    ledger = sheet.books.ledger_name(share.row.order.number)
    return sum(
        used.amount.minor
        for used in on_line(sheet.dossier, ledger, share.row.line.id)
        if not used.quantity and used.amount.minor > 0 and used.amount.currency == sheet.invoice.currency
    )


def _worth(price: Decimal | None, quantity: Decimal, left: Fraction, currency: str) -> Money:
    exact = Fraction(price or ZERO) * Fraction(quantity) * left
    return Money.rounded(Decimal(exact.numerator) / exact.denominator, currency)


def _rule(share: SheetLine) -> str:
    """What determines the right price: the rebates alone where the price before them is the billed one."""
    agreed: Agreed = share.row.agreed
    rebates = [Sentence("rebate {rebate}", rebate=rebate.number) for rebate in agreed.rebates]
    if rebates and agreed.price == share.price:
        return joined(", ", rebates)
    return joined(", ", [agreed.source, *rebates])
