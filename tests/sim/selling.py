"""Random worlds of a distributor, and what may be billed in them: worked out anew from the papers, not by the pack."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
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
from tieout.scenario.world import World
from tieout.trade.documents import (
    CarrierEvent,
    Customer,
    CustomerReturn,
    DeliveryProof,
    DeliveryProofLine,
    Invoice,
    InvoiceLine,
    InvoiceTotals,
    LineReference,
    Milestone,
    Order,
    OrderCharge,
    OrderLine,
    ProductIds,
    Shipment,
    ShipmentLine,
    TaxSubtotal,
)

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATE = AT + timedelta(days=90)
US = Party(name="Werk GmbH", country="DE", identifiers=(Identifier(scheme="vat", value="DE811111111"),))
NORD = Customer(number="70001", name="Nord AG", country="DE", street="Hauptstr. 1", tax_class="domestic")
THEM = Party(name="Nord AG", country="DE", identifiers=(Identifier(scheme="ours", value="70001"),))
PRICES = {"10": Decimal(10), "20": Decimal("2.50"), "30": Decimal(1000)}
GOODS = ("10", "20")
Line = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Whose word counts, who makes the invoices, and the customer's rule."""

    carrier: bool = False
    proof: bool = False
    events: bool = False
    rule: str = "as_shipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A paper and its version."""

    document: Document
    version: str = "1"


def world(terms: Terms) -> World:
    """An empty world under these terms."""
    policy = default_policy("order_to_cash")
    rules = Rules.of(
        shipped_by="carrier" if terms.carrier else "warehouse",
        billed_from="events" if terms.events else "documents",
        credit="not_checked",
        credit_note=Tolerance(state="not_checked", basis="amount"),
    )
    layered = replace(policy, layers=(*policy.layers, Layer(when=Facts(), rules=rules)))
    return World((pack_named("order_to_cash"),), PolicySet(policies=(layered,)), at=AT)


def order(number: str, ordered: Mapping[str, int], terms: Terms, charge: int = 0) -> Order:
    """A sales order with its terms said on it."""
    return Order(
        kind="sales_order",
        number=number,
        issue_date=AT.date(),
        currency="EUR",
        supplier=US,
        buyer=THEM,
        lines=tuple(
            OrderLine(
                id=line,
                quantity=Quantity(Decimal(quantity), "EA"),
                price=PRICES[line],
                product=ProductIds(seller=f"P-{line}", buyer=f"P-{line}"),
                tax_category="S",
                tax_percent=Decimal(19),
            )
            for line, quantity in ordered.items()
        ),
        charges=(OrderCharge(kind="freight", amount=Money(charge * 100, "EUR")),) if charge else (),
        billing_rule=terms.rule,  # type: ignore[arg-type]
        proof_required=terms.proof,
    )


def shipment(
    number: str, to: str, goods: Mapping[str, int], *, at: datetime, confirmed: bool = True, reverses: str = ""
) -> Shipment:
    """Goods that leave, or come back into the books as a reversal."""
    return Shipment(
        number=number,
        occurred_at=at,
        lines=tuple(
            ShipmentLine(id=line, shipped=Quantity(Decimal(count), "EA"), order=LineReference(document=to, line=line))
            for line, count in goods.items()
        ),
        order_number=to,
        site="W3",
        carrier="Blitz",
        confirmed=confirmed,
        reverses=reverses,
    )


def proof(of: Shipment, number: str, delivered: Mapping[str, int]) -> DeliveryProof:
    """What the customer signed for."""
    return DeliveryProof(
        number=number,
        shipment=of.number,
        occurred_at=AT,
        lines=tuple(
            DeliveryProofLine(
                id=line,
                delivered=Quantity(Decimal(count), "EA"),
                reason="damaged",
                order=LineReference(document=of.order_number, line=line),
            )
            for line, count in delivered.items()
        ),
        order_number=of.order_number,
    )


