"""Document views of goods sold: customers, shipments, proofs of delivery."""

from __future__ import annotations

from tieout.core.documents.sheet import InRole, Sheet, Value, table, worded
from tieout.core.values.party import Party
from tieout.core.values.sentence import Sentence, joined
from tieout.trade.documents import Customer, DeliveryProof, Shipment
from tieout.trade.sheets.names import product, reference

RULES = {
    "": "",
    "as_shipped": Sentence("what was shipped"),
    "complete_only": Sentence("only what is shipped complete"),
    "one_per_order": Sentence("once for each order"),
    "consolidated": Sentence("together at the end of a month"),
}
_CHANNELS = {
    "": "",
    "peppol": "Peppol",
    "email": Sentence("e-mail"),
    "portal": Sentence("portal"),
    "print": Sentence("on paper"),
    "none": Sentence("not sent"),
}


def customer(document: Customer) -> Sheet:
    """A customer of record: how it is billed first, for that is what invoices wait for."""
    who = Party(name=document.name, country=document.country, identifiers=document.identifiers)
    place = ", ".join(part for part in (document.street, f"{document.postcode} {document.city}".strip()) if part)
    sent = joined(" ", [part for part in (_CHANNELS[document.channel], document.address) if part])
    return Sheet(
        title="Customer",
        number=document.number,
        fields=(
            ("Blocked", document.block_reason or Sentence("yes") if document.blocked else ""),
            ("Billing rule", RULES[document.billing_rule]),
            ("Proof of delivery", Sentence("required") if document.proof_required else Sentence("not required")),
            (
                "Customer's order number on invoice",
                Sentence("required") if document.reference_required else Sentence("not required"),
            ),
            ("Invoice channel", sent),
            ("Buyer reference", document.buyer_reference),
            ("Terms", document.terms),
            ("Tax class", document.tax_class),
            ("Tier", document.tier),
            ("Segment", document.segment),
            ("Category", document.category),
            ("Entity", document.entity),
            ("Address", place),
            ("Ship-to party", document.ship_to),
            ("Bill-to party", document.bill_to),
        ),
        parties=(InRole(role="Customer", party=who),),
        tables=(
            table(
                "ERP records",
                "Company | Customer number",
                [(record.entity, record.number or Sentence("none yet")) for record in document.erp],
            ),
        ),
    )


def shipment(document: Shipment) -> Sheet:
    """Goods that went out."""
    return Sheet(
        title="Shipment",
        number=document.number,
        fields=(
            ("Shipped on", document.occurred_at),
            (
                "State",
                Sentence("confirmed by the warehouse") if document.confirmed else Sentence("picked, not confirmed"),
            ),
            ("Sales order", document.order_number),
            ("Warehouse", document.site),
            ("Carrier", document.carrier),
            ("Promised", document.arrives_at),
        ),
        tables=(
            table(
                "Lines",
                "Line | Description | Product | Sales order | #Picked | #Shipped | #Difference",
                [
                    (
                        line.id,
                        line.description,
                        product(line.product, selling=True),
                        reference(line.order),
                        line.picked,
                        line.shipped,
                        _short(document, k),
                    )
                    for k, line in enumerate(document.lines)
                ],
            ),
        ),
    )


def _short(document: Shipment, k: int) -> Value:
    line = document.lines[k]
    if line.picked is None or line.picked.unit != line.shipped.unit or line.picked == line.shipped:
        return ""
    return line.shipped - line.picked


def delivery_proof(document: DeliveryProof) -> Sheet:
    """What the customer signed for."""
    return Sheet(
        title="Proof of delivery",
        number=document.number,
        fields=(
            ("Delivered", document.occurred_at),
            ("Signed by", document.signed_by),
            ("Shipment", document.shipment),
            ("Sales order", document.order_number),
            ("Differences accepted by", document.accepted_by),
        ),
        tables=(
            table(
                "Lines",
                "Line | Product | Sales order | #Signed for | #Not signed for | Reason",
                [
                    (
                        line.id,
                        product(line.product, selling=True),
                        reference(line.order),
                        line.delivered,
                        line.difference,
                        worded(line.reason),
                    )
                    for line in document.lines
                ],
            ),
        ),
    )
