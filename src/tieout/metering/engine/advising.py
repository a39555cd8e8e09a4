"""Advice on unmapped usage: suggestions ranked by money; the certain ones are carried out, each as a reversible mapping.

Only mappings by people count as experience: those made from advice would confirm themselves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tieout.core.values.money import Money
from tieout.core.values.scope import Scope
from tieout.engine.plugged import Engine
from tieout.formats import canonical_json
from tieout.metering.engine.owners import map_identifiers, mapping
from tieout.store.metering import months
from tieout.trade.documents.usage import AccountMapping
from tieout.trade.mapping_advice import Correction, MappingAdvisor, Suggestion

ADVICE: Final = "advice:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Advised:
    """A suggestion and what is at stake: worth at list price by currency, and events."""

    suggestion: Suggestion
    worth: tuple[Money, ...]
    events: int


def advise(advisor: MappingAdvisor, scope: Scope) -> tuple[Advised, ...]:
    """Suggestions for all unmapped identifiers, the largest amount first; without a price, those with most events."""
    at_stake = _at_stake(scope)
    unmapped = months.unmapped(scope)
    mappings = [canonical_json.decode_as(AccountMapping, body) for body in months.mapped_bodies(scope)]
    past = [
        Correction(identifier=correction.number, account=correction.account)
        for correction in mappings
        if correction.account and not correction.by.startswith(ADVICE)
    ]
    accounts = {*months.accounts(scope), *(correction.account for correction in past)}
    taken_back = {correction.number for correction in mappings if not correction.account}
    suggestions = advisor.suggest(
        [identifier for identifier in unmapped if identifier not in taken_back], past, accounts
    )
    advised = []
    for suggestion in suggestions:
        money, events = at_stake.get(suggestion.identifier, ({}, 0))
        worth = tuple(Money(minor, currency) for currency, minor in sorted(money.items()))
        advised.append(Advised(suggestion=suggestion, worth=worth, events=events))
    return tuple(
        sorted(advised, key=lambda advice: (-_most(advice.worth), -advice.events, advice.suggestion.identifier))
    )


def carry_out(
    engine: Engine, advisor: MappingAdvisor, scope: Scope, advised: Sequence[Advised], *, at: datetime
) -> list[AccountMapping]:
    """Make mappings of the certain suggestions; return the new ones. `publish` writes the statements."""
    chosen = [
        mapping(
            advice.suggestion.identifier,
            advice.suggestion.account,
            by=f"{ADVICE}{advisor.name}",
            at=at,
            reason=advice.suggestion.reason,
            confidence=advice.suggestion.confidence,
            evidence=advice.suggestion.evidence,
        )
        for advice in advised
        if advice.suggestion.certain
    ]
    return map_identifiers(engine, scope, chosen, at=at) if chosen else []


def _at_stake(scope: Scope) -> dict[str, tuple[dict[str, int], int]]:
    """By identifier: minor units by currency, and events."""
    money: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    events: dict[str, int] = defaultdict(int)
    for row in months.everything_published(scope, None, unmapped=True):
        events[row.owner] += row.events
        if row.worth is not None:
            money[row.owner][row.currency] += row.worth
    return {owner: (money[owner], events[owner]) for owner in events}


def _most(worth: Sequence[Money]) -> int:
    return max((amount.minor for amount in worth), default=0)
