"""Deliveries of what was issued: asked for once it is posted, their outcomes, and what people decide about a refused one.

All deliveries of a claim that are in trouble are one case, of a cause that no verdict's finding has. Nothing here changes
what is posted.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final, assert_never
from uuid import UUID

from tieout.core.case.claim_change import DELIVERY, LOOK_UP_WITHIN, Page
from tieout.core.case.events import ResolutionChosen
from tieout.core.case.routing import Ground, changes
from tieout.core.case.state import case_id
from tieout.core.claim.delivery import Delivery, delivery_id, delivery_of, goes_out
from tieout.core.claim.events import Delivered, DeliveryRefused, DeliveryRequested, DeliveryUnknown, RetieRequested
from tieout.core.claim.state import PostedPart
from tieout.core.findings.finding import Awaited, Finding
from tieout.core.findings.kernel_codes import INTEGRATION
from tieout.core.findings.resolution import Effect
from tieout.core.outbox.action import Done, Outcome, Rejected, Unknown
from tieout.core.tie_out.follows import Reply
from tieout.core.values.calendar import add
from tieout.core.values.clock import Hours
from tieout.core.values.errors import Refused
from tieout.core.values.event import SYSTEM
from tieout.core.values.key import NOWHERE
from tieout.core.values.money import total
from tieout.core.values.sentence import wordings

_UNKNOWN: Final = next(code for code in INTEGRATION if code.id == "ERP-POST-UNKNOWN")


def deliver(page: Page, part: PostedPart, at: datetime) -> None:
    """What a posting issued goes to the customer, for the first time; nothing where it goes to nobody."""
    if goes_out(part.delivery) and not any(delivery.posting == part.action_id for delivery in page.claim.deliveries):
        _ask(page, part.action_id, part.part, part.delivery, at, attempt=1)


def _ask(
    page: Page, posting: UUID, part: int, to: str, at: datetime, *, attempt: int, actor: str = SYSTEM, order: str = ""
) -> None:
    page.claimed(
        DeliveryRequested(
            at=at,
            actor=actor,
            action_id=delivery_id(posting, attempt),
            posting=posting,
            part=part,
            attempt=attempt,
            to=to,
            customer_order=order,
        )
    )


def of_delivery(page: Page, action_id: UUID, result: Outcome, at: datetime, hours: Hours) -> None:
    """What follows from the outcome of a sending. An outcome that comes again, or after a later sending, changes nothing.

    Raises `AssertionError` for a sending that this claim never asked for.
    """
    delivery = delivery_of(page.claim.deliveries, action_id)
    if delivery is None:
        asked = {delivery_id(sent.posting, n) for sent in page.claim.deliveries for n in range(1, sent.attempt)}
        assert action_id in asked, f"{page.claim.key} never asked for delivery {action_id}"
        return
    if delivery.state == "delivered":
        return
    match result:
        case Done():
            page.claimed(Delivered(at=at, action_id=action_id, ref=result.ref))
        case Rejected():
            if delivery.state == "refused":
                return
            page.claimed(DeliveryRefused(at=at, action_id=action_id, reason=result.reason, code=result.code))
        case Unknown():
            if delivery.state == "refused" or (delivery.state == "unknown" and delivery.ambiguous >= result.ambiguous):
                return
            page.claimed(DeliveryUnknown(at=at, action_id=action_id, hint=result.hint, ambiguous=result.ambiguous))
        case _:
            assert_never(result)
    _report(page, at, hours)


def record_reply(page: Page, reply: Reply | None, at: datetime, hours: Hours) -> None:
    """Records the reply of the receiving side to the last sending; one that is recorded already changes nothing.

    Nothing where nothing of ours was sent: then documents alone open the case and end it.
    """
    if not page.claim.deliveries:
        return
    delivery = page.claim.deliveries[-1]
    if reply is not None and reply.number != delivery.heard:
        if reply.taken:
            page.claimed(Delivered(at=at, action_id=delivery.action_id, ref=reply.number, paper=reply.number))
        else:
            page.claimed(
                DeliveryRefused(
                    at=at,
                    action_id=delivery.action_id,
                    reason=reply.reason,
                    code=reply.code,
                    paper=reply.number,
                    correlation=reply.correlation,
                )
            )
    elif not any(case.cause == DELIVERY and not case.ended for case in page.cases.values()):
        return
    _report(page, at, hours)


def _report(page: Page, at: datetime, hours: Hours) -> None:
    """The case of this claim's deliveries is about what is in trouble now; it ends when nothing is."""
    findings = sorted(_findings(page, hours), key=lambda finding: finding.stage != "hold")
    ground = Ground(tenant=page.claim.tenant, claim=page.claim.key, at=at, hours=hours, catalogue=page.catalogue)
    name = str(case_id(page.claim.tenant, page.claim.key, DELIVERY))
    page.happened(name, changes(page.cases.get(name), DELIVERY, findings, ground))