def invoice(number: str, of: str, billed: Mapping[str, Decimal], *, taking_back: str = "") -> Invoice:
    """The sales system's invoice, or the credit note that takes back of `taking_back`."""
    lines = tuple(
        InvoiceLine(
            id=line,
            net=Money.rounded(PRICES[line] * quantity, "EUR"),
            quantity=Quantity(quantity, "EA"),
            price=PRICES[line],
            order=LineReference(document=of, line=line),
            product=ProductIds(buyer=f"P-{line}"),
            tax_category="S",
            tax_percent=Decimal(19),
        )
        for line, quantity in billed.items()
    )
    net = Money(sum(line.net.minor for line in lines), "EUR")
    tax = net.percent(Decimal(19))
    return Invoice(
        kind="customer_credit_note" if taking_back else "customer_invoice",
        number=number,
        issue_date=AT.date(),
        currency="EUR",
        supplier=US,
        buyer=THEM,
        lines=lines,
        tax=(TaxSubtotal(category="S", percent=Decimal(19), taxable=net, tax=tax),),
        totals=InvoiceTotals(lines=net, net=net, tax=tax, gross=net + tax, payable=net + tax),
        type_code="381" if taking_back else "380",
        order_number=of,
        preceding=(taking_back,) if taking_back else (),
    )


def growing(draw: Draw, terms: Terms, number: str) -> list[Sent]:
    """An order and all that happened to it, where nothing that was said is taken back: only added to, and confirmed."""
    ordered = {line: draw.between(4, 40) for line in GOODS} | {"30": 1}
    papers: list[Sent] = [
        Sent(document=order(number, ordered, terms, charge=draw.below(2) * 25 if terms.events else 0))
    ]
    left = {line: ordered[line] for line in GOODS}
    for k in range(draw.between(1, 3)):
        goods = {line: count for line in GOODS if (count := draw.between(0, left[line]))}
        if not goods:
            continue
        for line, count in goods.items():
            left[line] -= count
        papers += _shipped(draw, terms, f"{number}-S{k}", number, goods)
    for k, percent in enumerate((30, 70)[: draw.between(0, 2)]):
        mile = Milestone(number=f"{number}-M{k}", order=number, line="30", percent=Decimal(percent), occurred_at=AT)
        papers.append(Sent(document=mile))
        if draw.below(3):
            papers.append(Sent(document=replace(mile, accepted=True), version="2"))
    return papers


def _shipped(draw: Draw, terms: Terms, name: str, to: str, goods: Mapping[str, int]) -> list[Sent]:
    at = AT - timedelta(hours=draw.between(1, 100))
    made = shipment(name, to, goods, at=at)
    papers = [Sent(document=made, version="2")]
    if draw.below(3) == 0:
        papers.append(Sent(document=replace(made, confirmed=False)))
    if draw.below(4):
        event = CarrierEvent(number=f"{name}-E", shipment=name, status="in_transit", occurred_at=at)
        papers.append(Sent(document=event))
    if terms.proof and draw.below(4):
        delivered = {line: count - (draw.below(2) if count > 1 else 0) for line, count in goods.items()}
        if draw.below(3) == 0 and len(delivered) > 1:  # each line signed for on a paper of its own
            papers += [Sent(document=proof(made, f"{name}-P{line}", {line: n})) for line, n in delivered.items()]
        else:
            papers.append(Sent(document=proof(made, f"{name}-P", delivered)))
    return papers


def undoing(draw: Draw, papers: list[Sent], number: str) -> list[Sent]:
    """What takes back what was said: reversals, corrections, returns, too much shipped."""
    more: list[Sent] = []
    shipments = [sent.document for sent in papers if isinstance(sent.document, Shipment) and sent.version == "2"]
    for made in shipments:
        chance = draw.below(5)
        if chance == 0:
            goods = {line.id: -int(line.shipped.value) for line in made.lines}
            back = shipment(f"{made.number}-R", number, goods, at=made.occurred_at or AT, reverses=made.number)
            more.append(Sent(document=back))
        elif chance == 1:
            wrong = draw.between(1, 9)
            lines = tuple(replace(line, shipped=Quantity(Decimal(wrong), "EA")) for line in made.lines)
            more.append(Sent(document=replace(made, lines=lines), version="3"))
        elif chance == 2:
            more.append(
                Sent(
                    document=CustomerReturn(
                        number=f"{made.number}-B",
                        occurred_at=AT,
                        order=LineReference(document=number, line=made.lines[0].id),
                        quantity=Quantity(Decimal(draw.between(1, 3)), "EA"),
                        shipment=made.number,
                    )
                )
            )
    if draw.below(4) == 0:
        more.append(Sent(document=shipment(f"{number}-S9", number, {"10": draw.between(30, 60)}, at=AT)))
    return more


