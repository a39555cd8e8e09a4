"""From an invoice to the lines that may be posted of it: goods by order line, charges, allowances, tax and rounding to the cent.

The lines' sums are the invoice's totals. What was posted before is taken off, so that nothing is posted twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal, NamedTuple

from tieout.core.findings.finding import Finding
from tieout.core.tie_out.judging import BLOCKING, DOCUMENT
from tieout.core.tie_out.verdict import PostingLine, Settled
from tieout.core.values.made import made_often
from tieout.core.values.money import Money, split, total
from tieout.trade.documents import AllowanceCharge, Invoice, InvoiceLine
from tieout.trade.payable import rounding_of

# Thirds and sevenths of a unit are cut after 28 digits; what that leaves over is no quantity.
CRUMB: Final = Decimal("1e-9")
_NOTHING: Final = Decimal(0)


@made_often
@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Where (a part of) a claim line belongs: to a line of an order or another ledger.

    `quantity` is signed by the kind of document (negative on a credit note), in `unit`; None where it does not convert.
    `money`: it is by value only, so that whoever books it takes no goods back and none in.
    """

    claim_line: str
    order: str
    line: str
    quantity: Decimal | None
    unit: str
    part: Fraction = Fraction(1)
    money: bool = False


def posting_lines(
    invoice: Invoice, placed: Sequence[Placed], *, charges: Sequence[InvoiceLine] = (), by_value: bool = False
) -> list[PostingLine]:
    """The whole invoice as posting lines. `charges` are lines that are no goods; `by_value` spreads charges over the goods."""
    lines = [*_goods(invoice, placed, charges)] if invoice.lines else [*_of_totals(invoice)]
    for line in charges:
        lines += _distributed(invoice, placed, line.id, line.net, label=line.description, by_value=by_value)
    if invoice.lines:
        lines += _header(invoice, placed, by_value=by_value)
    lines += _third_parties(invoice)
    taxed = _taxed(invoice, lines)
    return [*taxed, *_rounding(invoice, taxed)]


class _Line(NamedTuple):
    """A posting line before its tax is known: values are made once, with all they have."""

    claim_line: str
    kind: Literal["goods", "price", "charge", "allowance"]
    net: Money
    description: str
    quantity: Decimal | None = None
    unit: str = ""
    order: str = ""
    line: str = ""


def _of_totals(invoice: Invoice) -> Iterator[_Line]:
    """What an invoice without lines bills."""
    if invoice.totals.net is not None:
        yield _Line(DOCUMENT, "goods", invoice.totals.net, "as billed, without lines")


def _goods(invoice: Invoice, placed: Sequence[Placed], charges: Sequence[InvoiceLine]) -> Iterator[_Line]:
    shares: dict[str, list[Placed]] = {}
    for part in placed:
        shares.setdefault(part.claim_line, []).append(part)
    sign = invoice.sign
    for line in invoice.lines:
        if not charges or line not in charges:
            yield from _goods_of(line, shares.get(line.id, ()), sign)


def _goods_of(line: InvoiceLine, parts: Sequence[Placed], sign: int) -> Iterator[_Line]:
    for part, net in zip(parts, _nets(line, parts), strict=True):
        if part.money:
            yield _Line(line.id, "price", net, line.description, order=part.order, line=part.line)
        else:
            quantity = None if part.quantity is None else part.quantity * sign
            yield _Line(line.id, "goods", net, line.description, quantity, part.unit, part.order, part.line)
    if not parts:
        billed = line.quantity or None
        quantity, unit = (billed.value, billed.unit) if billed else (None, "")
        yield _Line(line.id, "goods", line.net, line.description, quantity, unit)


def _nets(line: InvoiceLine, parts: Sequence[Placed]) -> Sequence[Money]:
    if len(parts) <= 1:
        return [line.net] * len(parts)
    return split(line.net, [Decimal(part.part.numerator) / part.part.denominator for part in parts])


def _header(invoice: Invoice, placed: Sequence[Placed], *, by_value: bool) -> Iterator[_Line]:
    for k, entry in enumerate(invoice.allowances_charges):
        label = entry.reason or entry.reason_code
        if entry.charge:
            name = f"charge-{k + 1}"
            yield from _distributed(invoice, placed, name, entry.amount, label=label or "charge", by_value=by_value)
        else:
            yield _Line(f"allowance-{k + 1}", "allowance", -entry.amount, label or "allowance")


def _third_parties(invoice: Invoice) -> Iterator[_Line]:
    """What the seller collects for others, each amount on a line of its own, without tax."""
    for k, third in enumerate(invoice.third_parties):
        yield _Line(f"third-party-{k + 1}", "charge", third.amount, third.reason or third.type or "for a third party")


