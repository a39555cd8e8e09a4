"""The order behind the invoice: missing, invalid, not released, used up, or without such a line."""

from __future__ import annotations

from typing import Final

from tieout.core.findings.code import Code
from tieout.core.values.clock import Clock

ORDERS: Final[tuple[Code, ...]] = (
    Code(
        id="AP-PO-MISSING",
        name="No order reference",
        domain="payables",
        detects="Policy asks for an order for this supplier or category, and the invoice names none.",
        queue="buyer",
        sla=Clock(amount=2),
        clears="The order that belongs to it is named or found, or the supplier sends the invoice again with its order number.",
        evidence="The policy that asks for an order, and the supplier's open orders that could be meant.",
        cause="order",
        kind="policy",
        level="header",
        message=(
            "The invoice[ from {supplier}] names no order, and policy asks for one[: {at_stake} cannot be matched]"
            "[; {proposed} may be meant]."
        ),
        letter="The invoice does not state one of our order numbers: please tell us which order it belongs to.",
        resolutions=("assign_order", "request_corrected_invoice", "reject_to_supplier"),
        peppol="UQ/REF/PIN",
    ),
    Code(
        id="AP-PO-INVALID",
        name="Order cannot be billed",
        domain="payables",
        detects="The order named is unknown, closed, cancelled or another supplier's.",
        queue="buyer",
        sla=Clock(amount=2),
        clears="The order arrives, is reopened or corrected, or the right order is named.",
        evidence="The order's status and how it came to it, and whose order it is.",
        cause="order",
        level="header",
        message="Order {order} {reason}; what is needed is {expected}[; {proposed} may be meant].",
        letter="Order {order}, which you state, does not fit this invoice: please tell us which order it belongs to.",
        resolutions=("assign_order", "reopen_order", "request_corrected_invoice", "reject_to_supplier"),
        peppol="UQ/REF/PIN",
    ),
    Code(
        id="AP-PO-UNREL",
        name="Order not released",
        domain="payables",
        detects="The order has not been released, or is not complete.",
        queue="buyer",
        sla=Clock(amount=1),
        clears="The order is released.",
        evidence="Who still has to release it, and since when.",
        cause="order",
        kind="timing",
        level="header",
        message="Order {order} has not been released yet[: {actual}].",
        resolutions=("release_order", "reject_to_supplier"),
    ),
    Code(
        id="AP-PO-LIMIT",
        name="Order limit or validity exceeded",
        domain="payables",
        detects="What was billed so far exceeds a blanket order's limit, or the day lies outside its validity.",
        queue="buyer",
        sla=Clock(amount=2),
        clears="The limit is raised or the validity extended.",
        evidence="What was billed on the order, invoice by invoice, against its limit.",
        cause="order",
        level="header",
        message="Order {order} allows {expected}; with this invoice, {actual} is billed[: {variance} over the limit].",
        resolutions=("amend_order", "short_pay", "reject_to_supplier"),
    ),
    Code(
        id="AP-LINE-XTRA",
        name="Line not on the order",
        domain="payables",
        detects="An invoice line fits no line of the order, or fits several equally well.",
        queue="buyer",
        sla=Clock(amount=2),
        clears="The order gets such a line, or someone names the order line that is meant.",
        evidence="The line as billed, and the order's lines that come nearest to it.",
        cause="order",
        message='"{description}" is billed[ with {at_stake}] and cannot be matched against order {order}: {reason}.',
        letter='"{description}" is billed[ with {at_stake}], and we cannot find it in order {order}.',
        resolutions=("assign_line", "amend_order", "short_pay", "request_credit_note", "reject_to_supplier"),
        peppol="UQ/ITM/PIN",
    ),
)
