"""S-27 on a real database: 1,000 unmapped identifiers, advice with a bound, every mapping audited and reversed again."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from tests.advice.test_past_mappings import feeds
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
from tieout.trade.documents.usage import AccountMapping, UnmappedUsage
from tieout.trade.mapping_advice import ERROR_MAX

if TYPE_CHECKING:
    from tests.support.server import Database


def left(scope: Scope) -> dict[str, Decimal]:
    """What is still unmapped, by identifier."""
    documents = in_force(scope, "stray_usage").values()
    return {
        usage.identifier: usage.quantity for usage in documents if isinstance(usage, UnmappedUsage) and usage.quantity
    }


def test_a_thousand_unmapped_identifiers_are_advised_mapped_within_the_bound_and_reversed(database: Database) -> None:
    sample = feeds(2)
    motor = engine()
    scope = company(motor)
    past = [mapping(case.identifier, case.account, by="anna", at=AT) for case in sample.past]
    with transaction(scope):
        contracts = [
            Subscription(number=f"S-{n}", account=a, currency="EUR", lines=()) for n, a in enumerate(sample.accounts)
        ]
        receive_ready(motor, scope, [*contracts, *past], at=AT)
    count(motor, scope, *(event(n, name, quantity=str(1 + n)) for n, name in enumerate(sample.truth)))
    publish(motor, scope, at=AT)
    before = left(scope)
    assert before.keys() == sample.truth.keys()

    advised = advise(ADVISOR, scope)
    worths = [advice.worth[0].minor for advice in advised if advice.worth]
    assert worths == sorted(worths, reverse=True), "the largest amount first"
    new = carry_out(motor, ADVISOR, scope, advised, at=AT)
    refresh(scope, [made.number for made in new], engine=motor)
    publish(motor, scope, at=AT)
    wrong = sum(sample.truth[made.number] != made.account for made in new)
    assert len(new) >= 300
    assert wrong <= ERROR_MAX * len(new)
    assert left(scope) == {
        name: quantity for name, quantity in before.items() if name not in {made.number for made in new}
    }
    mappings = [made for made in in_force(scope, "account_mapping").values() if isinstance(made, AccountMapping)]
    assert sum(made.by == f"{ADVICE}past_mappings" and made.confidence is not None for made in mappings) == len(new)

    again = advise(ADVISOR, scope)
    assert not any(advice.suggestion.certain for advice in again), "mappings made from advice are no experience"
    back = [mapping(made.number, "", by="anna", at=AT + timedelta(hours=1)) for made in new]
    map_identifiers(motor, scope, back, at=AT + timedelta(hours=1))
    refresh(scope, [made.number for made in new], engine=motor)
    publish(motor, scope, at=AT + timedelta(hours=1))
    assert left(scope) == before
    assert not carry_out(motor, ADVISOR, scope, advise(ADVISOR, scope), at=AT), (
        "what people reversed is not mapped again"
    )