def _distributed(
    invoice: Invoice, placed: Sequence[Placed], claim_line: str, amount: Money, *, label: str, by_value: bool
) -> Iterator[_Line]:
    """A charge on an account of its own, or spread over the goods by value."""
    nets = {line.id: line.net.minor for line in invoice.lines}
    goods = [part for part in placed if nets[part.claim_line] > 0]
    if not by_value or not goods:
        yield _Line(claim_line, "charge", amount, label)
        return
    weights = [Decimal(nets[part.claim_line]) * part.part.numerator / part.part.denominator for part in goods]
    for part, net in zip(goods, split(amount, weights), strict=True):
        yield _Line(claim_line, "charge", net, label, order=part.order, line=part.line)


def _rates(invoice: Invoice) -> dict[str, tuple[str, Decimal]]:
    rates: dict[str, tuple[str, Decimal]] = {
        line.id: (line.tax_category, line.tax_percent or _NOTHING) for line in invoice.lines
    }
    if not invoice.allowances_charges and not invoice.third_parties:
        return rates
    entry: AllowanceCharge
    for k, entry in enumerate(invoice.allowances_charges):
        name = f"{'charge' if entry.charge else 'allowance'}-{k + 1}"
        rates[name] = (entry.tax_category, entry.tax_percent or Decimal(0))
    return rates | {f"third-party-{k + 1}": ("", Decimal(0)) for k, _ in enumerate(invoice.third_parties)}


def _taxed(invoice: Invoice, lines: Sequence[_Line]) -> list[PostingLine]:
    """Puts the stated tax on the lines by their rates; what rounding leaves goes on the largest line of the rate, then of all.

    Without lines of its own an invoice has one posting line for all, with its tax, and what it collects for others.
    """
    if not invoice.lines:
        stated = invoice.totals.tax
        taxed = [stated if line.kind == "goods" and stated else Money.zero(line.net.currency) for line in lines]
        return list(map(_with_tax, lines, taxed))
    rates = _rates(invoice)
    taxes = [line.net.percent(rates[line.claim_line][1]) for line in lines]
    for row in invoice.tax:
        rate = (row.category, row.percent or _NOTHING)
        _level(lines, taxes, [k for k, line in enumerate(lines) if rates[line.claim_line] == rate], row.tax)
    stated = invoice.totals.tax
    if stated is not None:
        _level(lines, taxes, range(len(lines)), stated)
    return list(map(_with_tax, lines, taxes))


def _with_tax(line: _Line, tax: Money) -> PostingLine:
    claim_line, kind, net, description, quantity, unit, order, place = line
    return PostingLine(
        claim_line=claim_line, kind=kind, net=net, tax=tax, description=description, quantity=quantity, unit=unit,
        order=order, line=place,
    )  # fmt: skip


def _level(lines: Sequence[_Line], taxes: list[Money], members: Sequence[int], stated: Money) -> None:
    if not members or stated.currency != taxes[members[0]].currency:
        return
    left = stated - total((taxes[k] for k in members), stated.currency)
    if left:
        largest = max(members, key=lambda k: (abs(lines[k].net.minor), -k))
        taxes[largest] = taxes[largest] + left


def _rounding(invoice: Invoice, lines: Sequence[PostingLine]) -> Iterator[PostingLine]:
    """The difference between the lines and the gross total or the payable rounding, as a line of its own."""
    currency = invoice.currency
    zero = Money.zero(currency)
    gross = total(_both(lines), currency)
    third_parties = total((one.amount for one in invoice.third_parties), currency)
    stated = gross if invoice.totals.gross is None else invoice.totals.gross + third_parties
    left = stated - gross + rounding_of(invoice)
    if left:
        yield PostingLine(claim_line=DOCUMENT, kind="rounding", net=left, tax=zero, description="rounding difference")


def _both(lines: Iterable[PostingLine]) -> Iterator[Money]:
    for line in lines:
        yield line.net
        yield line.tax


def remaining(lines: Sequence[PostingLine], posted: Sequence[PostingLine], *, whole: bool) -> list[PostingLine]:
    """What is left to post of these lines after earlier parts, so that nothing is posted twice.

    `whole`: the lines are the whole invoice. Then all parts together are the invoice to the cent, even where a line was
    matched to another order line after a part of it was posted. Otherwise nothing that is posted is taken back. A quantity alone is never
    posted again.
    """
    if not posted:
        return [line for line in lines if _matters(line)]
    left: dict[tuple[str, str, str, str], PostingLine] = {}
    for line in lines:
        left[_place(line)] = _plus(left.get(_place(line)), line, 1)
    for line in posted:
        if whole or _place(line) in left:
            left[_place(line)] = _plus(left.get(_place(line)), line, -1)
    sizes = {_place(line): line.net.minor for line in lines}
    out = {_place(line) for line in posted}
    return [
        line
        for place, line in left.items()
        if _matters(line, out=place in out) and (whole or line.net.minor * sizes[place] >= 0)
    ]


