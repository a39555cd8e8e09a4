"""The measures of the selling side over claims as they were measured: KPI-09, KPI-10, KPI-21; policy kept apart from errors (EXC-10).

A touch is a person's act on a case; several events of one person at one instant are one. Lengths are given as elapsed and as
business hours. Copies that were replaced, and invoices that were rejected, are not counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Final

from tieout.core.values.calendar import elapsed
from tieout.core.values.clock import Hours
from tieout.core.values.sentence import Sentence
from tieout.intelligence.delay import DISPUTES, delay_of, hours_of
from tieout.intelligence.facts import CaseFact, ClaimFact, Driver
from tieout.intelligence.figure import Figure, Name, quotient, ratio, spread
from tieout.intelligence.incidents import incidents
from tieout.trade.documents.invoice import INCOMING

OPEN: Final = Hours()
AGAIN: Final = timedelta(days=180)
_DAY: Final = Fraction(24)


def measures(claims: Iterable[ClaimFact], *, at: datetime, days: int, hours: Hours = OPEN) -> tuple[Figure, ...]:
    """All figures of the claims of the last `days` days, in the order in which pages show them."""
    living = [claim for claim in claims if not claim.over]
    cases = [case for claim in living for case in claim.cases]
    return (
        *_straight(living),
        *_cycle(living, hours),
        *_volume(living, cases),
        *_resolution(cases, hours),
        *_postings(living),
        *_disputes(living),
        _accuracy(living),
        *_sales_outstanding(living, at=at, days=days),
    )


def asks_for_money(claim: ClaimFact) -> bool:
    """Whether it is an invoice: watched documents (orders, contracts) and credit notes are not counted among invoices."""
    return claim.about.kind.endswith("invoice")


def is_sale(claim: ClaimFact) -> bool:
    """Whether it is an invoice of ours: sales, disputes and accuracy are of these alone."""
    return asks_for_money(claim) and claim.about.kind not in INCOMING


def released(claims: Iterable[ClaimFact]) -> list[ClaimFact]:
    """The invoices that went out."""
    return [claim for claim in claims if claim.released_at is not None and asks_for_money(claim)]


def _straight(claims: Sequence[ClaimFact]) -> Iterator[Figure]:
    out = released(claims)
    untouched = [claim for claim in out if not claim.touches]
    pure = [claim.id for claim in untouched if not claim.waited and not claim.cases]
    name = Name(
        name="straight-through",
        title="Straight-through rate, of posted invoices",
        kpi="KPI-09",
        meaning="Posted without touch, wait or case ÷ posted. What is still held or waiting is not counted here.",
    )
    yield ratio(name, pure, len(out))
    of_all = Name(
        name="straight-through-received",
        title="Straight-through rate, of invoices received",
        kpi="KPI-09",
        meaning="Posted without touch, wait or case ÷ invoices received, whatever became of them.",
    )
    yield ratio(of_all, pure, sum(asks_for_money(claim) for claim in claims))
    after = Name(
        name="straight-after-wait",
        title="Straight-through rate after a wait, of posted invoices",
        kpi="KPI-09",
        meaning="Posted without touch after a wait for evidence ÷ posted. Not included above.",
    )
    yield ratio(after, [claim.id for claim in untouched if claim.waited or claim.cases], len(out))
    touched = Name(
        name="touch-rate",
        title="Manual touches for each invoice",
        kpi="KPI-10",
        meaning="Touches by people ÷ invoices received.",
    )
    invoices = [claim for claim in claims if asks_for_money(claim)]
    acted = tuple(claim.id for claim in invoices if claim.touches)
    yield quotient(touched, Fraction(sum(claim.touches for claim in invoices)), Fraction(len(invoices)), acted)


def _cycle(claims: Sequence[ClaimFact], hours: Hours) -> Iterator[Figure]:
    out = released(claims)
    shipped = [(claim.id, claim.about.shipped_at, claim.released_at) for claim in out]
    came = [(claim.id, claim.received_at, claim.released_at) for claim in out]
    for name, title, meaning, kpi, spans in (
        ("cycle-shipment", "From shipment to posting", "Posting − confirmed shipment", "KPI-09", shipped),
        ("cycle-receipt", "From invoice receipt to posting", "Posting − receipt of the invoice", "KPI-10", came),
    ):
        complete = [(id_, since, until) for id_, since, until in spans if since is not None and until is not None]
        yield spread(
            Name(name=name, title=title, kpi=kpi, meaning=f"{meaning}, elapsed, of posted invoices."),
            [(id_, max(until - since, timedelta())) for id_, since, until in complete],
        )
        yield spread(
            Name(
                name=f"{name}-open", title=f"{title}, business hours", kpi=kpi, meaning=f"{meaning}, in business hours."
            ),
            [(id_, elapsed(since, until, hours)) for id_, since, until in complete],
        )


def _volume(claims: Sequence[ClaimFact], cases: Sequence[CaseFact]) -> Iterator[Figure]:
    invoices = [claim for claim in claims if asks_for_money(claim)]
    for driver, title in (("error", "Invoices with an exception"), ("policy", "Invoices held back by policy")):
        name = Name(
            name=f"volume-{driver}",
            title=title,
            kpi="KPI-10",
            meaning=f"Invoices with a case that was {_driven(driver)} ÷ invoices received.",
        )
        mine = {case.claim for case in cases if any(stretch.driver == driver for stretch in case.stretches)}
        yield ratio(name, [claim.id for claim in invoices if claim.id in mine], len(invoices))


def _driven(driver: str) -> str:
    return "required by policy" if driver == "policy" else "avoidable (an error)"


def _resolution(cases: Sequence[CaseFact], hours: Hours) -> Iterator[Figure]:
    for driver, title in (("error", "Resolution of exceptions"), ("policy", "Waiting time required by policy")):
        ended = [(case, case.closed_at) for case in cases if case.closed_at is not None and case.driver == driver]
        name = Name(
            name=f"resolution-{driver}",
            title=title,
            kpi="KPI-10",
            meaning="Closing − opening of closed cases, elapsed, without deductions.",
        )
        yield spread(name, [(case.id, closed - case.opened_at) for case, closed in ended], about="case")
        inside = Name(
            name=f"resolution-{driver}-open",
            title=f"{title}, business hours",
            kpi="KPI-10",
            meaning="The same in business hours.",
        )
        yield spread(
            inside, [(case.id, elapsed(case.opened_at, closed, hours)) for case, closed in ended], about="case"
        )
    failures = incidents(cases)
    name = Name(
        name="recovery",
        title="Recovery of an interface",
        kpi="KPI-09",
        meaning="From the first case of a failure until its last is closed, for each interface and failure.",
    )
    recovered = [(failure.name, failure.until - failure.since) for failure in failures if failure.until is not None]
    figure = spread(name, recovered, about="case")
    yield _behind(figure, tuple(id_ for failure in failures if failure.until is not None for id_ in failure.cases))


def _behind(figure: Figure, ids: tuple[str, ...]) -> Figure:
    return replace(figure, behind=ids)


def _postings(claims: Sequence[ClaimFact]) -> Iterator[Figure]:
    asked = [claim for claim in claims if claim.asked]
    failed = Name(
        name="failed-postings",
        title="Postings refused",
        kpi="KPI-10",
        meaning="Claims with a refused posting ÷ claims that were to be posted.",
    )
    yield ratio(failed, [claim.id for claim in asked if claim.refused], len(asked))
    open_ended = Name(
        name="unknown-postings",
        title="Postings, outcome unknown",
        kpi="KPI-10",
        meaning="Claims with a posting whose outcome was unknown ÷ claims that were to be posted.",
    )
    yield ratio(open_ended, [claim.id for claim in asked if claim.unknown], len(asked))


def _disputes(claims: Sequence[ClaimFact]) -> Iterator[Figure]:
    out = [claim for claim in released(claims) if is_sale(claim)]
    disputed = [
        case for claim in claims for case in claim.cases if any(stretch.code in DISPUTES for stretch in case.stretches)
    ]
    those = {case.claim for case in disputed}
    often = Name(
        name="disputes", title="Invoices disputed", kpi="KPI-10", meaning="Disputed invoices ÷ posted invoices."
    )
    yield ratio(often, [claim.id for claim in out if claim.id in those], len(out))
    again = Name(
        name="dispute-recurrence",
        title="Repeated disputes",
        kpi="KPI-09",
        meaning=f"Disputes of the same customer for the same reason within {AGAIN.days} days of an earlier one ÷ disputes.",
    )
    last: dict[tuple[str, str, str], datetime] = {}
    repeated = []
    for case in sorted(disputed, key=lambda case: (case.opened_at, case.id)):
        key = (case.about.party, case.about.reason, case.cause)
        if key in last and case.opened_at - last[key] <= AGAIN:
            repeated.append(case.id)
        last[key] = case.opened_at
    yield ratio(again, repeated, len(disputed), about="case")


def _accuracy(claims: Sequence[ClaimFact]) -> Figure:
    out = [claim for claim in released(claims) if is_sale(claim)]
    wrong = {number for claim in claims if claim.about.for_error for number in claim.about.credits}
    right = [claim.id for claim in out if claim.about.number not in wrong]
    name = Name(
        name="accuracy",
        title="Invoice accuracy",
        kpi="KPI-21",
        meaning="1 − invoices later credited for our error ÷ posted invoices. Returns and true-ups are not errors.",
    )
    return ratio(name, right, len(out))


def _sales_outstanding(claims: Sequence[ClaimFact], *, at: datetime, days: int) -> Iterator[Figure]:
    drivers: tuple[Driver, ...] = ("error", "policy")
    for currency in sorted({claim.about.amount.currency for claim in claims if claim.about.amount and is_sale(claim)}):
        sums = [(claim, claim.about.amount) for claim in claims if claim.about.amount and is_sale(claim)]
        mine = [(claim, amount.minor) for claim, amount in sums if amount.currency == currency]
        sales = Fraction(sum(minor for claim, minor in mine if claim.released_at is not None))
        for driver in drivers:
            held = [(claim, minor, delay_of(claim, driver, at=at)) for claim, minor in mine]
            cost = sum((minor * hours_of(length) / _DAY for _, minor, length in held), Fraction(0))
            name = Name(
                name=f"dso-{driver}-{currency.lower()}",
                title=Sentence("Days added to DSO by errors, {currency}", currency=currency)
                if driver == "error"
                else Sentence("Days added to DSO by policy, {currency}", currency=currency),
                kpi="KPI-09",
                meaning=Sentence(
                    "Σ amount × days of delay ÷ sales of {days} days: what the delays add, not by how much DSO has changed.",
                    days=days,
                ),
            )
            yield quotient(name, cost, sales, tuple(claim.id for claim, _, length in held if length), unit="days")
