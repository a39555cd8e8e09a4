"""Orders and contracts laid out: what was agreed."""

from __future__ import annotations

from tieout.trade.documents import Contract, Order
from tieout.web.sheets.layout import Sheet, columns, filled, party, product, reference, table
from tieout.web.sheets.sold import RULES
from tieout.web.words import day, money, price, quantity, sentence


def order(paper: Order) -> Sheet:
    """An order: ours to a supplier, or a customer's to us."""
    ours = paper.kind == "order"
    proof = {True: "required", False: "not required", None: ""}[paper.proof_required]
    return Sheet(
        kind="Order" if ours else "Sales order",
        number=paper.number,
        fields=filled(
            ("Issued", day(paper.issue_date)),
            ("State", sentence(paper.status)),
            ("Customer's order", paper.customer_order),
            ("Is billed", RULES[paper.billing_rule]),
            ("Proof of delivery", proof),
            ("Currency", paper.currency),
            ("Terms", paper.terms),
            ("Incoterm", paper.incoterm),
            ("Contract", paper.contract),
            ("Entity", paper.entity),
            ("Site", paper.site),
        ),
        parties=party("Supplier" if ours else "We", paper.supplier)
        + party("Buyer" if ours else "Customer", paper.buyer),
        tables=(
            *table(
                "Lines",
                columns("Line", "Description", "Product", "#Quantity", "#Price", "#Net", "Site", "Due", "Contract"),
                [
                    (
                        line.id,
                        line.description,
                        product(line.product, selling=not ours),
                        quantity(line.quantity),
                        price(line.price, line.price_per),
                        money(line.net),
                        line.site,
                        day(line.due_on).replace("–", ""),
                        reference(line.contract),
                    )
                    for line in paper.lines
                ],
            ),
            *table(
                "Planned charges",
                columns("Charge", "#Amount"),
                [(sentence(charge.kind), money(charge.amount)) for charge in paper.charges],
            ),
        ),
        totals=filled(("Net", money(paper.net)), ("Payable", money(paper.payable))),
    )


def contract(paper: Contract) -> Sheet:
    """A contract with its prices."""
    included = {True: "in the price", False: "not in the price", None: ""}[paper.freight_included]
    return Sheet(
        kind="Contract",
        number=paper.number,
        fields=filled(
            ("Valid from", day(paper.valid_from)),
            ("Valid to", day(paper.valid_to)),
            ("Approved", day(paper.approved_on)),
            ("Currency", paper.currency),
            ("Incoterm", paper.incoterm),
            ("Freight", included),
            ("Terms", paper.terms),
        ),
        parties=party("Supplier", paper.supplier),
        tables=table(
            "Prices",
            columns("Product", "#Price", "Unit", "From", "To"),
            [
                (
                    product(line.product),
                    price(line.price, line.price_per),
                    line.unit,
                    day(line.valid_from).replace("–", ""),
                    day(line.valid_to).replace("–", ""),
                )
                for line in paper.lines
            ],
        ),
    )
