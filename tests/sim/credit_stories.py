"""Random stories of credits in all three processes, and an oracle that judges what was posted from the given documents alone.

The oracle knows nothing of the packs: it reads a credit as a clerk would, adds up what was posted line by line in the order in
which it was posted, and says where more was paid than the goods or days are worth.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tieout.app import default_policy, pack_named
from tieout.core.documents.kind import Document
from tieout.core.policy.facts import Facts
from tieout.core.policy.policy import Layer, PolicySet, Rules
from tieout.core.policy.tolerance import Tolerance
from tieout.core.values.money import Money
from tieout.core.values.party import Identifier, Party
from tieout.core.values.quantity import Quantity
from tieout.scenario.draw import Draw
from tieout.scenario.simulation import Simulation
from tieout.trade.documents import (
    AccountingSetup,
    Amendment,
    Customer,
    CustomerReturn,
    ErpRecord,
    Invoice,
    InvoiceLine,
    InvoiceTotals,
    LineReference,
    Order,
    OrderLine,
    ProductIds,
    Receipt,
    ReceiptLine,
    RevenueAccount,
    Shipment,
    ShipmentLine,
    Subscription,
    SubscriptionLine,
    Supplier,
    SupplierReturn,
    TaxSubtotal,
)

AT = datetime(2026, 5, 4, 9, tzinfo=UTC)
GOODS = ("payables", "order_to_cash")
PACKS = (*GOODS, "subscription_billing")
PRICE, RAISED = 1000, 1050  # cents, for one piece or one day
ORDERED = 100
MONTHS = ((date(2026, 3, 1), date(2026, 3, 31)), (date(2026, 4, 1), date(2026, 4, 30)))
_VAT = Identifier(scheme="vat", value="DE100000001")
_OURS = Identifier(scheme="ours", value="70001")
THEM = Party(name="Contoso Parts", country="DE", identifiers=(_OURS, _VAT))
US = Party(name="Werk GmbH", country="DE", identifiers=(Identifier(scheme="vat", value="DE811111111"),))
_NOT_CHECKED = Tolerance(state="not_checked", basis="amount")


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """A document arrives, in this version."""

    document: Document
    version: str = "1"


@dataclass(slots=True, kw_only=True)
class Story:
    """The documents in the order in which they arrive, and what the company and the other side agreed."""

    pack: str
    came: list[Came] = field(default_factory=list)


def new_run(pack: str) -> Simulation:
    """An empty run of one process, in which our own credit notes need no approval."""
    policy = default_policy(pack)
    rules = Rules.of(match="3-way") if pack == "payables" else Rules.of(credit_note=_NOT_CHECKED)
    if pack == "order_to_cash":
        rules = Rules.of(credit_note=_NOT_CHECKED, credit="not_checked")
    if pack == "payables":
        rules = Rules.of(match="3-way", unit_price=Tolerance(state="zero", basis="unit_price"))
    layered = replace(policy, layers=(*policy.layers, Layer(when=Facts(), rules=rules)))
    return Simulation((pack_named(pack),), PolicySet(policies=(layered,)), at=AT)


def story(pack: str, seed: int) -> Story:
    """A story that follows from a seed alone: bills, bills again, credits of every kind, returns, and a price that is raised."""
    draw = Draw(seed, f"credits of {pack}")
    made = Story(pack=pack, came=[Came(document=one) for one in _given(pack, draw)])
    writer = _Writer(pack, draw)
    for _ in range(draw.between(5, 9)):
        made.came += writer.step()
    if draw.below(3) == 0 and len(made.came) > 4:  # a credit note may be here before its invoice
        made.came.append(made.came.pop(draw.between(3, len(made.came) - 1)))
    return made


def _given(pack: str, draw: Draw) -> list[Document]:
    if pack == "payables":
        ids = tuple(one for one in THEM.identifiers if one.scheme != "ours")
        received = ORDERED if draw.below(2) else draw.between(40, 90)
        return [
            Supplier(number="70001", name=THEM.name, country="DE", identifiers=ids),
            order(pack, PRICE),
            _receipt("GR-1", received),
        ]
    if pack == "order_to_cash":
        return [
            Customer(number="70001", name=THEM.name, country="DE", street="Hauptstr. 1", tax_class="domestic"),
            order(pack, PRICE),
            _shipment("SH-1", ORDERED if draw.below(2) else draw.between(40, 90)),
        ]
    return [
        Customer(
            number="C-1",
            name="Acme",
            entity="DE01",
            erp=(ErpRecord(entity="DE01", number="1"),),
            tax_class="domestic",
        ),
        AccountingSetup(
            number="DE01",
            revenue=(RevenueAccount(account="4400"),),
            tax_classes=("domestic",),
            periods=tuple(date(2026, month, 1) for month in range(1, 7)),
        ),
        Subscription(
            number="SUB-1",
            account="C-1",
            currency="EUR",
            lines=tuple(_contract_line(days, PRICE) for days in MONTHS),
            entity="DE01",
            starts_on=MONTHS[0][0],
            ends_on=MONTHS[-1][1],
        ),
    ]


def _contract_line(days: tuple[date, date], cents: int) -> SubscriptionLine:
    """A line for one month, so many cents a day."""
    count = (days[1] - days[0]).days + 1
    name = f"L{days[0].month}"
    price = Decimal(cents * count) / 100
    return SubscriptionLine(id=name, plan="PRO", basis="recurring", price=price, valid_from=days[0], valid_to=days[1])


def order(pack: str, cents: int) -> Order:
    """The order at a price; another version of it raises the price."""
    sold = pack == "order_to_cash"
    return Order(
        kind="sales_order" if sold else "order",
        number="O-1",
        issue_date=AT.date(),
        currency="EUR",
        supplier=US if sold else THEM,
        buyer=THEM if sold else Party(),
        lines=(
            OrderLine(
                id="10",
                quantity=Quantity(Decimal(ORDERED), "EA"),
                price=Decimal(cents) / 100,
                product=ProductIds(buyer="GEAR"),
                tax_category="S",
                tax_percent=Decimal(19),
            ),
        ),
    )


def _receipt(number: str, count: int) -> Receipt:
    line = ReceiptLine(id="10", accepted=Quantity(Decimal(count), "EA"), order=LineReference(document="O-1", line="10"))
    return Receipt(number=number, occurred_at=AT, order_number="O-1", lines=(line,))


def _shipment(number: str, count: int) -> Shipment:
    line = ShipmentLine(id="10", shipped=Quantity(Decimal(count), "EA"), order=LineReference(document="O-1", line="10"))
    return Shipment(number=number, occurred_at=AT, lines=(line,), order_number="O-1", site="W3", confirmed=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """What a bill or credit of a story is about: a count of goods or days from a first day on, at a price in cents for each."""

    count: int
    cents: int
    first: date | None = None
    net: int | None = None

    @property
    def minor(self) -> int:
        """Its money."""
        return self.count * self.cents if self.net is None else self.net


class _Writer:
    """Writes a story step by step; remembers which invoices there are."""

    def __init__(self, pack: str, draw: Draw) -> None:
        self.pack, self.draw = pack, draw
        self.bills: list[tuple[str, Meant]] = []
        self.number = 0
        self.raised = False

    def step(self) -> list[Came]:
        """The next one or two documents."""
        choice = self.draw.below(12)
        if not self.bills or choice < 3:
            return [self.bill(self._some())]
        if choice == 3:
            _, meant = self._one()
            return [self.bill(meant)]  # the same once more, under another number
        if choice == 4 and not self.raised:
            return self.raise_price()
        if choice == 5:
            _, meant = self._one()
            return [self.bill(replace(meant, cents=RAISED - PRICE))]
        if choice == 6 and self.pack in GOODS:
            return [self.returned(self.draw.between(1, 20))]
        return self.credit()

    def _some(self) -> Meant:
        if self.pack in GOODS:
            return Meant(count=self.draw.between(10, 100), cents=PRICE)
        first, last = MONTHS[self.draw.below(len(MONTHS))]
        return Meant(count=(last - first).days + 1, cents=PRICE, first=first)

    def _one(self) -> tuple[str, Meant]:
        return self.bills[self.draw.below(len(self.bills))]

    def _next(self) -> str:
        self.number += 1
        return f"N-{self.number:03}"

    def bill(self, meant: Meant) -> Came:
        """An invoice."""
        number = self._next()
        if meant.cents == PRICE:
            self.bills.append((number, meant))
        return Came(document=written(self.pack, number, meant))

    def returned(self, count: int) -> Came:
        """Goods that go back."""
        number, reference = self._next(), LineReference(document="O-1", line="10")
        quantity = Quantity(Decimal(count), "EA")
        if self.pack == "payables":
            return Came(document=SupplierReturn(number=number, occurred_at=AT, order=reference, quantity=quantity))
        return Came(document=CustomerReturn(number=number, occurred_at=AT, order=reference, quantity=quantity))

    def raise_price(self) -> list[Came]:
        """The price is raised for all of it."""
        self.raised = True
        if self.pack in GOODS:
            return [Came(document=order(self.pack, RAISED), version="2")]
        lines = tuple(_contract_line(days, RAISED) for days in MONTHS[:1])
        return [
            Came(document=Amendment(number="AM-1", subscription="SUB-1", effective_on=MONTHS[0][0], lines=lines,
                                    signed_at=AT - timedelta(days=3)))
        ]  # fmt: skip

    def credit(self) -> list[Came]:
        """A credit of some kind for one invoice, or two."""
        draw = self.draw
        number, billed = self._one()
        named = (number,) if draw.below(8) else tuple(dict.fromkeys((number, self._one()[0])))
        part = billed.count if draw.below(2) else draw.between(1, billed.count)
        meant = replace(billed, count=part)
        says, before = "", list[Came]()
        match draw.below(7):
            case 0 | 1:
                pass  # at the billed price
            case 2 | 3:
                meant = replace(meant, cents=draw.between(1, 9) * 50)
            case 4:
                says = "money"
                meant = replace(meant, cents=meant.cents if draw.below(2) else 100)
            case 5 if self.pack in GOODS:
                before = [self.returned(part)]
                meant = replace(meant, cents=meant.cents - 50 * draw.below(2))
            case _:
                meant = replace(meant, net=meant.minor + draw.between(1, 2000))
        if meant.first is not None and part < billed.count and draw.below(2):
            meant = replace(meant, first=meant.first + timedelta(days=billed.count - part))
        if self.pack == "subscription_billing" and len(named) > 1:
            named = named[:1]
        return [*before, Came(document=written(self.pack, self._next(), meant, named=named, says=says))]


_KINDS = {
    "payables": ("invoice", "credit_note"),
    "order_to_cash": ("customer_invoice", "customer_credit_note"),
    "subscription_billing": ("billing_invoice", "billing_credit_note"),
}


def written(pack: str, number: str, meant: Meant, *, named: tuple[str, ...] = (), says: str = "") -> Invoice:
    """The invoice, or the credit note for the invoices `named`."""
    net = Money(meant.minor, "EUR")
    line: dict[str, Any] = {"id": "1", "net": net, "tax_category": "S", "tax_percent": Decimal(19)}
    if pack in GOODS:
        price = Decimal(meant.minor) / meant.count / 100
        line |= {"quantity": Quantity(Decimal(meant.count), "EA"), "price": price, "product": ProductIds(buyer="GEAR")}
        line |= {"order": LineReference(document="O-1", line="10")}
    else:
        assert meant.first is not None
        line |= {"order": LineReference(document="SUB-1", line=f"L{meant.first.month}")}
        line |= {"period_from": meant.first, "period_to": meant.first + timedelta(days=meant.count - 1)}
    tax = net.percent(Decimal(19))
    bought = pack == "payables"
    return Invoice(
        kind=_KINDS[pack][bool(named)],  # type: ignore[arg-type]
        number=number,
        issue_date=AT.date(),
        currency="EUR",
        supplier=THEM if bought else US,
        buyer=Party() if bought else THEM if pack == "order_to_cash" else Party(name="Acme"),
        lines=(InvoiceLine(**line),),
        tax=(TaxSubtotal(category="S", percent=Decimal(19), taxable=net, tax=tax),),
        totals=InvoiceTotals(lines=net, net=net, tax=tax, gross=net + tax, payable=net + tax),
        type_code="381" if named else "380",
        order_number="O-1" if pack in GOODS else "",
        preceding=named,
        gives_back=says,  # type: ignore[arg-type]
        entity="" if pack in GOODS else "DE01",
    )


# ---- the oracle ------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Oracle:
    """What was posted so far, in the order in which it was posted, and what is wrong with it."""

    pack: str
    posted: set[str] = field(default_factory=set)
    bills: dict[str, tuple[int, int]] = field(default_factory=dict)
    taken: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    days: dict[date, int] = field(default_factory=lambda: defaultdict(int))
    spent: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    goods: int = 0
    credited: int = 0
    wrong: list[str] = field(default_factory=list)

    def look(self, documents: Sequence[Document], numbers: Iterable[str]) -> None:
        """Take in what was posted since, and judge by the documents that are there. What is posted together is judged together."""
        invoices = {one.number: one for one in documents if isinstance(one, Invoice)}
        before = dict(self.spent), self.goods
        fresh = sorted({number for number in numbers if number in invoices} - self.posted)
        for number in sorted(fresh, key=lambda number: bool(invoices[number].preceding)):
            one = invoices[number]
            if one.preceding:
                self._credit(one, documents)
            else:
                self._bill(one)
        self.posted.update(fresh)
        if fresh:
            self._judge(", ".join(fresh), documents, *before)

    def _bill(self, one: Invoice) -> None:
        line, place = one.lines[0], one.lines[0].order.line
        self.spent[place] += line.net.minor
        count = _count(line)
        if line.net.minor >= count * PRICE:  # else it bills a difference, and no goods
            self.goods += count
            for day in _days(line):
                self.days[day] += 1
            self.bills[one.number] = (count, line.net.minor)
        else:
            self.bills[one.number] = (0, line.net.minor)

    def _credit(self, one: Invoice, documents: Sequence[Document]) -> None:
        line, place = one.lines[0], one.lines[0].order.line
        count, named = _count(line), one.preceding
        for number in named[:1] if len(named) == 1 else ():
            self.taken[number] += line.net.minor
            if self.taken[number] > self.bills.get(number, (0, 0))[1]:
                self.wrong.append(f"{one.number} takes back more of {number} than it bills")
        if one.gives_back == "money":
            return
        back = _returned(documents) - self.credited
        prices = [_each(self.bills[number]) for number in named if number in self.bills]
        if not prices:
            self.wrong.append(f"{one.number} takes back what is not billed")
            return
        at_price = line.net.minor >= count * min(prices)
        rest = len(named) == 1 and self.taken[named[0]] == self.bills[named[0]][1] and self.pack not in GOODS
        if at_price or rest or (self.pack in GOODS and count <= back):
            self.goods -= count
            self.credited += count
            self.spent[place] -= count * PRICE if at_price or self.pack in GOODS else _whole(line, one, self.bills)
            for day in _days(line):
                self.days[day] -= 1

    def _judge(self, number: str, documents: Sequence[Document], spent_before: Mapping[str, int], goods: int) -> None:
        """Goods may go back after they were billed, and a price may fall: wrong is only what is posted on top."""
        raised = {True: RAISED, False: PRICE}
        for place, spent in self.spent.items():
            price = raised[_is_raised(documents, place)]
            goods_worth = _accepted(documents) * price + self.credited * (price - PRICE)
            worth = goods_worth if self.pack in GOODS else _month(place) * price
            if spent > worth and spent > spent_before.get(place, 0):
                self.wrong.append(f"with {number}, {spent} are billed of {place}, worth {worth}")
        if self.pack in GOODS and self.goods > max(goods, _accepted(documents)):
            self.wrong.append(f"with {number}, {self.goods} pieces are billed of {_accepted(documents)}")
        if any(times > 1 for times in self.days.values()):
            self.wrong.append(f"with {number}, a day is billed twice")


def _count(line: InvoiceLine) -> int:
    if line.quantity is not None:
        return int(line.quantity.value)
    assert line.period_from is not None
    assert line.period_to is not None
    return (line.period_to - line.period_from).days + 1


def _days(line: InvoiceLine) -> list[date]:
    if line.period_from is None:
        return []
    return [line.period_from + timedelta(days=day) for day in range(_count(line))]


def _each(billed: tuple[int, int]) -> int:
    return billed[1] // billed[0] if billed[0] else 10**9


def _whole(line: InvoiceLine, one: Invoice, bills: dict[str, tuple[int, int]]) -> int:
    """What the days of a credit cost when they were billed."""
    return _count(line) * _each(bills[one.preceding[0]])


def _month(place: str) -> int:
    first, last = next(days for days in MONTHS if f"L{days[0].month}" == place)
    return (last - first).days + 1


def _accepted(documents: Sequence[Document]) -> int:
    here = sum(int(line.accepted.value) for one in documents if isinstance(one, Receipt) for line in one.lines)
    left = sum(int(line.shipped.value) for one in documents if isinstance(one, Shipment) for line in one.lines)
    return here + left - _returned(documents)


def _returned(documents: Sequence[Document]) -> int:
    back = (one for one in documents if isinstance(one, SupplierReturn | CustomerReturn))
    return sum(int(one.quantity.value) for one in back)


def _is_raised(documents: Sequence[Document], place: str) -> bool:
    raised = any(isinstance(one, Order) and one.lines[0].price == Decimal(RAISED) / 100 for one in documents)
    return raised or any(isinstance(one, Amendment) and place in {line.id for line in one.lines} for one in documents)


def judged(made: Story) -> list[str]:
    """Play a story in memory and give what the oracle finds wrong with what was posted."""
    run, oracle = new_run(made.pack), Oracle(made.pack)
    documents: list[Document] = []
    for came in made.came:
        documents.append(came.document)
        run.receive(came.document, version=came.version)
        vouchers = [one.voucher for one in run.target.booked.values() if one.action.kind == "post_voucher"]
        oracle.look(documents, [str(voucher["number"]) for voucher in vouchers])
    return oracle.wrong
