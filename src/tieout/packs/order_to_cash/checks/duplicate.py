"""The same number again: a customer would be billed twice, or credited twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tieout.core.findings.finding import Finding
from tieout.core.findings.making import finding
from tieout.core.values.party import normal_reference
from tieout.core.values.sentence import Sentence
from tieout.packs.order_to_cash.codes import code
from tieout.packs.order_to_cash.sheet import DOCUMENT, Sheet
from tieout.trade.ranking import asked

_OVER = frozenset({"rejected", "superseded"})
_OUT = frozenset({"posting", "posted", "part_posted"})


def twice(sheet: Sheet) -> Iterator[Finding]:
    """BIL-SANE: an earlier document of ours has this number. It would bill twice, and nobody may accept that.

    We give a number once: unlike with a supplier's document there is no doubt, so there is no lesser code.
    """
    number = normal_reference(sheet.invoice.number)
    if sheet.released:
        return
    for other in sorted(sheet.dossier.alike, key=lambda claim: claim.key):
        first = (other.earlier or other.state in _OUT) and other.state not in _OVER
        if other.kind == sheet.invoice.kind and normal_reference(other.number) == number and first:
            made = finding(
                code("BIL-SANE"),
                DOCUMENT,
                ruling=sheet.ruling,
                at_stake=asked(sheet.invoice),
                reason=Sentence(
                    "{other} would go out twice: another paper of {payable} bears the number",
                    other=other.number,
                    payable=other.payable or Sentence("no amount"),
                ),
                other=other.number,
                other_key=other.key,
            )
            yield replace(made, releasable=False)
            return
