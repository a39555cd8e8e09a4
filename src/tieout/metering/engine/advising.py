"""Advice on stray usage: suggestions ranked by money; those that may be are carried out, each as a mapping that can be taken back.

Only what people have said counts as experience: mappings that were made of advice would confirm themselves.
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
    """Suggestions for all identifiers that are nobody's, the dearest first; without a price, those with most events."""
    at_stake = _at_stake(scope)
    strays = months.strays(scope)
    said = [canonical_json.decode_as(AccountMapping, body) for body in months.mapped_bodies(scope)]
    past = [
        Correction(identifier=known.number, account=known.account)
        for known in said
        if known.account and not known.by.startswith(ADVICE)
    ]
    accounts = {*months.accounts(scope), *(known.account for known in past)}
    taken_back = {known.number for known in said if not known.account}
    found = advisor.suggest([known for known in strays if known not in taken_back], past, accounts)
    advised = []
    for each in found:
        money, events = at_stake.get(each.identifier, ({}, 0))
        worth = tuple(Money(minor, currency) for currency, minor in sorted(money.items()))
        advised.append(Advised(suggestion=each, worth=worth, events=events))
    return tuple(sorted(advised, key=lambda each: (-_most(each.worth), -each.events, each.suggestion.identifier)))


def carry_out(
    engine: Engine, advisor: MappingAdvisor, scope: Scope, advised: Sequence[Advised], *, at: datetime
) -> list[AccountMapping]:
    """Make mappings of the suggestions that are certain; gives those that were new. Statements follow by `publish`."""
    chosen = [
        mapping(
            each.suggestion.identifier,
            each.suggestion.account,
            by=f"{ADVICE}{advisor.name}",
            at=at,
            reason=f"{each.suggestion.reason} ({each.suggestion.evidence} earlier cases)",
            confidence=each.suggestion.confidence,
        )
        for each in advised
        if each.suggestion.certain
    ]
    return map_identifiers(engine, scope, chosen, at=at) if chosen else []


def _at_stake(scope: Scope) -> dict[str, tuple[dict[str, int], int]]:
    """By identifier: minor units by currency, and events."""
    money: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    events: dict[str, int] = defaultdict(int)
    for row in months.everything_published(scope, None, stray=True):
        events[row.owner] += row.events
        if row.worth is not None:
            money[row.owner][row.currency] += row.worth
    return {owner: (money[owner], events[owner]) for owner in events}


def _most(worth: Sequence[Money]) -> int:
    return max((known.minor for known in worth), default=0)
