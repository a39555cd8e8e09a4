"""The payables rows of the taxonomy, one file a family, in the order in which people look for them."""

from __future__ import annotations

from typing import Final

from tieout.core.findings.code import Code
from tieout.packs.payables.taxonomy.charges import CHARGES
from tieout.packs.payables.taxonomy.coding import CODING
from tieout.packs.payables.taxonomy.controls import CONTROLS
from tieout.packs.payables.taxonomy.credits import CREDITS
from tieout.packs.payables.taxonomy.documents import DOCUMENTS
from tieout.packs.payables.taxonomy.orders import ORDERS
from tieout.packs.payables.taxonomy.payment import PAYMENT
from tieout.packs.payables.taxonomy.prepayments import PREPAYMENTS
from tieout.packs.payables.taxonomy.prices import PRICES
from tieout.packs.payables.taxonomy.quantities import QUANTITIES
from tieout.packs.payables.taxonomy.taxes import TAXES
from tieout.packs.payables.taxonomy.terms import TERMS

ROWS: Final[tuple[Code, ...]] = (
    *CONTROLS, *DOCUMENTS, *ORDERS, *PRICES, *QUANTITIES, *CHARGES, *TAXES, *PAYMENT, *PREPAYMENTS, *TERMS, *CODING, *CREDITS,
)  # fmt: skip
