"""Usage that belongs to nobody: money that stands on a ledger until somebody says whose it is."""

from __future__ import annotations

from collections.abc import Iterator

from tieout.core.findings.finding import Awaited, Finding
from tieout.core.findings.making import finding, quantity_text
from tieout.core.policy.policy import Ruling
from tieout.core.tie_out.dossier import Dossier
from tieout.core.tie_out.judging import DOCUMENT
from tieout.core.tie_out.worksheet import Row
from tieout.packs.subscription_billing.codes import code
from tieout.packs.subscription_billing.sheet import of_type
from tieout.packs.subscription_billing.terms import Days
from tieout.trade.documents import AccountMapping, StrayUsage
from tieout.trade.selling_keys import mapping_key


def mapping_of(dossier: Dossier, stray: StrayUsage) -> AccountMapping | None:
    """What was said last of the identifier; an account of "" takes back what was said before."""
    known = of_type([paper.document for paper in dossier.evidence], AccountMapping)
    mine = [each for each in known if each.number.strip() == stray.identifier.strip()]
    last = max(mine, key=lambda each: (each.at, each.by, each.account), default=None)
    return last if last is not None and last.account.strip() else None


def nobodys(dossier: Dossier, stray: StrayUsage, ruling: Ruling) -> Iterator[Finding]:
    """BIL-USG-MAP with what the usage is worth, until a mapping names the account or nothing is left that is nobody's."""
    if mapping_of(dossier, stray) is not None or not (stray.events or stray.quantity):
        return
    yield finding(
        code("BIL-USG-MAP"),
        DOCUMENT,
        ruling=ruling,
        expected="an account",
        actual=quantity_text(stray.quantity, stray.unit),
        at_stake=stray.worth,
        awaited=[Awaited(key=mapping_key(stray.identifier))],
        place=stray.meter,
        account=stray.identifier,
        date=str(Days(first=stray.period_from, last=max(stray.period_from, stray.period_to))),
        reason=f"{stray.events} events of {stray.meter} call it {stray.identifier}",
    )


def row(dossier: Dossier, stray: StrayUsage, findings: tuple[Finding, ...]) -> Row:
    """The usage and whose it is."""
    mapping = mapping_of(dossier, stray)
    return Row(
        claim_line=stray.identifier,
        description=stray.meter,
        matched_by=f"{mapping.account}, said {mapping.by}" if mapping else "",
        unit=stray.unit,
        received=stray.quantity,
        net=stray.worth,
        codes=tuple(found.code for found in findings),
        verdict="hold" if any(found.stage == "hold" for found in findings) else "ok",
    )
