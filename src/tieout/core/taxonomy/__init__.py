"""The governed taxonomy: every exception code that is not a pack's own, one file a domain. Packs add their rows."""

from __future__ import annotations

from typing import Final

from tieout.core.codes import Code, Taxonomy
from tieout.core.taxonomy.billing import BILLING
from tieout.core.taxonomy.cash import CASH
from tieout.core.taxonomy.close import CLOSE
from tieout.core.taxonomy.credit import CREDIT
from tieout.core.taxonomy.ingest import INGEST
from tieout.core.taxonomy.integration import INTEGRATION
from tieout.core.taxonomy.receivables import RECEIVABLES
from tieout.core.taxonomy.vendor import VENDOR
from tieout.core.taxonomy.workflow import WORKFLOW

ROWS: Final[tuple[Code, ...]] = (
    *INGEST, *VENDOR, *INTEGRATION, *WORKFLOW, *RECEIVABLES, *CREDIT, *BILLING, *CASH, *CLOSE,
)  # fmt: skip
KERNEL: Final = Taxonomy(ROWS)
"""The same, by id: for the checks that several processes share."""
