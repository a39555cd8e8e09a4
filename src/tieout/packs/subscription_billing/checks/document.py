"""The document itself, and policy: what the reader reported as invalid, and what no policy in force sets."""

from __future__ import annotations

from collections.abc import Iterator

from tieout.core.findings.finding import Finding
from tieout.core.tie_out.judging import no_policy
from tieout.packs.subscription_billing.codes import TAXONOMY, code
from tieout.packs.subscription_billing.rules import RULES
from tieout.packs.subscription_billing.sheet import DOCUMENT, Sheet
from tieout.trade.remarked import remarked


def policy(sheet: Sheet) -> Iterator[Finding]:
    """GOV-NOPOLICY: a rule that no policy sets never means "no limit"."""
    lacking = sheet.ruling.lacks(RULES)
    if lacking:
        payable = sheet.invoice.totals.payable
        yield no_policy(code("GOV-NOPOLICY"), DOCUMENT, lacking, ruling=sheet.ruling, at_stake=payable)


def remarks(sheet: Sheet) -> Iterator[Finding]:
    """DOC-UNREAD and DOC-EINV: what the reader reported as invalid, and two lines of one id."""
    remedy = "make the invoice anew in billing"
    yield from remarked(sheet.dossier, sheet.invoice, TAXONOMY, ruling=sheet.ruling, remedy=remedy)
