"""The governed taxonomy: every exception code that is not a pack's own, one file a domain. Packs add their rows."""

from __future__ import annotations

from typing import Final

from tieout.core.findings.code import Code, Taxonomy
from tieout.core.findings.kernel_codes import CONTROL, INTEGRATION
from tieout.trade.taxonomy.billing import BILLING
from tieout.trade.taxonomy.cash import CASH
from tieout.trade.taxonomy.close import CLOSE
from tieout.trade.taxonomy.credit import CREDIT
from tieout.trade.taxonomy.ingest import INGEST
from tieout.trade.taxonomy.receivables import RECEIVABLES
from tieout.trade.taxonomy.vendor import VENDOR
from tieout.trade.taxonomy.workflow import WORKFLOW

ROWS: Final[tuple[Code, ...]] = (
    *INGEST, *VENDOR, *INTEGRATION, *CONTROL, *WORKFLOW, *RECEIVABLES, *CREDIT, *BILLING, *CASH, *CLOSE,
)  # fmt: skip
KERNEL: Final = Taxonomy(ROWS)
"""The same, by id: for the checks that several processes share."""
