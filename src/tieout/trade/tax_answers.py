"""What a tax engine answered about an invoice of ours: nothing, something else than the invoice states, or the same.

Nothing is ever taxed at a rate of our own while an engine must answer: the invoice stays pending, is tried again at growing
intervals, and is released by the answer alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from tieout.core.findings.finding import Awaited, Finding
from tieout.core.findings.making import finding, instant_text
from tieout.core.policy.policy import Ruling
from tieout.core.policy.tolerance import Tolerance, assess
from tieout.core.tie_out.judging import DOCUMENT
from tieout.core.values.money import Money, total
from tieout.core.values.party import normal_reference
from tieout.core.values.quantity import plain
from tieout.core.values.sentence import Sentence
from tieout.trade.documents import Invoice, TaxAnswer, TaxLine
from tieout.trade.expected_tax import Rates, nearest_right_tax, stated_tax
from tieout.trade.ranking import asked
from tieout.trade.selling_keys import about_key
from tieout.trade.taxonomy import KERNEL

RETRIES: Final = tuple(timedelta(minutes=minutes) for minutes in (5, 10, 20, 40, 60))
"""After the first failure we try again in 5 minutes, then 10 after that, and so on; after the last a person is asked."""
STATUS: Final = "WAIT-TAX"


def answers_of(invoice: Invoice, answers: Iterable[TaxAnswer]) -> tuple[TaxAnswer, ...]:
    """The answers about an invoice, the oldest first; of one moment, by their numbers."""
    number = normal_reference(invoice.number)
    mine = (answer for answer in answers if normal_reference(answer.invoice) == number)
    return tuple(sorted(mine, key=lambda answer: (answer.occurred_at, answer.number)))


def unavailable(
    invoice: Invoice, answers: Iterable[TaxAnswer], *, ruling: Ruling, at: datetime, since: datetime
) -> Iterator[Finding]:
    """AR-TAX-UNAVAIL where the engine's latest answer is that it is unavailable, or where it has not answered yet.

    `since` is when the invoice came: from then on an engine that has not answered is late. A wait as long as it is tried again.
    """
    received = answers_of(invoice, answers)
    last = received[-1] if received else None
    if last is not None and last.state == "answered":
        return
    failed = _failing(received)
    moments = list(_moments(failed[0].occurred_at if failed else since))
    following = next((moment for moment in moments if moment > at), None)
    label = STATUS if following else ""
    yield finding(
        KERNEL["AR-TAX-UNAVAIL"],
        DOCUMENT,
        ruling=ruling,
        stage="wait" if following else "hold",
        status=label,
        expected="an answer of the tax engine",
        actual="unavailable" if last else "none yet",
        at_stake=asked(invoice),
        awaited=[Awaited(key=about_key(invoice.number), until=following, label=label)],
        reason=(last.response if last else "") or "the tax engine has not answered",
        request=last.request if last else "",
        response=last.response if last else "",
        correlation=last.correlation if last else "",
        until=instant_text(following) if following else "",
    )


def _failing(answers: Sequence[TaxAnswer]) -> list[TaxAnswer]:
    """The failures since the engine last answered."""
    failed: list[TaxAnswer] = []
    for answer in answers:
        failed = [] if answer.state == "answered" else [*failed, answer]
    return failed


def _moments(start: datetime) -> Iterator[datetime]:
    for distance in RETRIES:
        start += distance
        yield start


def differences(
    invoice: Invoice, answers: Iterable[TaxAnswer], rates: Rates, *, tolerance: Tolerance, ruling: Ruling
) -> Iterator[Finding]:
    """AR-TAX-DIFF: the tax as stated against the engine's answer, or against our own arithmetic where no engine has answered.

    With an answer each line is looked at, and the total for what no line explains.
    """
    answered = [answer for answer in answers_of(invoice, answers) if answer.state == "answered"]
    stated = stated_tax(invoice) or Money.zero(invoice.currency)
    if not answered:
        expected = nearest_right_tax(invoice, rates, stated)
        if expected is not None:
            yield from _differs(
                invoice, DOCUMENT, stated, expected, tolerance=tolerance, ruling=ruling, source="the agreed rates"
            )
        elif stated and tolerance.state != "not_checked":
            yield _unrated(stated, ruling)
        return
    answer = answered[-1]
    source = Sentence("tax answer {answer}", answer=answer.number)
    explained = Money.zero(invoice.currency)
    for line in answer.lines:
        of_line = list(_line(invoice, line, tolerance, ruling, source=source))
        if of_line and line.tax.currency == invoice.currency:
            explained += _of_line(invoice, line.where) - line.tax
        yield from of_line
    right = answer.tax
    if right is None:
        right = total((line.tax for line in answer.lines), invoice.currency)
    yield from _differs(invoice, DOCUMENT, stated - explained, right, tolerance=tolerance, ruling=ruling, source=source)


def _line(invoice: Invoice, line: TaxLine, tolerance: Tolerance, ruling: Ruling, *, source: str) -> Iterator[Finding]:
    if line.where != DOCUMENT and line.where in {billed.id for billed in invoice.lines}:
        yield from _differs(
            invoice,
            line.where,
            _of_line(invoice, line.where),
            line.tax,
            tolerance=tolerance,
            ruling=ruling,
            source=f"{source}, {plain(line.percent)} %",
        )


def _of_line(invoice: Invoice, where: str) -> Money:
    """What a line of the invoice is taxed with, by its own rate."""
    billed = next(line for line in invoice.lines if line.id == where)
    return billed.net.percent(billed.tax_percent or Decimal(0))


def _differs(
    invoice: Invoice,
    where: str,
    stated: Money,
    expected: Money,
    *,
    tolerance: Tolerance,
    ruling: Ruling,
    source: str,
) -> Iterator[Finding]:
    same = stated.currency == expected.currency
    if not same:
        within, limit, variance, stake = False, "the same currency", "", abs(stated)
    else:
        sign = invoice.sign
        assessment = assess(
            tolerance, expected=expected.amount * sign, actual=stated.amount * sign, currency=stated.currency
        )
        within, limit, variance, stake = (
            assessment.within,
            assessment.limit,
            str(stated - expected),
            abs(stated - expected),
        )
    if not within:
        yield finding(
            KERNEL["AR-TAX-DIFF"],
            where,
            ruling=ruling,
            expected=str(expected) if same else expected.currency,
            actual=str(stated) if same else stated.currency,
            variance=variance,
            limit=limit,
            at_stake=stake,
            awaited=[Awaited(key=about_key(invoice.number))],
            rates=source,
            also={} if same else {"reason": _two_currencies(stated, expected)},
        )


def _two_currencies(stated: Money, expected: Money) -> str:
    return Sentence("{stated} is stated, and {expected} calculated", stated=stated, expected=expected)


def _unrated(stated: Money, ruling: Ruling) -> Finding:
    return finding(
        KERNEL["AR-TAX-DIFF"],
        DOCUMENT,
        ruling=ruling,
        actual=str(stated),
        at_stake=abs(stated),
        reason="no rate is given, so that nothing can be computed",
    )
