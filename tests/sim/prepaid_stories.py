"""Random stories of payments in advance, and an oracle that judges from the vouchers alone.

An order is paid in advance, billed in parts and credited; invoices deduct what was paid, too little, too much, twice, or say nothing.
Whoever approves a payment in advance approves nothing else. However the documents come, no more leaves the company than the order is worth.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from tests.sim.two_worlds import GRANTS
from tieout.app import default_policy, pack_named
from tieout.core.case.commands import Resolve
from tieout.core.documents.kind import Document
from tieout.core.policy.facts import Facts
from tieout.core.policy.policy import Layer, PolicySet, Rules
from tieout.core.values.errors import Refused
from tieout.core.values.money import Money, total
from tieout.core.values.party import Identifier, Party
from tieout.core.values.quantity import Quantity
from tieout.core.values.scope import Scope
from tieout.scenario.draw import Draw
from tieout.scenario.simulation import Simulation
from tieout.trade.documents import (
    Invoice,
    InvoiceLine,
    InvoiceTotals,
    LineReference,
    Order,
    OrderLine,
    Prepayment,
    ProductIds,
    Supplier,
    TaxSubtotal,
)

AT = datetime(2026, 5, 4, 9, tzinfo=UTC)
ORDERED, PRICE, RATE = 20, 10000, Decimal(19)
WORTH = ORDERED * PRICE * 119 // 100
_IDS = (Identifier(scheme="ours", value="70001"), Identifier(scheme="vat", value="DE812345678"))
THEM = Party(name="Contoso Parts", country="DE", identifiers=_IDS)
_WIDGET = ProductIds(buyer="GEAR")


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """A document arrives."""

    document: Document
    version: str = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """Somebody approves a payment in advance, if it still waits for that."""

    number: str


def new_run() -> Simulation:
    """An empty run: quantities are compared with the order."""
    policy = default_policy("payables")
    layered = replace(policy, layers=(*policy.layers, Layer(when=Facts(), rules=Rules.of(match="2-way"))))
    return Simulation((pack_named("payables"),), PolicySet(policies=(layered,)), at=AT)


@dataclass(slots=True)
class _Writer:
    draw: Draw
    advances: list[tuple[str, int]] = field(default_factory=list)
    bills: list[Invoice] = field(default_factory=list)
    number: int = 0

    def next(self, sort: str) -> str:
        self.number += 1
        return f"{sort}-{self.number:03}"

    def step(self) -> Iterator[Came | Approved]:
        choice = self.draw.below(10)
        if not self.advances or choice < 2:
            yield from self.advance()
        elif choice < 7:
            yield Came(document=self.bill())
        elif choice == 7:
            yield Came(document=self.credit())
        elif self.bills:
            yield Came(document=self.mirror(self.bills[self.draw.below(len(self.bills))]))

    def advance(self) -> Iterator[Came | Approved]:
        number, count = self.next("ADV"), self.draw.between(1, 12)
        self.advances.append((number, count))
        yield Came(document=written(number, count, type_code="386"))
        if self.draw.below(5):
            yield Approved(number=number)

    def bill(self) -> Invoice:
        number, count = self.next("INV"), self.draw.between(1, ORDERED)
        name, paid = self.advances[self.draw.below(len(self.advances))]
        everything = sum(each for _, each in self.advances)
        draw, whole = self.draw, paid * PRICE * 119 // 100
        match draw.below(7):
            case 0:
                made = written(number, count)
            case 1:
                made = deducting(written(number, count), everything * PRICE * 119 // 100)
            case 2:
                made = deducting(written(number, count), whole, name)
            case 3:
                made = deducting(written(number, count), draw.between(1, 2 * whole), name if draw.below(2) else "")
            case 4:
                made = written(number, count, less=((name, paid),))
            case 5:
                made = written(number, count, less=tuple(self.advances))
            case _:
                made = written(number, ORDERED, less=((name, max(1, paid - draw.below(3))),))
        self.bills.append(made)
        return made

    def credit(self) -> Invoice:
        name, paid = self.advances[self.draw.below(len(self.advances))]
        count = paid if self.draw.below(2) else self.draw.between(1, paid + 1)
        return written(self.next("CRN"), count, kind="credit_note", type_code="381", preceding=(name,))

    def mirror(self, of: Invoice) -> Invoice:
        made = replace(
            of, kind="credit_note", number=self.next("CRN"), type_code="381", preceding=(of.number,), prepayments=()
        )
        if self.draw.below(3) or of.totals.prepaid is None:
            return made
        return replace(made, totals=replace(made.totals, payable=of.totals.gross, prepaid=None))


def story(seed: int) -> list[Came | Approved]:
    """A story that follows from a seed alone."""
    draw = Draw(seed, "paid in advance")
    writer = _Writer(draw)
    steps: list[Came | Approved] = [Came(document=one) for one in _given()]
    for _ in range(draw.between(5, 9)):
        steps += writer.step()
    for number, _ in writer.advances:
        steps.append(Approved(number=number))
    if draw.below(3) == 0:
        steps.append(steps.pop(draw.between(2, len(steps) - 1)))
    return steps


def _given() -> list[Document]:
    line = OrderLine(
        id="10",
        quantity=Quantity(Decimal(ORDERED), "EA"),
        price=Decimal(PRICE) / 100,
        product=_WIDGET,
        tax_percent=RATE,
    )
    return [
        Supplier(number="70001", name=THEM.name, country="DE", identifiers=_IDS[1:]),
        Order(number="O-1", issue_date=AT.date(), currency="EUR", supplier=THEM, buyer=Party(), lines=(line,)),
    ]  # fmt: skip


def written(
    number: str,
    count: int,
    *,
    kind: str = "invoice",
    type_code: str = "380",
    preceding: tuple[str, ...] = (),
    less: tuple[tuple[str, int], ...] = (),
) -> Invoice:
    """An invoice for so many pieces, less what was billed in advance (pieces' worth each) as lines of its own."""
    lines = [_line("1", count, order=LineReference(document="O-1", line="10"), product=_WIDGET)]
    lines += [_line(str(k), -each, description=f"less prepayment {name}") for k, (name, each) in enumerate(less, 2)]
    net = total((line.net for line in lines), "EUR")
    tax = net.percent(RATE)
    return Invoice(
        kind=kind,  # type: ignore[arg-type]
        number=number,
        issue_date=AT.date(),
        currency="EUR",
        supplier=THEM,
        buyer=Party(),
        lines=tuple(lines),
        tax=(TaxSubtotal(category="S", percent=RATE, taxable=net, tax=tax),),
        totals=InvoiceTotals(lines=net, net=net, tax=tax, gross=net + tax, payable=net + tax),
        type_code=type_code,
        order_number="O-1",
        preceding=preceding,
    )


def _line(id_: str, count: int, **more: Any) -> InvoiceLine:
    net = Money(count * PRICE, "EUR")
    quantity = Quantity(Decimal(count), "EA")
    return InvoiceLine(
        id=id_, net=net, quantity=quantity, price=Decimal(PRICE) / 100, tax_category="S", tax_percent=RATE, **more
    )


def deducting(invoice: Invoice, minor: int, name: str = "") -> Invoice:
    """The invoice with an amount paid before, and the prepayment invoice that it names."""
    prepaid, gross = Money(minor, "EUR"), invoice.totals.gross
    assert gross is not None, "it states what it comes to"
    parts = (Prepayment(invoice=name, amount=prepaid),) if name else ()
    return replace(invoice, totals=replace(invoice.totals, prepaid=prepaid, payable=gross - prepaid), prepayments=parts)


def step_on(run: Simulation, step: Came | Approved) -> None:
    """One step of a story on a run."""
    if isinstance(step, Came):
        run.receive(step.document, version=step.version)
        return
    by = Scope(tenant="scenario", actor="mira", grants=GRANTS)
    for source, filed in sorted(run.claims.items()):
        waits = any(case.cause == "advance" and not case.ended for case in filed.cases.values())
        if filed.state.number == step.number and waits:
            try:
                run.command(source, "advance", Resolve(resolution="approve_prepayment", note="agreed"), by)
            except Refused:
                return


def wrong_with(run: Simulation) -> list[str]:
    """What is wrong with what was posted, by the vouchers alone."""
    wrong: list[str] = []
    paid, posted, settled = 0, dict[str, int](), dict[str, int]()
    for booked in run.target.booked.values():
        if booked.action.kind != "post_voucher":
            continue
        voucher = booked.voucher
        sign = -1 if voucher["kind"] == "credit_note" else 1
        paid += sign * _cents(voucher["payment"]["amount"])
        if voucher["nature"] == "prepayment":
            posted[voucher["number"]] = _cents(voucher["gross"])
        if sign < 0 and all(name.startswith("ADV") for name in voucher["preceding"]):
            for name in voucher["preceding"]:
                posted[name] = posted.get(name, 0) - _cents(voucher["gross"])
        for one in voucher["payment"]["prepayments"]:
            settled[one["number"]] = settled.get(one["number"], 0) + _cents(one["amount"])
    if paid > WORTH:
        wrong.append(f"{paid} is paid for an order of {WORTH}")
    names = (name for name in sorted({*posted, *settled}) if not -1 <= settled.get(name, 0) <= posted.get(name, 0) + 1)
    wrong += [
        f"{settled.get(name, 0)} is set against invoices of {name}, posted is {posted.get(name, 0)}" for name in names
    ]
    return wrong


def _cents(text: str) -> int:
    return int(Decimal(text) * 100)