def _findings(page: Page, hours: Hours) -> Iterator[Finding]:
    for delivery in page.claim.deliveries:
        if delivery.state == "unknown":
            yield _doubtful(delivery, hours)
        elif delivery.state == "refused" or (delivery.state == "requested" and delivery.reason):
            yield _refused(page, delivery)


def _refused(page: Page, delivery: Delivery) -> Finding:
    refusal = page.actions.refusal(delivery.reason, delivery.code)
    code = refusal.code
    posted = next((part for part in page.claim.posted if part.action_id == delivery.posting), None)
    lines = posted.lines if posted else ()
    return Finding(
        code=code.id,
        where=str(delivery.action_id),
        stage="hold",
        queue=refusal.queue,
        cause=DELIVERY,
        numbers=_numbers(reason=delivery.reason.rstrip("."), remedy=refusal.remedy, correlation=delivery.correlation),
        expected=delivery.to,
        actual=f"{delivery.code} {delivery.reason}".strip(),
        at_stake=total((line.net + line.tax for line in lines), lines[0].net.currency) if lines else None,
        sla=code.sla,
        resolutions=code.resolutions,
        releasable=False,
        words=wordings(reason=delivery.reason),
    )


def _numbers(**numbers: str) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, number) for name, number in numbers.items() if number))


def _doubtful(delivery: Delivery, hours: Hours) -> Finding:
    until = None if delivery.ambiguous or delivery.since is None else add(LOOK_UP_WITHIN, delivery.since, hours)
    return Finding(
        code=_UNKNOWN.id,
        where=str(delivery.action_id),
        stage="hold" if until is None else "wait",
        queue=_UNKNOWN.queue,
        cause=DELIVERY,
        numbers=_numbers(reason=delivery.reason),
        actual=delivery.reason,
        awaited=() if until is None else (Awaited(key=NOWHERE, until=until, label="WAIT-LOOKUP"),),
        status="" if until is None else "WAIT-LOOKUP",
        sla=_UNKNOWN.sla,
        resolutions=("look_up", "deliver_otherwise", "confirm_not_posted"),
        releasable=False,
        words=wordings(actual=delivery.reason, reason=delivery.reason),
    )


def decided(page: Page, chosen: ResolutionChosen, effect: Effect, wheres: frozenset[str], hours: Hours) -> None:
    """What a person decided about deliveries: `wheres` are the findings' places, ids of sendings (else the last one).

    Raises `Refused` CASE-SETTLED where nothing was sent, or a sending is under way already.
    """
    mine = [
        delivery for delivery in page.claim.deliveries if str(delivery.action_id) in wheres
    ] or page.claim.deliveries[-1:]
    mine = [delivery for delivery in mine if effect == "send" or delivery.state != "delivered"]
    if effect != "retry" and any(delivery.state == "requested" for delivery in mine):
        raise Refused("CASE-SETTLED", "it has been sent already: wait for the answer")
    if not mine:
        raise Refused("CASE-SETTLED", "there is no transmission to decide about")
    for delivery in mine:
        match effect:
            case "send":
                _again(page, delivery, chosen)
            case "confirm":
                page.claimed(Delivered(at=chosen.at, actor=chosen.actor, action_id=delivery.action_id, ref=chosen.note))
            case "deny":
                denied = DeliveryRefused(
                    at=chosen.at, actor=chosen.actor, action_id=delivery.action_id, reason="confirmed not delivered"
                )
                page.claimed(denied)
            case _:
                page.retried.append(delivery.action_id)
    if effect in {"confirm", "deny"}:
        _report(page, chosen.at, hours)


def _again(page: Page, delivery: Delivery, chosen: ResolutionChosen) -> None:
    """Once more, to the address that holds now, with the customer's order number where a person found it."""
    if delivery.state == "unknown":
        raise Refused("CASE-SETTLED", "whether the customer has it is not known yet: check first, do not send it twice")
    to = page.claim.delivery if goes_out(page.claim.delivery) else delivery.to
    order, attempt = chosen.note or delivery.customer_order, delivery.attempt + 1
    _ask(page, delivery.posting, delivery.part, to, chosen.at, attempt=attempt, actor=chosen.actor, order=order)
    if delivery.heard:
        page.claimed(
            RetieRequested(at=chosen.at, due_at=chosen.at, reason="sent again: earlier answers no longer count")
        )
