"""Whether a document's own figures agree with each other, as typed remarks with the rule's name, the place and the numbers.

The rules are those of EN 16931-1 (BR-CO-10 … BR-CO-17, BR-S-08 and its sisters) and of Peppol BIS Billing 3 (R040, R120,
R121), because the CEN rules leave price × quantity alone. Tolerances are the rules' own, nothing is added:

* document totals: none, half a cent in currencies with three decimals (the rules round every sum to two); in the
  Factur-X EXTENDED profile 0.01 an addend (BR-FXEXT-CO-10 … 15); extensions may collect for third parties, and what they
  state for them is added to the amount to pay (BR-FXEXT-CO-16, BR-DEX-09);
* tax of a breakdown row, and the taxable amount of a rated category: less than one whole unit of the currency, as the
  official Schematron has it (BR-CO-17, BR-S-08, BR-AF-08, BR-AG-08); other categories: none;
* line net and percentages: 0.02, or one unit where the currency is written in whole units (PEPPOL-EN16931-R120, R040);
  an invoice that claims neither Peppol nor XRechnung is held for it from one whole unit on; below, it is noted.
"""

from tieout.trade.arithmetic.invoice import remarks_on
from tieout.trade.arithmetic.order import remarks_on_order

__all__ = ["remarks_on", "remarks_on_order"]
