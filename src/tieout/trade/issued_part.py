"""The paper that a posting issued, part by part, as the customer gets it."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from tieout.core.claim.state import ClaimState
from tieout.trade.documents import Invoice
from tieout.trade.issued import issued


def issued_part(claim: ClaimState, posting: UUID, document: Invoice, *, to: str = "") -> Invoice:
    """The paper that a posting of this claim issued, with the customer's order number that its delivery has found out.

    Raises `AssertionError` where the claim has no such posting.
    """
    number = next((number for number, part in enumerate(claim.posted) if part.action_id == posting), None)
    assert number is not None, f"{claim.key} has not posted {posting}"
    part, before = claim.posted[number], claim.posted[:number]
    earlier = tuple(line for each in before for line in each.lines)
    found = next((known.customer_order for known in claim.deliveries if known.posting == posting), "")
    document = replace(document, customer_order=found or document.customer_order)
    return issued(document, part.lines, part=part.part, earlier=earlier, to=to)
