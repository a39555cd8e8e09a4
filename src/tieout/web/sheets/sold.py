"""Papers of goods sold laid out: customers, shipments, proofs of delivery."""

from __future__ import annotations

from tieout.core.values.party import Party
from tieout.trade.documents import Customer, DeliveryProof, Shipment
from tieout.web.sheets.layout import Sheet, columns, filled, party, product, reference, table
from tieout.web.words import moment, quantity, sentence

RULES = {
    "": "",
    "as_shipped": "what was shipped",
    "complete_only": "only what is shipped complete",
    "one_per_order": "once for each order",
    "consolidated": "together at the end of a month",
}
_CHANNELS = {"": "", "peppol": "Peppol", "email": "e-mail", "portal": "portal", "print": "on paper", "none": "not sent"}


def customer(paper: Customer) -> Sheet:
    """A customer of record: how it is billed first, for that is what invoices wait for."""
    who = Party(name=paper.name, country=paper.country, identifiers=paper.identifiers)
    place = ", ".join(part for part in (paper.street, f"{paper.postcode} {paper.city}".strip()) if part)
    sent = " ".join(part for part in (_CHANNELS[paper.channel], paper.address) if part)
    return Sheet(
        kind="Customer",
        number=paper.number,
        fields=filled(
            ("Blocked", paper.block_reason or "yes" if paper.blocked else ""),
            ("Is billed", RULES[paper.billing_rule]),
            ("Proof of delivery", "required" if paper.proof_required else "not required"),
            ("Its order number on the invoice", "required" if paper.reference_required else "not required"),
            ("Invoices go by", sent),
            ("Buyer reference", paper.buyer_reference),
            ("Terms", paper.terms),
            ("Tax class", paper.tax_class),
            ("Tier", paper.tier),
            ("Segment", paper.segment),
            ("Category", paper.category),
            ("Entity", paper.entity),
            ("Address", place),
            ("Ships to", paper.ship_to),
            ("Bills to", paper.bill_to),
        ),
        parties=party("Customer", who),
        tables=table(
            "In the books of",
            columns("Company", "Number there"),
            [(each.entity, each.number or "none yet") for each in paper.erp],
        ),
    )


def shipment(paper: Shipment) -> Sheet:
    """Goods that went out."""
    return Sheet(
        kind="Shipment",
        number=paper.number,
        fields=filled(
            ("Left", moment(paper.occurred_at)),
            ("State", "confirmed by the warehouse" if paper.confirmed else "picked, not confirmed"),
            ("Order", paper.order_number),
            ("Warehouse", paper.site),
            ("Carrier", paper.carrier),
            ("Promised", moment(paper.arrives_at)),
        ),
        tables=table(
            "Lines",
            columns("Line", "Description", "Product", "Order", "#Picked", "#Shipped", "#Difference"),
            [
                (
                    line.id,
                    line.description,
                    product(line.product, selling=True),
                    reference(line.order),
                    quantity(line.picked),
                    quantity(line.shipped),
                    _short(paper, k),
                )
                for k, line in enumerate(paper.lines)
            ],
        ),
    )


def _short(paper: Shipment, k: int) -> str:
    line = paper.lines[k]
    if line.picked is None or line.picked.unit != line.shipped.unit or line.picked == line.shipped:
        return ""
    return quantity(line.shipped - line.picked)


def delivery_proof(paper: DeliveryProof) -> Sheet:
    """What the customer signed for."""
    return Sheet(
        kind="Proof of delivery",
        number=paper.number,
        fields=filled(
            ("Delivered", moment(paper.occurred_at)),
            ("Signed by", paper.signed_by),
            ("Shipment", paper.shipment),
            ("Order", paper.order_number),
            ("Differences accepted by", paper.accepted_by),
        ),
        tables=table(
            "Lines",
            columns("Line", "Product", "Order", "#Taken", "#Not taken", "Reason"),
            [
                (
                    line.id,
                    product(line.product, selling=True),
                    reference(line.order),
                    quantity(line.delivered),
                    quantity(line.difference),
                    sentence(line.reason),
                )
                for line in paper.lines
            ],
        ),
    )
