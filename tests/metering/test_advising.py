"""S-27 on the books: 1,000 strays, advice with a bound, every mapping audited and taken back again."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from tests.advice.test_past_mappings import world
from tests.metering.motor import engine
from tests.metering.test_counting import AT, company, count, event, in_force
from tieout.advice.past_mappings import ADVISOR
from tieout.core.values.scope import Scope
from tieout.engine.ready import receive_ready
from tieout.metering.engine.advising import ADVICE, advise, carry_out
from tieout.metering.engine.owners import map_identifiers, mapping
from tieout.metering.engine.publish import publish, refresh
from tieout.store.link import transaction
from tieout.trade.documents.subscription import Subscription
from tieout.trade.documents.usage import AccountMapping, StrayUsage
from tieout.trade.mapping_advice import ERROR_MAX

if TYPE_CHECKING:
    from tests.support.server import Database


def left(scope: Scope) -> dict[str, Decimal]:
    """What is still nobody's, by identifier."""
    found = in_force(scope, "stray_usage").values()
    return {each.identifier: each.quantity for each in found if isinstance(each, StrayUsage) and each.quantity}


def test_a_thousand_strays_are_advised_mapped_within_the_bound_and_given_back(database: Database) -> None:
    known = world(2)
    motor = engine()
    scope = company(motor)
    past = [mapping(each.identifier, each.account, by="anna", at=AT) for each in known.past]
    with transaction(scope):
        contracts = [
            Subscription(number=f"S-{n}", account=a, currency="EUR", lines=()) for n, a in enumerate(known.accounts)
        ]
        receive_ready(motor, scope, [*contracts, *past], at=AT)
    count(motor, scope, *(event(n, name, quantity=str(1 + n)) for n, name in enumerate(known.truth)))
    publish(motor, scope, at=AT)
    before = left(scope)
    assert before.keys() == known.truth.keys()

    advised = advise(ADVISOR, scope)
    worths = [each.worth[0].minor for each in advised if each.worth]
    assert worths == sorted(worths, reverse=True), "the dearest first"
    new = carry_out(motor, ADVISOR, scope, advised, at=AT)
    refresh(scope, [each.number for each in new], engine=motor)
    publish(motor, scope, at=AT)
    wrong = sum(known.truth[each.number] != each.account for each in new)
    assert len(new) >= 300
    assert wrong <= ERROR_MAX * len(new)
    assert left(scope) == {
        name: quantity for name, quantity in before.items() if name not in {each.number for each in new}
    }
    papers = [each for each in in_force(scope, "account_mapping").values() if isinstance(each, AccountMapping)]
    assert sum(each.by == f"{ADVICE}past_mappings" and each.confidence is not None for each in papers) == len(new)

    again = advise(ADVISOR, scope)
    assert not any(each.suggestion.certain for each in again), "what was made of advice is no experience"
    back = [mapping(each.number, "", by="anna", at=AT + timedelta(hours=1)) for each in new]
    map_identifiers(motor, scope, back, at=AT + timedelta(hours=1))
    refresh(scope, [each.number for each in new], engine=motor)
    publish(motor, scope, at=AT + timedelta(hours=1))
    assert left(scope) == before
    assert not carry_out(motor, ADVISOR, scope, advise(ADVISOR, scope), at=AT), (
        "what people took back is not mapped again"
    )
