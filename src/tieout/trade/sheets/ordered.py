"""Document views of orders and contracts: what was agreed."""

from __future__ import annotations

from collections.abc import Sequence

from tieout.core.documents.sheet import InRole, Price, Sheet, Table, table, worded
from tieout.core.values.sentence import Sentence
from tieout.trade.documents import Contract, Order, OrderLine, OrderResponse
from tieout.trade.sheets.names import product, reference
from tieout.trade.sheets.sold import RULES


def order(document: Order) -> Sheet:
    """An order: ours to a supplier, or a customer's to us."""
    ours = document.kind == "order"
    proof = {True: Sentence("required"), False: Sentence("not required"), None: ""}[document.proof_required]
    return Sheet(
        title="Order" if ours else "Sales order",
        number=document.number,
        fields=(
            ("Issued", document.issue_date),
            ("State", worded(document.status)),
            ("Customer's order", document.customer_order),
            ("Billing rule", RULES[document.billing_rule]),
            ("Proof of delivery", proof),
            ("Currency", document.currency),
            ("Terms", document.terms),
            ("Incoterm", document.incoterm),
            ("Contract", document.contract),
            ("Entity", document.entity),
            ("Site", document.site),
        ),
        parties=(
            InRole(role="Supplier" if ours else "Our company", party=document.supplier),
            InRole(role="Buying company" if ours else "Customer", party=document.buyer),
        ),
        tables=(
            _lines(document.lines, selling=not ours),
            table(
                "Planned charges",
                "Charge | #Amount",
                [(worded(charge.kind), charge.amount) for charge in document.charges],
            ),
        ),
        totals=(("Net", document.net), ("Payable", document.payable)),
    )


def response(document: OrderResponse) -> Sheet:
    """What was answered to an order, or asked about it."""
    return Sheet(
        title="Answer to an order",
        number=document.number,
        fields=(
            ("Issued", document.issue_date),
            ("Order", document.order_number),
            ("State", worded(document.state)),
            ("Currency", document.currency),
            ("Note", document.note),
        ),
        parties=(InRole(role="Supplier", party=document.supplier), InRole(role="Buying company", party=document.buyer)),
        tables=(_lines(document.lines),),
    )


def _lines(lines: Sequence[OrderLine], *, selling: bool = False) -> Table:
    return table(
        "Lines",
        "Line | Description | Product | #Quantity | #Price | #Net | Site | Delivery due | Contract",
        [
            (
                line.id,
                line.description,
                product(line.product, selling=selling),
                line.quantity,
                Price(amount=line.price, per=line.price_per),
                line.net,
                line.site,
                line.due_on,
                reference(line.contract),
            )
            for line in lines
        ],
    )


def contract(document: Contract) -> Sheet:
    """A contract with its prices."""
    included = {True: Sentence("in the price"), False: Sentence("not in the price"), None: ""}[
        document.freight_included
    ]
    return Sheet(
        title="Contract",
        number=document.number,
        fields=(
            ("Valid from", document.valid_from),
            ("Valid to", document.valid_to),
            ("Approved", document.approved_on),
            ("Currency", document.currency),
            ("Incoterm", document.incoterm),
            ("Freight", included),
            ("Terms", document.terms),
        ),
        parties=(InRole(role="Supplier", party=document.supplier),),
        tables=(
            table(
                "Prices",
                "Product | #Price | Unit | From | To",
                [
                    (
                        product(line.product),
                        Price(amount=line.price, per=line.price_per),
                        line.unit,
                        line.valid_from,
                        line.valid_to,
                    )
                    for line in document.lines
                ],
            ),
        ),
    )
