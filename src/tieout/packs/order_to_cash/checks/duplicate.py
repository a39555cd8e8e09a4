"""The same number again: a customer would be billed twice, or credited twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tieout.core.findings.finding import Finding
from tieout.core.findings.making import finding
from tieout.core.values.party import normal_reference
from tieout.packs.order_to_cash.codes import code
from tieout.packs.order_to_cash.sheet import DOCUMENT, Sheet
from tieout.trade.ranking import asked

_OVER = frozenset({"rejected", "superseded"})
_OUT = frozenset({"posting", "posted", "part_posted"})


def twice(sheet: Sheet) -> Iterator[Finding]:
    """BIL-SANE: another paper of ours bears this number and was first. It would bill twice, and nobody may accept that.

    A number is given once: other than with a supplier's paper there is no doubt in it, so there is no lesser code.
    """
    number = normal_reference(sheet.invoice.number)
    if sheet.released:
        return
    for known in sorted(sheet.dossier.alike, key=lambda each: each.key):
        first = (known.earlier or known.state in _OUT) and known.state not in _OVER
        if known.kind == sheet.invoice.kind and normal_reference(known.number) == number and first:
            made = finding(
                code("BIL-SANE"),
                DOCUMENT,
                ruling=sheet.ruling,
                at_stake=asked(sheet.invoice),
                reason=f"{known.number} would go out twice: another paper of {known.payable or 'no amount'} bears the number",
                other=known.number,
                other_key=known.key,
            )
            yield replace(made, releasable=False)
            return