def _matters(line: PostingLine, *, out: bool = False) -> bool:
    """Whether a line is posted. `out`: some of its place is out; another conversion of the same money then posts nothing again."""
    return bool(line.net or line.tax or line.settles) or (not out and abs(line.quantity or Decimal(0)) >= CRUMB)


def _place(line: PostingLine) -> tuple[str, str, str, str]:
    return line.claim_line, line.kind, line.order, line.line


def _plus(so_far: PostingLine | None, line: PostingLine, sign: int) -> PostingLine:
    zero = Money.zero(line.net.currency)
    net, tax = (so_far.net, so_far.tax) if so_far else (zero, zero)
    quantity = so_far.quantity if so_far else None
    if line.quantity is not None:
        quantity = (quantity or Decimal(0)) + sign * line.quantity
    net, tax = (
        Money(net.minor + sign * line.net.minor, net.currency),
        Money(tax.minor + sign * line.tax.minor, net.currency),
    )
    settles = _settles(so_far.settles if so_far else None, line.settles, sign)
    return replace(so_far or line, net=net, tax=tax, quantity=quantity, settles=settles)


def _settles(before: Settled | None, more: Settled | None, sign: int) -> Settled | None:
    if more is None:
        return before
    amount, tax = (before.amount.minor, before.tax.minor) if before else (0, 0)
    currency = more.amount.currency
    left = replace(
        more,
        amount=Money(amount + sign * more.amount.minor, currency),
        tax=Money(tax + sign * more.tax.minor, currency),
    )
    return left if left.amount or left.tax else None


Usable = Callable[[PostingLine, Sequence[Finding]], Decimal | None]
"""How much of a goods line may go although it is in this trouble (its quantity, as on the invoice); None or 0: nothing."""


def splittable(
    invoice: Invoice, findings: Sequence[Finding], whole: Sequence[PostingLine], usable: Usable
) -> list[PostingLine]:
    """Under split posting, what ties out although something else does not; nothing if the trouble is the document's own.

    Allowances come with the first part, so that the parts never ask for more than the whole; and where there is no more
    to post than is taken off, nothing is posted yet.
    """
    blocking = [finding for finding in findings if finding.stage in BLOCKING]
    ids = {line.id for line in invoice.lines}
    if any(finding.where not in ids and not _is_freight(finding) for finding in blocking):
        return []  # the invoice as a whole, its totals, its tax breakdown
    freight_open = any(_is_freight(finding) for finding in blocking)
    charged = {line.id for line in invoice.lines if any(entry.charge for entry in line.allowances_charges)}
    part: list[PostingLine] = []
    for line in whole:
        if line.kind in {"goods", "price"}:
            troubles = [
                finding for finding in blocking if finding.where == line.claim_line and not _is_freight(finding)
            ]
            if not (freight_open and line.claim_line in charged):
                part += _goods_part(line, troubles, usable)
        elif line.kind == "allowance" or (line.kind == "charge" and not freight_open) or _is_minus(line):
            part.append(line)
    return part if total((line.net for line in part), invoice.currency).minor > 0 else []


def _is_minus(line: PostingLine) -> bool:
    """Whether it takes a prepayment off the totals; what lowers the amount to pay alone comes with the last part."""
    return line.kind == "prepayment" and bool(line.net)


def _is_freight(finding: Finding) -> bool:
    return finding.cause.partition("@")[0] == "freight"


def _goods_part(line: PostingLine, troubles: Sequence[Finding], usable: Usable) -> list[PostingLine]:
    if not troubles:
        return [line]
    quantity = usable(line, troubles) if line.quantity else None
    if quantity is None or not line.quantity or quantity <= 0:
        return []
    return [reduced(line, quantity)]


def reduced(line: PostingLine, quantity: Decimal) -> PostingLine:
    """A goods line for a smaller quantity: its net and tax in proportion, to the cent."""
    assert line.quantity, "what has no quantity has no part"
    fraction = Fraction(quantity) / Fraction(line.quantity)
    return replace(line, quantity=quantity, net=_fraction_of(line.net, fraction), tax=_fraction_of(line.tax, fraction))


def _fraction_of(amount: Money, fraction: Fraction) -> Money:
    return Money.rounded(amount.amount * fraction.numerator / fraction.denominator, amount.currency)
