"""Random runs of a distributor, and what may be billed in them: worked out from the documents, not by the pack."""

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
from tieout.scenario.simulation import Simulation
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
    """Whose confirmation counts, who makes the invoices, and the customer's rule."""

    carrier: bool = False
    proof: bool = False
    events: bool = False
    rule: str = "as_shipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A document and its version."""

    document: Document
    version: str = "1"


def simulation(terms: Terms) -> Simulation:
    """An empty run under these terms."""
    policy = default_policy("order_to_cash")
    rules = Rules.of(
        shipped_by="carrier" if terms.carrier else "warehouse",
        billed_from="events" if terms.events else "documents",
        credit="not_checked",
        credit_note=Tolerance(state="not_checked", basis="amount"),
    )
    layered = replace(policy, layers=(*policy.layers, Layer(when=Facts(), rules=rules)))
    return Simulation((pack_named("order_to_cash"),), PolicySet(policies=(layered,)), at=AT)


def order(number: str, ordered: Mapping[str, int], terms: Terms, charge: int = 0) -> Order:
    """A sales order with its terms."""
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
    """Goods that leave, or the reversal of such a shipment."""
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
    """The sales system's invoice, or the credit note for `taking_back`."""
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
    """An order and its events, where nothing is reversed: events are only added and confirmed."""
    ordered = {line: draw.between(4, 40) for line in GOODS} | {"30": 1}
    documents: list[Sent] = [
        Sent(document=order(number, ordered, terms, charge=draw.below(2) * 25 if terms.events else 0))
    ]
    left = {line: ordered[line] for line in GOODS}
    for k in range(draw.between(1, 3)):
        goods = {line: count for line in GOODS if (count := draw.between(0, left[line]))}
        if not goods:
            continue
        for line, count in goods.items():
            left[line] -= count
        documents += _shipped(draw, terms, f"{number}-S{k}", number, goods)
    for k, percent in enumerate((30, 70)[: draw.between(0, 2)]):
        mile = Milestone(number=f"{number}-M{k}", order=number, line="30", percent=Decimal(percent), occurred_at=AT)
        documents.append(Sent(document=mile))
        if draw.below(3):
            documents.append(Sent(document=replace(mile, accepted=True), version="2"))
    return documents


def _shipped(draw: Draw, terms: Terms, name: str, to: str, goods: Mapping[str, int]) -> list[Sent]:
    at = AT - timedelta(hours=draw.between(1, 100))
    made = shipment(name, to, goods, at=at)
    documents = [Sent(document=made, version="2")]
    if draw.below(3) == 0:
        documents.append(Sent(document=replace(made, confirmed=False)))
    if draw.below(4):
        event = CarrierEvent(number=f"{name}-E", shipment=name, status="in_transit", occurred_at=at)
        documents.append(Sent(document=event))
    if terms.proof and draw.below(4):
        delivered = {line: count - (draw.below(2) if count > 1 else 0) for line, count in goods.items()}
        if draw.below(3) == 0 and len(delivered) > 1:  # each line signed for on a document of its own
            documents += [Sent(document=proof(made, f"{name}-P{line}", {line: n})) for line, n in delivered.items()]
        else:
            documents.append(Sent(document=proof(made, f"{name}-P", delivered)))
    return documents


def undoing(draw: Draw, documents: list[Sent], number: str) -> list[Sent]:
    """What reverses or corrects earlier events: reversals, corrections, returns, too much shipped."""
    more: list[Sent] = []
    shipments = [sent.document for sent in documents if isinstance(sent.document, Shipment) and sent.version == "2"]
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


def latest(documents: Iterable[Sent]) -> list[Document]:
    """The documents in force."""
    best: dict[tuple[str, str], Sent] = {}
    for sent in documents:
        key = (sent.document.kind, str(getattr(sent.document, "number", "")))
        if key not in best or int(best[key].version) < int(sent.version):
            best[key] = sent
    return [sent.document for sent in best.values()]


