"""What may be posted: the invoice as voucher lines whose sums are its totals, and under split posting the part that ties out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from tieout.core.documents import AllowanceCharge, Invoice, InvoiceLine
from tieout.core.findings import Finding
from tieout.core.money import Money, split, total
from tieout.core.pricing import line_charges
from tieout.core.verdict import Allocation, PostingLine
from tieout.packs.payables.charges import by_order
from tieout.packs.payables.checks.quantity import CRUMB, gaps
from tieout.packs.payables.sheet import DOCUMENT, Sheet, SheetLine

_BLOCKING = frozenset({"wait", "hold", "reject"})


def voucher_lines(sheet: Sheet) -> list[PostingLine]:
    """The whole invoice as voucher lines: goods by order line, charges and allowances, and what rounding leaves."""
    invoice = sheet.invoice
    lines = [*_goods(sheet), *_charge_lines(sheet), *(_header(sheet) if invoice.lines else ())]
    taxed = _taxed(invoice, lines) if invoice.lines else lines
    return [*taxed, *_rounding(invoice, taxed)]


def _goods(sheet: Sheet) -> Iterator[PostingLine]:
    shares: dict[str, list[SheetLine]] = {}
    for known in sheet.lines:
        shares.setdefault(known.where, []).append(known)
    net, tax = sheet.invoice.totals.net, sheet.invoice.totals.tax
    if not sheet.invoice.lines and net is not None:
        zero = Money.zero(net.currency)
        yield PostingLine(
            claim_line=DOCUMENT, kind="goods", net=net, tax=tax or zero, description="as billed, without lines"
        )
        return
    for line in sheet.invoice.lines:
        if line in sheet.charge_lines:
            continue
        parts = shares.get(line.id, [])
        nets = _nets(line, parts)
        for known, net in zip(parts, nets, strict=True):
            yield PostingLine(
                claim_line=line.id,
                kind="goods",
                net=net,
                tax=Money.zero(net.currency),
                description=line.description,
                quantity=None if known.billed is None else known.billed * sheet.invoice.sign,
                unit=known.ledger.unit,
                order=known.order.number,
                line=known.order_line.id,
            )
        if not parts:
            yield PostingLine(
                claim_line=line.id,
                kind="goods",
                net=line.net,
                tax=Money.zero(line.net.currency),
                description=line.description,
                quantity=line.quantity.value if line.quantity else None,
                unit=line.quantity.unit if line.quantity else "",
            )


def _nets(line: InvoiceLine, parts: Sequence[SheetLine]) -> Sequence[Money]:
    if len(parts) <= 1:
        return [line.net] * len(parts)
    return split(line.net, [Decimal(part.part.numerator) / part.part.denominator for part in parts])


def _charge_lines(sheet: Sheet) -> Iterator[PostingLine]:
    for line in sheet.charge_lines:
        yield from _distributed(sheet, line.id, line.net, line.description)


def _header(sheet: Sheet) -> Iterator[PostingLine]:
    for k, known in enumerate(sheet.invoice.allowances_charges):
        label = known.reason or known.reason_code
        if known.charge:
            yield from _distributed(sheet, f"charge-{k + 1}", known.amount, label or "charge")
        else:
            yield PostingLine(
                claim_line=f"allowance-{k + 1}",
                kind="allowance",
                net=-known.amount,
                tax=Money.zero(known.amount.currency),
                description=label or "allowance",
            )


def _distributed(sheet: Sheet, claim_line: str, amount: Money, label: str) -> Iterator[PostingLine]:
    """A charge on an account of its own, or spread over the goods by value, as policy says."""
    goods = [known for known in sheet.lines if known.invoice_line.net.minor > 0]
    zero = Money.zero(amount.currency)
    if sheet.ruling.rules.freight_posting != "by_value" or not goods:
        yield PostingLine(claim_line=claim_line, kind="charge", net=amount, tax=zero, description=label)
        return
    weights = [Decimal(known.invoice_line.net.minor) * known.part.numerator / known.part.denominator for known in goods]
    for known, net in zip(goods, split(amount, weights), strict=True):
        yield PostingLine(
            claim_line=claim_line,
            kind="charge",
            net=net,
            tax=zero,
            description=label,
            order=known.order.number,
            line=known.order_line.id,
        )


def _rates(invoice: Invoice) -> dict[str, tuple[str, Decimal]]:
    rates: dict[str, tuple[str, Decimal]] = {
        line.id: (line.tax_category, line.tax_percent or Decimal(0)) for line in invoice.lines
    }
    known: AllowanceCharge
    for k, known in enumerate(invoice.allowances_charges):
        name = f"{'charge' if known.charge else 'allowance'}-{k + 1}"
        rates[name] = (known.tax_category, known.tax_percent or Decimal(0))
    return rates


def _taxed(invoice: Invoice, lines: Sequence[PostingLine]) -> list[PostingLine]:
    """Puts the stated tax on the lines by their rates; what rounding leaves goes on the largest line of the rate, then of all."""
    rates = _rates(invoice)
    taxes = [line.net.percent(rates[line.claim_line][1]) for line in lines]
    for row in invoice.tax:
        members = [
            k for k, line in enumerate(lines) if rates[line.claim_line] == (row.category, row.percent or Decimal(0))
        ]
        _level(lines, taxes, members, row.tax)
    stated = invoice.totals.tax
    if stated is not None:
        _level(lines, taxes, range(len(lines)), stated)
    return [_with_tax(line, tax) for line, tax in zip(lines, taxes, strict=True)]


def _with_tax(line: PostingLine, tax: Money) -> PostingLine:
    return PostingLine(
        claim_line=line.claim_line,
        kind=line.kind,
        net=line.net,
        tax=tax,
        description=line.description,
        quantity=line.quantity,
        unit=line.unit,
        order=line.order,
        line=line.line,
    )


def _level(lines: Sequence[PostingLine], taxes: list[Money], members: Iterable[int], stated: Money) -> None:
    members = list(members)
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
    gross = total((line.net + line.tax for line in lines), currency)
    stated = gross if invoice.totals.gross is None else invoice.totals.gross
    left = stated - gross + (invoice.totals.rounding or zero)
    if left:
        yield PostingLine(claim_line=DOCUMENT, kind="rounding", net=left, tax=zero, description="rounding difference")


def remaining(lines: Sequence[PostingLine], posted: Sequence[PostingLine], *, whole: bool) -> list[PostingLine]:
    """What is left to post of these lines after earlier parts, so that nothing is posted twice.

    `whole`: the lines are the whole invoice. Then all parts together are the invoice to the cent, even where a line has
    come to stand beside another order line since a part of it was posted. Otherwise nothing that is posted is taken back.
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
    return [line for place, line in left.items() if _matters(line) and (whole or line.net.minor * sizes[place] >= 0)]


