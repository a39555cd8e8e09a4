"""Policy as data: versions with a date, layers with a scope; a rule that no policy sets is a finding, never a default."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar, cast

from tieout.core.policy.facts import Facts, applies, specificity
from tieout.core.policy.rule import RuleSpec, RuleValue
from tieout.core.values.clock import Clock

V = TypeVar("V")


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Who owns a code under this policy, and by when; `site` adds the receiving site to the queue's name."""

    queue: str
    sla: Clock | None = None
    by_site: bool = False
    watchers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The values that one layer sets, by the names of rules; a rule that it does not set is missing. `Pack.rules` lists the rules
    that a process needs, and `RuleSpec` describes each of them."""

    values: Mapping[str, RuleValue] = field(default_factory=dict)
    routing: tuple[tuple[str, Queue], ...] = ()

    @classmethod
    def of(cls, *, routing: tuple[tuple[str, Queue], ...] = (), **values: RuleValue) -> Rules:
        """Rules by their names, as a layer would set them."""
        return cls(values=values, routing=routing)

    def value(self, spec: RuleSpec[V]) -> V | None:
        """The value of a rule; None where it is not set. Asserts that it is of the rule's type."""
        value = self.values.get(spec.name)
        assert value is None or spec.holds(value), f"{value!r} is no value of the rule {spec.name}"
        return cast("V | None", value)

    def with_values(self, **values: RuleValue) -> Rules:
        """These rules, but for those given."""
        return replace(self, values=dict(self.values) | values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """Rules for those facts that match every non-empty fact of `when`."""

    when: Facts
    rules: Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One version of a policy, in force from a date to the next version's. `source_sha256` is of the text it was read from."""

    name: str
    version: str
    effective_from: date
    layers: tuple[Layer, ...]
    effective_to: date | None = None
    when: Facts = Facts()
    source_sha256: str = ""

    @property
    def label(self) -> str:
        """ "name@version", as verdicts cite it."""
        return f"{self.name}@{self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What the policies in force set together for some facts: the merged rules, and the policies that apply.

    `disputed` are rules for which policies of the same weight set different values, with those policies: none of them
    holds, so such a rule counts as not set.
    """

    rules: Rules
    policies: tuple[str, ...]
    routing: dict[str, Queue] = field(default_factory=dict)
    disputed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _checked: dict[str, RuleValue | None] = field(default_factory=dict, compare=False, repr=False)
    """Values by name, once they are known to be of their rule's type: a check reads each of them many times a claim."""

    def value(self, spec: RuleSpec[V]) -> V | None:
        """The value that holds for a rule; None where no policy sets it. Asserts that it is of the rule's type."""
        name = spec.name
        if name not in self._checked:
            self._checked[name] = cast("RuleValue | None", self.rules.value(spec))
        return self._checked[name]  # type: ignore[return-value]  # of the type that the rule names, as was just asserted

    def lacks(self, specs: Iterable[RuleSpec[object]]) -> tuple[str, ...]:
        """Which of these rules no policy sets, in their order."""
        values = self.rules.values
        return tuple(spec.name for spec in specs if spec.name not in values)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySet:
    """All policy versions of a tenant."""

    policies: tuple[Policy, ...] = ()
    _rulings: dict[tuple[Facts, date], Ruling] = field(default_factory=dict, compare=False, repr=False)
    _merged: dict[tuple[tuple[str, date, tuple[int, ...]], ...], Ruling] = field(
        default_factory=dict, compare=False, repr=False
    )
    """Rulings by the layers that they come from: a thousand customers have the same ones."""

    def ruling(self, facts: Facts, on: date) -> Ruling:
        """What holds for these facts on this day. Nothing in force: every rule is missing, and the claim is held."""
        ruling = self._rulings.get((facts, on))
        if ruling is None:
            ruling = self._rulings[facts, on] = self._ruling(facts, on)
        return ruling

    def _ruling(self, facts: Facts, on: date) -> Ruling:
        layers = [
            (policy, tuple(k for k, layer in enumerate(policy.layers) if applies(layer.when, facts)))
            for policy in in_force(self.policies, on)
            if applies(policy.when, facts)
        ]
        source = tuple((policy.label, policy.effective_from, numbers) for policy, numbers in layers)
        ruling = self._merged.get(source)
        if ruling is None:
            ruling = self._merged[source] = _ruling(layers)
        return ruling


def _ruling(layers: Iterable[tuple[Policy, tuple[int, ...]]]) -> Ruling:
    """What policies say together by those of their layers that apply, which are given by their numbers."""
    spoke: list[str] = []
    weights: dict[int, dict[str, Rules]] = {}
    for policy, numbers in layers:
        spoke.append(policy.label)
        outer = specificity(policy.when)
        for layer in (policy.layers[k] for k in numbers):
            own = weights.setdefault(outer + specificity(layer.when), {})
            own[policy.label] = _over(own.get(policy.label, Rules()), layer.rules)
    merged, routing = _Merged(), _Merged()
    for _, own in sorted(weights.items()):
        merged.over({label: rules.values for label, rules in own.items()})
        routing.over({label: dict(rules.routing) for label, rules in own.items()})
    owners = {code: queue for code, queue in routing.values.items() if isinstance(queue, Queue)}
    values = {name: value for name, value in merged.values.items() if not isinstance(value, Queue)}
    rules = Rules(values=values, routing=tuple(owners.items()))
    return Ruling(rules=rules, policies=tuple(spoke), routing=owners, disputed=merged.disputed)


@dataclass(slots=True)
class _Merged:
    """The values so far, from the least specific layers on, and what is disputed."""

    values: dict[str, RuleValue | Queue] = field(default_factory=dict)
    disputed: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def over(self, by_policy: Mapping[str, Mapping[str, RuleValue | Queue]]) -> None:
        """Puts the values of policies of one weight over those that are set already."""
        for name in {name: None for values in by_policy.values() for name in values}:
            speakers = {label: values[name] for label, values in by_policy.items() if name in values}
            first, *others = speakers.values()
            if all(value == first for value in others):
                self.values[name] = first
                self.disputed.pop(name, None)
            else:
                self.values.pop(name, None)
                self.disputed[name] = tuple(speakers)


def in_force(policies: Iterable[Policy], on: date) -> list[Policy]:
    """Of each policy name the version in force on a day: the latest that has begun and not ended."""
    best: dict[str, Policy] = {}
    for policy in policies:
        if policy.effective_from <= on and (policy.effective_to is None or on <= policy.effective_to):
            latest = best.get(policy.name)
            if latest is None or _age(policy) > _age(latest):
                best[policy.name] = policy
    return [best[name] for name in sorted(best)]


def latest_first(policies: Iterable[Policy]) -> list[Policy]:
    """Versions of one policy, the latest first."""
    return sorted(policies, key=_age, reverse=True)


def _age(policy: Policy) -> tuple[date, int, str]:
    """Which of two versions is the later: by the day it begins, then by its number ("10" after "9"), else by its text."""
    version = policy.version
    counted = version.isascii() and version.isdigit()
    return policy.effective_from, int(version) if counted else -1, "" if counted else version


def _over(under: Rules, upper: Rules) -> Rules:
    """Two layers of one policy for facts of the same weight: the later one wins."""
    routing = dict(under.routing) | dict(upper.routing)
    return Rules(values=dict(under.values) | dict(upper.values), routing=tuple(routing.items()))
