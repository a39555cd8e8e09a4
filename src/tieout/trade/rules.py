"""The rules of policy that processes about goods and invoices share; packs name those that they need."""

from __future__ import annotations

from typing import Final

from tieout.core.policy.rule import choice, span, tolerance

UNIT_PRICE: Final = tolerance(
    "unit_price", "Billed price of one unit against the price that was ordered or agreed.",
    basis="unit_price", unit="the document's currency, for one unit",
    example="{upper: {percent: 2, absolute: 50.00 EUR}, combine: strictest}",
)  # fmt: skip
LINE_TOTAL: Final = tolerance(
    "line_total", "All invoices on an order line or contract line together against what the line is worth.",
    basis="cumulative_value", unit="the document's currency", example="{upper: {percent: 2, absolute: 500.00 EUR}}",
)  # fmt: skip
QUANTITY: Final = tolerance(
    "quantity",
    "Billed quantity against what was received, or against what was shipped.",
    basis="quantity",
    unit="the line's unit",
)
ORDERED: Final = tolerance(
    "ordered", "Billed or shipped quantity against the ordered quantity.", basis="quantity", unit="the line's unit"
)
FREIGHT: Final = tolerance(
    "freight", "Freight and other charges against what the order plans.", basis="amount", unit="the document's currency"
)
TAX: Final = tolerance(
    "tax", "Tax billed against the tax computed or returned by the tax engine.",
    basis="amount", unit="the document's currency", example="{upper: {absolute: 0.05 any}, lower: {absolute: 0.05 any}}",
)  # fmt: skip
CREDIT_NOTE: Final = tolerance(
    "credit_note",
    "What may be credited to a customer without an approval.",
    basis="amount",
    unit="the document's currency",
)
POSTING: Final = choice(
    "posting",
    "Whether an invoice is posted only as a whole, or its lines that tie out are posted first.",
    choices=("whole", "split"),
)
TAX_ANSWER: Final = choice(
    "tax_answer", "Whether a tax engine must have answered before an invoice is released.",
    choices=("required", "not_required"),
)  # fmt: skip
LEAK_WINDOW: Final = span(
    "leak_window", "How long billable items may remain unbilled before a person is asked.", example="5 bd"
)