def _matters(line: PostingLine) -> bool:
    return bool(line.net or line.tax) or abs(line.quantity or Decimal(0)) >= CRUMB


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
    return replace(so_far or line, net=net, tax=tax, quantity=quantity)


def splittable(sheet: Sheet, findings: Sequence[Finding], whole: Sequence[PostingLine]) -> list[PostingLine]:
    """Under split posting, what ties out although something else does not; nothing if the trouble is the document's own.

    Allowances come with the first part, so that the parts never ask for more than the whole; and where there is no more
    to post than is taken off, nothing is posted yet.
    """
    blocking = [found for found in findings if found.stage in _BLOCKING]
    ids = {line.id for line in sheet.invoice.lines}
    if any(found.where not in ids and not _is_freight(found) for found in blocking):
        return []  # the paper as a whole, its totals, its tax breakdown
    freight_open = any(_is_freight(found) for found in blocking)
    charged = {line.id for line in sheet.invoice.lines if any(known.charge for known in line.allowances_charges)}
    part: list[PostingLine] = []
    for line in whole:
        if line.kind == "goods":
            troubles = [found for found in blocking if found.where == line.claim_line and not _is_freight(found)]
            if not (freight_open and line.claim_line in charged):
                part += _goods_part(sheet, line, troubles)
        elif line.kind == "allowance" or (line.kind == "charge" and not freight_open):
            part.append(line)
    return part if total((line.net for line in part), sheet.invoice.currency).minor > 0 else []


def _is_freight(found: Finding) -> bool:
    return found.cause.partition("@")[0] == "freight"


def _goods_part(sheet: Sheet, line: PostingLine, troubles: Sequence[Finding]) -> list[PostingLine]:
    if not troubles:
        return [line]
    known = next((each for each in sheet.lines if _of(each, line)), None)
    by_receipt = all(found.cause.partition("@")[0] == "quantity" and found.code != "AP-QTY-ORD" for found in troubles)
    if known is None or not by_receipt or not line.quantity:
        return []
    missing = sum((gap.quantity for gap in gaps(sheet, known)), Decimal(0))
    usable = line.quantity - missing
    if usable <= 0:
        return []
    fraction = Fraction(usable) / Fraction(line.quantity)
    return [
        replace(
            line,
            quantity=usable,
            net=_fraction_of(line.net, fraction),
            tax=_fraction_of(line.tax, fraction),
        )
    ]


def _of(known: SheetLine, line: PostingLine) -> bool:
    return (known.where, known.order.number, known.order_line.id) == (line.claim_line, line.order, line.line)


def _fraction_of(amount: Money, fraction: Fraction) -> Money:
    return Money.rounded(amount.amount * fraction.numerator / fraction.denominator, amount.currency)


def allocations_of(sheet: Sheet, lines: Iterable[PostingLine]) -> tuple[Allocation, ...]:
    """How much of each order line the posted and postable lines use up, signed by the kind of paper.

    Charges use up what the order plans for them: they stand on the order and on none of its lines.
    """
    sign = sheet.invoice.sign
    used: dict[tuple[str, str, str], Allocation] = {}
    for line in _allocating(sheet, lines):
        key = (line.claim_line, line.order, line.line)
        net = Money(line.net.minor * sign, line.net.currency)
        before = used.get(key)
        used[key] = Allocation(
            claim_line=line.claim_line,
            order=line.order,
            line=line.line,
            quantity=(line.quantity or Decimal(0)) * sign + (before.quantity if before else Decimal(0)),
            unit=line.unit,
            net=net + before.net if before else net,
        )
    return tuple(used[key] for key in sorted(used))


def _allocating(sheet: Sheet, lines: Iterable[PostingLine]) -> Iterator[PostingLine]:
    orders = tuple(sheet.orders[number] for number in sorted(sheet.orders))
    inner = {line.id: line_charges(line) for line in sheet.invoice.lines if line.allowances_charges}
    for line in lines:
        if line.kind == "goods" and line.order and line.quantity is not None:
            yield line
            inside = inner.pop(line.claim_line, None)
            if inside:
                yield replace(line, line="", quantity=None, unit="", net=inside)
        elif line.kind == "charge" and line.order:
            yield replace(line, line="", quantity=None, unit="")
        elif line.kind == "charge" and orders:
            for order, net in by_order(line.net, orders):
                if net:
                    yield replace(line, order=order.number, line="", net=net)
