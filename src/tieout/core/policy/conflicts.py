"""Policies that contradict each other: two in force on one day that give different values for the same facts at the same weight."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tieout.core.policy.facts import Facts, specificity
from tieout.core.policy.policy import Policy, Queue, in_force
from tieout.core.policy.rule import RuleValue

Statement = RuleValue | Queue
_Place = tuple[int, frozenset[tuple[str, str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """Two policies ("name@version"), the rule that they differ in ("routing AP-QTY-REC" for an owner), for which facts
    ("" for everything) and from which day on."""

    policies: tuple[str, str]
    rule: str
    facts: str
    since: date


def contradiction(added: Policy, others: Sequence[Policy]) -> Contradiction | None:
    """The first contradiction between a policy and those that are in force with it on any day; None where there is none.

    Only layers for exactly the same facts are compared. Two that overlap in part (each by another fact of
    the same weight) are detected when both apply to a claim: then neither value holds.
    """
    policies = (*others, added)
    for day in _days(added, policies):
        together = in_force(policies, day)
        if added not in together:
            continue
        own = _statements(added)
        for other in together:
            if other.name == added.name:
                continue
            for place, statements in _statements(other).items():
                rule = _different(own.get(place, {}), statements)
                if rule:
                    words = ", ".join(f"{name} {value}" for name, value in sorted(place[1]))
                    return Contradiction(policies=(added.label, other.label), rule=rule, facts=words, since=day)
    return None


def _days(added: Policy, policies: Iterable[Policy]) -> list[date]:
    """The days of the policy's life on which what is in force changes."""
    days = {added.effective_from}
    for policy in policies:
        days.add(policy.effective_from)
        if policy.effective_to is not None and policy.effective_to < date.max:
            days.add(policy.effective_to + timedelta(days=1))
    last = added.effective_to or date.max
    return sorted(day for day in days if added.effective_from <= day <= last)


def _statements(policy: Policy) -> dict[_Place, dict[str, Statement]]:
    """The values that a policy gives, by weight and facts; of its layers for the same facts the later one wins."""
    made: dict[_Place, dict[str, Statement]] = {}
    for layer in policy.layers:
        facts = _both(policy.when, layer.when)
        if facts is None:
            continue
        place = (specificity(policy.when) + specificity(layer.when), frozenset(facts.items()))
        routed = {f"routing {code}": queue for code, queue in layer.rules.routing}
        made[place] = made.get(place, {}) | dict(layer.rules.values) | routed
    return made


def _both(outer: Facts, inner: Facts) -> dict[str, str] | None:
    """The facts that two scopes name together; None where they exclude each other."""
    first, second = outer.named(), inner.named()
    if any(first.get(name, value) != value for name, value in second.items()):
        return None
    return first | second


def _different(first: Mapping[str, Statement], second: Mapping[str, Statement]) -> str:
    """The first rule for which the two give different values; "" where they agree."""
    return next((name for name in sorted(first.keys() & second.keys()) if first[name] != second[name]), "")
