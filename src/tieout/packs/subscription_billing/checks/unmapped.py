"""Unmapped usage: money on a ledger until a mapping names its account."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from tieout.core.findings.finding import Awaited, Finding
from tieout.core.findings.making import finding, quantity_text
from tieout.core.policy.policy import Ruling
from tieout.core.tie_out.dossier import Dossier
from tieout.core.tie_out.judging import DOCUMENT
from tieout.core.tie_out.worksheet import Row
from tieout.core.values.sentence import Sentence
from tieout.packs.subscription_billing.codes import code
from tieout.packs.subscription_billing.sheet import of_type
from tieout.trade.contract_periods import Days
from tieout.trade.documents import AccountMapping, UnmappedUsage
from tieout.trade.selling_keys import mapping_key


def mapping_of(dossier: Dossier, usage: UnmappedUsage) -> AccountMapping | None:
    """The last mapping of the identifier; an account of "" takes the earlier one back."""
    mappings = of_type([recorded.document for recorded in dossier.evidence], AccountMapping)
    mine = [mapping for mapping in mappings if mapping.number.strip() == usage.identifier.strip()]
    last = max(mine, key=lambda mapping: (mapping.at, mapping.by, mapping.account), default=None)
    return last if last is not None and last.account.strip() else None


def unmapped(dossier: Dossier, usage: UnmappedUsage, ruling: Ruling) -> Iterator[Finding]:
    """BIL-USG-MAP with what the usage is worth, until a mapping names the account or no unmapped usage is left."""
    if mapping_of(dossier, usage) is not None or not (usage.events or usage.quantity):
        return
    yield finding(
        code("BIL-USG-MAP"),
        DOCUMENT,
        ruling=ruling,
        expected=quantity_text(Decimal(0), usage.unit),
        actual=quantity_text(usage.quantity, usage.unit),
        at_stake=usage.worth,
        awaited=[Awaited(key=mapping_key(usage.identifier))],
        place=usage.meter,
        account=usage.identifier,
        date=str(Days(first=usage.period_from, last=max(usage.period_from, usage.period_to))),
        reason=Sentence(
            "{events} events of {meter} call it {identifier}",
            events=usage.events,
            meter=usage.meter,
            identifier=usage.identifier,
        ),
    )


def row(dossier: Dossier, usage: UnmappedUsage, findings: tuple[Finding, ...]) -> Row:
    """The usage and its account."""
    mapping = mapping_of(dossier, usage)
    return Row(
        claim_line=usage.identifier,
        description=usage.meter,
        matched_by=f"{mapping.account}, mapped by {mapping.by}" if mapping else "",
        unit=usage.unit,
        received=usage.quantity,
        net=usage.worth,
        codes=tuple(finding.code for finding in findings),
        verdict="hold" if any(finding.stage == "hold" for finding in findings) else "ok",
    )
