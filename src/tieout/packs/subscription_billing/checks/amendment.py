"""An amendment as one saga: its state in each system, whether it is usual, its review, and the other company's side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from tieout.core.findings.finding import Awaited, Finding
from tieout.core.findings.making import finding, instant_text
from tieout.core.policy.policy import Ruling
from tieout.core.policy.rule import HOURS
from tieout.core.tie_out.dossier import Dossier
from tieout.core.tie_out.judging import DOCUMENT
from tieout.core.tie_out.worksheet import Row
from tieout.core.values.calendar import add
from tieout.core.values.money import Money, is_currency
from tieout.core.values.quantity import exact, plain
from tieout.core.values.sentence import Figure, Sentence, as_sentence, joined
from tieout.packs.subscription_billing.charges import money_of, unit_price
from tieout.packs.subscription_billing.codes import code
from tieout.packs.subscription_billing.rows import marks
from tieout.packs.subscription_billing.rules import AMENDMENT_WINDOW, REVENUE_REVIEW, UNUSUAL_PERCENTILE
from tieout.packs.subscription_billing.sheet import of_type
from tieout.trade.books import choose
from tieout.trade.contract_terms import Saga, saga_of
from tieout.trade.documents import Amendment, AmendmentEffect, DiscountHistory, Subscription
from tieout.trade.selling_keys import discounts_key, effect_key

MIRROR = "intercompany"


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """An amendment with its evidence. `until` is when every system must have reported."""

    dossier: Dossier
    amendment: Amendment
    saga: Saga
    subscription: Subscription | None
    history: DiscountHistory | None
    until: datetime | None
    ruling: Ruling

    @property
    def is_overdue(self) -> bool:
        """Whether the systems have had their time."""
        return self.until is not None and self.until <= self.dossier.at

    @property
    def worth(self) -> Money | None:
        """The money at stake: its stated value, else what its lines cost for one interval; None without a currency."""
        if self.amendment.value is not None:
            return self.amendment.value
        if self.subscription is None:
            return None
        if not self.amendment.lines or not is_currency(self.subscription.currency):
            return None
        exact = sum((unit_price(line) * Fraction(line.quantity) for line in self.amendment.lines), Fraction(0))
        return money_of(exact, self.subscription.currency)

    @property
    def effects(self) -> Awaited:
        """Under which key the systems report."""
        return Awaited(key=effect_key(self.amendment.number))


def course_of(dossier: Dossier, amendment: Amendment, ruling: Ruling) -> Course:
    """Match an amendment against its effects in each system."""
    documents = choose(dossier).documents
    number = amendment.subscription.strip()
    mine = [subscription for subscription in of_type(documents, Subscription) if subscription.number.strip() == number]
    window, hours = ruling.value(AMENDMENT_WINDOW), ruling.value(HOURS)
    begun = amendment.signed_at or dossier.received_at
    return Course(
        dossier=dossier,
        amendment=amendment,
        saga=saga_of(amendment, of_type(documents, AmendmentEffect)),
        subscription=mine[0] if mine else None,
        history=max(of_type(documents, DiscountHistory), key=lambda history: history.as_of, default=None),
        until=None if window is None or hours is None else add(window, begun, hours),
        ruling=ruling,
    )


def timer(course: Course) -> Awaited:
    """When the systems will have had their time: it is then tied out again, whatever came."""
    return Awaited(key=course.effects.key, until=course.until)


def carried(course: Course) -> Iterator[Finding]:
    """BIL-AMEND for the saga: a failure holds at once, with what to take back; silent systems are waited for, then it holds."""
    saga = course.saga
    failed, silent = saga.systems("failed"), saga.systems("")
    if saga.is_off:
        reason = Sentence("carried out nowhere: {states}; the old terms hold", states=_states(saga))
        yield _saga(course, reason, stage="note")
    elif failed or saga.systems("compensated"):
        yield _saga(course, _states(saga), stage="hold", proposal=_resolutions(saga))
    elif silent and not course.is_overdue:
        yield _saga(course, Sentence("waiting for {silent}", silent=", ".join(silent)), stage="wait")
    elif others := [name for name in silent if name != MIRROR]:
        yield _saga(
            course,
            Sentence("has not reached {others}: {states}", others=", ".join(others), states=_states(saga)),
            stage="hold",
        )


def _saga(course: Course, reason: str, *, stage: str, proposal: str = "") -> Finding:
    silent = stage == "wait"
    until = course.until if silent else None
    return finding(
        code("BIL-AMEND"),
        DOCUMENT,
        ruling=course.ruling,
        stage="wait" if silent else "note" if stage == "note" else "hold",
        status="WAIT-SYSTEMS" if silent else "",
        expected=", ".join(course.saga.effects),
        actual=_states(course.saga),
        at_stake=course.worth,
        awaited=[Awaited(key=course.effects.key, until=until, label="WAIT-SYSTEMS" if silent else "")],
        number=course.amendment.number,
        reason=reason,
        proposal=proposal,
        also={"until": instant_text(until)} if until is not None else {},
    )


def _states(saga: Saga) -> str:
    parts = []
    for state, words in (
        ("done", "done in {names}"),
        ("failed", "failed in {names}"),
        ("compensated", "taken back in {names}"),
        ("", "nothing from {names}"),
    ):
        names = saga.systems(state)
        why = [
            Sentence("{name} ({reason})", name=name, reason=as_sentence(effect.reason))
            if (effect := saga.effects[name]) and effect.reason
            else name
            for name in names
        ]
        if names:
            parts.append(Sentence(words, names=joined(", ", why)))
    return joined("; ", parts)


def _resolutions(saga: Saga) -> str:
    done, undone = saga.systems("done"), saga.systems("failed", "compensated", "")
    again = Sentence("carry it out in {undone}", undone=", ".join(undone))
    return (
        Sentence("Either {again}, or take it back in {done}", again=again, done=", ".join(done))
        if done
        else Sentence("Either {again}, or say for each that it is taken back", again=again)
    )


def unusual(course: Course) -> Iterator[Finding]:
    """BIL-AMEND on a line whose discount is above that of nearly all earlier amendments, or has none to be compared with."""
    percentile = course.ruling.value(UNUSUAL_PERCENTILE)
    if percentile is None or course.saga.is_off:
        return
    usual = _quantile(course.history, percentile)
    for line in course.amendment.lines:
        if line.discount_percent <= 0 or (usual is not None and line.discount_percent <= usual):
            continue
        limit = "no history" if usual is None else f"{plain(usual)} %"
        comparison = (
            Sentence("no earlier amendments are known")
            if usual is None
            else Sentence(
                "{percentile} % of earlier ones gave at most {limit}", percentile=percentile, limit=Figure(limit)
            )
        )
        entity = course.amendment.entity or (course.subscription.entity if course.subscription else "")
        yield finding(
            code("BIL-AMEND"),
            line.id,
            ruling=course.ruling,
            expected="" if usual is None else limit,
            actual=f"{plain(line.discount_percent)} %",
            limit=limit,
            at_stake=course.worth,
            awaited=[Awaited(key=discounts_key(entity))],
            number=course.amendment.number,
            reason=Sentence(
                "a discount of {discount_percent} % on {line} is unusual: {comparison}",
                discount_percent=exact(line.discount_percent),
                line=line.id,
                comparison=comparison,
            ),
        )


def _quantile(history: DiscountHistory | None, percentile: int) -> Decimal | None:
    """The discount that so many percent of earlier amendments do not exceed: the next recorded step at or above."""
    steps = [step for step in history.quantiles if step.percent >= percentile] if history else []
    return min(steps, key=lambda step: step.percent).discount if steps else None


def review(course: Course) -> Iterator[Finding]:
    """BIL-REV: where policy says so, revenue accounting reviews every change of contract in force."""
    changed = [*(line.id for line in course.amendment.lines), *course.amendment.ended]
    if course.ruling.value(REVENUE_REVIEW) != "required" or course.saga.is_off or not changed:
        return
    worth = course.worth
    yield finding(
        code("BIL-REV"),
        DOCUMENT,
        ruling=course.ruling,
        expected="reviewed",
        actual="not reviewed",
        at_stake=worth,
        revenue=str(worth)
        if worth is not None
        else Sentence("subscription {subscription}", subscription=course.amendment.subscription),
        contract=course.amendment.subscription,
        reason=Sentence(
            "amendment {amendment} changes {changed} from {effective_on}",
            amendment=course.amendment.number,
            changed=", ".join(changed),
            effective_on=course.amendment.effective_on,
        ),
    )


def mirror(course: Course) -> Iterator[Finding]:
    """IC-MIRROR: the other company's share is not booked there when its time is over, or is another amount than agreed."""
    share, value = course.amendment.intercompany, course.amendment.value
    if share is None or course.saga.is_off:
        return
    effect = course.saga.effects.get(MIRROR)
    agreed = value.percent(share) if value is not None else None
    booked = effect.amount if effect is not None and effect.state == "done" else None
    other = course.amendment.counterpart or "the other company"
    reason: str
    if effect is not None and effect.state == "done":
        if agreed is None or effect.amount == agreed:
            return
        reason = Sentence(
            "it booked {booked} instead of {share} % of {value}",
            booked=booked if booked is not None else Sentence("no amount"),
            share=exact(share),
            value=value,
        )
    elif course.is_overdue:
        reason = (
            Sentence("it failed: {reason}", reason=as_sentence(effect.reason))
            if effect and effect.reason
            else Sentence("it is {state}", state=Sentence(effect.state))
            if effect
            else "nothing came of it"
        )
    else:
        return
    yield finding(
        code("IC-MIRROR"),
        DOCUMENT,
        ruling=course.ruling,
        expected=str(agreed) if agreed is not None else f"{plain(share)} %",
        actual=str(booked) if booked is not None and agreed is not None and booked.currency == agreed.currency else "",
        at_stake=agreed,
        share=Sentence("its share of {agreed}", agreed=agreed)
        if agreed is not None
        else Sentence("its share of {share} %", share=exact(share)),
        awaited=[course.effects],
        number=course.amendment.number,
        other=other,
        reason=reason,
    )


def rows(course: Course, findings: Sequence[Finding]) -> tuple[Row, ...]:
    """One row a system with how far the amendment is there, then one for each line that it changes."""
    made = []
    for name, effect in course.saga.effects.items():
        state = effect.state if effect else "nothing yet"
        reference = f" {effect.reference}" if effect and effect.reference else ""
        gravity = {"done": "ok", "failed": "hold", "compensated": "note"}.get(effect.state if effect else "", "wait")
        net = effect.amount if effect else None
        made.append(Row(claim_line=name, description=name, matched_by=f"{state}{reference}", net=net, verdict=gravity))
    for line in course.amendment.lines:
        codes, verdict = marks(findings, line.id)
        number = course.amendment.subscription
        made.append(
            Row(claim_line=line.id, description=line.plan, order=number, order_line=line.id, unit=line.unit,
                price=line.price / (line.price_per or 1), codes=codes, verdict=verdict)
        )  # fmt: skip
    return tuple(made)
