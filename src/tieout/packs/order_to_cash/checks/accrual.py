"""Rebates that are paid out later: what the general ledger accrues, compared with what was agreed on the sales so far."""

from __future__ import annotations

from collections.abc import Iterator

from tieout.core.findings.finding import Awaited, Finding
from tieout.core.findings.making import finding
from tieout.core.policy.policy import Ruling
from tieout.core.values.money import Money
from tieout.core.values.quantity import exact
from tieout.core.values.sentence import Sentence
from tieout.packs.order_to_cash.codes import code
from tieout.packs.order_to_cash.sheet import DOCUMENT
from tieout.trade.documents import Rebate
from tieout.trade.selling_keys import rebate_key


def accrued(rebate: Rebate, ruling: Ruling) -> Iterator[Finding]:
    """AR-REBATE where the accrual is not the agreed percent of the turnover, to the cent. An unapproved rebate is worth nothing.

    Without a turnover there is nothing to compare it with.
    """
    if rebate.on_invoice or rebate.turnover is None:
        return
    turnover = rebate.turnover
    expected = turnover.percent(rebate.percent) if rebate.approved_by else Money.zero(turnover.currency)
    actual = rebate.accrued or Money.zero(turnover.currency)
    if actual == expected:
        return
    same = actual.currency == expected.currency
    what = (
        Sentence("{percent} % of {turnover}", percent=exact(rebate.percent), turnover=turnover)
        if rebate.approved_by
        else Sentence("nobody approved it")
    )
    yield finding(
        code("AR-REBATE"),
        DOCUMENT,
        ruling=ruling,
        expected=str(expected) if same else expected.currency,
        actual=str(actual) if same else actual.currency,
        variance=str(actual - expected) if same else "",
        limit="0",
        at_stake=abs(actual - expected) if same else actual,
        awaited=[Awaited(key=rebate_key(rebate.customer))],
        customer=rebate.customer,
        reason=Sentence("rebate {rebate}: {what}", rebate=rebate.number, what=what),
    )