def latest(papers: Iterable[Sent]) -> list[Document]:
    """The papers in force."""
    best: dict[tuple[str, str], Sent] = {}
    for sent in papers:
        key = (sent.document.kind, str(getattr(sent.document, "number", "")))
        if key not in best or int(best[key].version) < int(sent.version):
            best[key] = sent
    return [sent.document for sent in best.values()]


def billable(papers: Iterable[Sent], terms: Terms) -> dict[Line, Decimal]:
    """By order line, how much may be billed on these papers: shipment by shipment, as a clerk would add it up."""
    known = latest(papers)
    orders = {paper.number: paper for paper in known if isinstance(paper, Order)}
    moved = {event.shipment for event in known if isinstance(event, CarrierEvent)}
    signed: dict[tuple[str, str], int] = defaultdict(int)
    for paper in known:
        if isinstance(paper, DeliveryProof):
            for said in paper.lines:
                signed[paper.shipment, said.id] += int(said.delivered.value)
    shipped: dict[tuple[str, str, str], int] = defaultdict(int)
    for paper in known:
        if isinstance(paper, Shipment) and paper.confirmed:
            for line in paper.lines:
                shipped[paper.order_number, line.id, paper.reverses or paper.number] += int(line.shipped.value)
    found: dict[Line, Decimal] = {}
    for number, placed in orders.items():
        for line in placed.lines:
            mine = {name: max(0, n) for (o, i, name), n in shipped.items() if (o, i) == (number, line.id)}
            usable = Decimal(sum(_of_shipment(name, n, line.id, moved, signed, terms) for name, n in mine.items()))
            usable += sum(
                (line.quantity.value * paper.percent / 100 for paper in known
                 if isinstance(paper, Milestone) and paper.accepted and (paper.order, paper.line) == (number, line.id)),
                Decimal(0),
            )  # fmt: skip
            back = sum(
                (paper.quantity.value for paper in known
                 if isinstance(paper, CustomerReturn) and (paper.order.document, paper.order.line) == (number, line.id)),
                Decimal(0),
            )  # fmt: skip
            found[number, line.id] = min(max(Decimal(0), usable - back), line.quantity.value)
    return found


def _of_shipment(
    name: str, count: int, line: str, moved: set[str], signed: Mapping[tuple[str, str], int], terms: Terms
) -> int:
    if (name, line) in signed:
        return min(count, signed[name, line])
    if (terms.carrier and name not in moved) or terms.proof:
        return 0
    return count


def vouchers(of: World) -> list[dict[str, Any]]:
    """What the outer system has booked (it was told other things too)."""
    return [each.voucher for each in of.target.booked.values() if each.action.kind == "post_voucher"]


def billed(of: World) -> dict[Line, Decimal]:
    """By order line, what the outer system has booked, credits taken off."""
    found: dict[Line, Decimal] = defaultdict(Decimal)
    for voucher in vouchers(of):
        sign = -1 if voucher["kind"] == "customer_credit_note" else 1
        for line in voucher["lines"]:
            if line["kind"] == "goods":
                found[line["order"], line["order_line"]] += sign * Decimal(line["quantity"])
    return found


def lost(of: World) -> int:
    """What all BIL-LEAK findings say together, in cents."""
    return sum(
        found.at_stake.minor
        for filed in of.claims.values()
        if filed.last and not filed.state.over
        for found in filed.last.verdict.findings
        if found.code == "BIL-LEAK" and found.stage in {"wait", "hold"} and found.at_stake
    )


def missing(may: Mapping[Line, Decimal], done: Mapping[Line, Decimal]) -> int:
    """What may be billed and is not, in cents, at the orders' prices."""
    left = ((line[1], quantity - done.get(line, Decimal(0))) for line, quantity in may.items())
    return sum(int(PRICES[line] * quantity * 100) for line, quantity in left if quantity > 0)