def billable(documents: Iterable[Sent], terms: Terms) -> dict[Line, Decimal]:
    """By order line, how much may be billed by these documents: shipment by shipment, as a clerk would add it up."""
    in_force = latest(documents)
    orders = {document.number: document for document in in_force if isinstance(document, Order)}
    moved = {event.shipment for event in in_force if isinstance(event, CarrierEvent)}
    signed: dict[tuple[str, str], int] = defaultdict(int)
    for document in in_force:
        if isinstance(document, DeliveryProof):
            for signed_line in document.lines:
                signed[document.shipment, signed_line.id] += int(signed_line.delivered.value)
    shipped: dict[tuple[str, str, str], int] = defaultdict(int)
    for document in in_force:
        if isinstance(document, Shipment) and document.confirmed:
            for line in document.lines:
                shipped[document.order_number, line.id, document.reverses or document.number] += int(line.shipped.value)
    quantities: dict[Line, Decimal] = {}
    for number, placed in orders.items():
        for line in placed.lines:
            mine = {name: max(0, n) for (o, i, name), n in shipped.items() if (o, i) == (number, line.id)}
            usable = Decimal(sum(_of_shipment(name, n, line.id, moved, signed, terms) for name, n in mine.items()))
            usable += sum(
                (line.quantity.value * document.percent / 100 for document in in_force
                 if isinstance(document, Milestone) and document.accepted and (document.order, document.line) == (number, line.id)),
                Decimal(0),
            )  # fmt: skip
            back = _came_back(in_force, (number, line.id))
            # What the customer never took, or nobody has signed for yet, is what came back first.
            for name, n in mine.items():
                back[name] -= min(back[name], Decimal(n - _of_shipment(name, n, line.id, moved, signed, terms)))
            quantities[number, line.id] = min(max(Decimal(0), usable - sum(back.values())), line.quantity.value)
    return quantities


def _came_back(documents: Iterable[Document], place: Line) -> dict[str, Decimal]:
    """What came back of an order line, by shipment."""
    back: dict[str, Decimal] = defaultdict(Decimal)
    for document in documents:
        if isinstance(document, CustomerReturn) and (document.order.document, document.order.line) == place:
            back[document.shipment] += document.quantity.value
    return back


def _of_shipment(
    name: str, count: int, line: str, moved: set[str], signed: Mapping[tuple[str, str], int], terms: Terms
) -> int:
    if (name, line) in signed:
        return min(count, signed[name, line])
    if (terms.carrier and name not in moved) or terms.proof:
        return 0
    return count


def vouchers(of: Simulation) -> list[dict[str, Any]]:
    """The vouchers that the external system has booked (it has other actions too)."""
    return [posting.voucher for posting in of.target.booked.values() if posting.action.kind == "post_voucher"]


def billed(of: Simulation) -> dict[Line, Decimal]:
    """By order line, what the external system has booked, less credits."""
    quantities: dict[Line, Decimal] = defaultdict(Decimal)
    for voucher in vouchers(of):
        sign = -1 if voucher["kind"] == "customer_credit_note" else 1
        for line in voucher["lines"]:
            if line["kind"] == "goods":
                quantities[line["order"], line["order_line"]] += sign * Decimal(line["quantity"])
    return quantities


def lost(of: Simulation) -> int:
    """The total of all BIL-LEAK findings, in cents."""
    return sum(
        finding.at_stake.minor
        for filed in of.claims.values()
        if filed.last and not filed.state.over
        for finding in filed.last.verdict.findings
        if finding.code == "BIL-LEAK" and finding.stage in {"wait", "hold"} and finding.at_stake
    )


def missing(may: Mapping[Line, Decimal], done: Mapping[Line, Decimal]) -> int:
    """What may be billed and is not, in cents, at the orders' prices."""
    left = ((line[1], quantity - done.get(line, Decimal(0))) for line, quantity in may.items())
    return sum(int(PRICES[line] * quantity * 100) for line, quantity in left if quantity > 0)
