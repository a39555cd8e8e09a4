"""Policy as data: versions with a date, layers with a scope; what is not said anywhere is a finding, never a default."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Final, Literal

from tieout.core.policy.facts import Facts, applies, specificity
from tieout.core.policy.tolerance import Tolerance
from tieout.core.values.clock import Clock, Hours

MatchLevel = Literal["none", "2-way", "3-way", "3-way+inspection"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Who owns a code under this policy, and by when; `site` adds the receiving site to the queue's name."""

    queue: str
    sla: Clock | None = None
    by_site: bool = False
    watchers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What one layer says; None means that it does not say. Names are those of the YAML. Which of them a process needs, its
    pack says (`Pack.rules`).

    Tolerances: `unit_price` (billed against ordered or agreed), `line_total` (cumulative value of an order line),
    `quantity` over the received quantity, `ordered` over the ordered quantity, `freight` and `tax` (amounts).
    `supplier_required` False lets a claim through whose supplier is not in the books (never the default).
    Windows: how long the world may answer before a person is asked. Dates in calendar days.

    Selling: `shipped_by` whose word counts that goods have left; `carrier_lag_max`, `proof_window`, `booking_window` and
    `leak_window` how long we wait for a carrier's event, a proof of delivery, the booking, and for billing itself;
    `proof_required` and `billing_rule` where neither order nor customer says; `proof_assumed` takes a proof that did not come
    for given; `billed_from` "events" builds invoices from shipments, proofs and milestones, "documents" waits for the sales
    system's. `tax_answer`, `credit`: whether a tax engine's answer, a credit standing is needed before a release; `booking`:
    whether the books report each invoice that they have.
    `credit_limit` (exposure over the limit) and `overdue_days_max`; `credit_exclusions` are tried in their order ("prepaid",
    "segment:public", "category:spare", "below:500.00"). `credit_note` is what may be credited without approval.

    Billing runs: `usage_window` how long after the grace period usage may be incomplete before a person is asked;
    `lines_max` how many lines an account's invoice may have; `quantity_growth` usage against the mean of earlier periods;
    `unusual_percentile` from where on an amendment's discount is unusual; `amendment_window` how long an amendment may take
    to reach every system; `revenue_review` whether a change of contract is looked at by revenue accounting; `late_usage`
    what becomes of usage that comes after the invoice is final.
    """

    match: MatchLevel | None = None
    unit_price: Tolerance | None = None
    line_total: Tolerance | None = None
    quantity: Tolerance | None = None
    ordered: Tolerance | None = None
    freight: Tolerance | None = None
    tax: Tolerance | None = None
    order_required: bool | None = None
    supplier_required: bool | None = None
    inspection_window: Clock | None = None
    arrival_window: Clock | None = None
    sync_lag_max: Clock | None = None
    invoice_age_days_max: int | None = None
    invoice_future_days_max: int | None = None
    bank_cooling_days: int | None = None
    posting: Literal["whole", "split"] | None = None
    freight_posting: Literal["by_value", "account"] | None = None
    terms: Literal["not_checked", "equal"] | None = None
    short_pay: bool | None = None
    shipped_by: Literal["warehouse", "carrier"] | None = None
    carrier_lag_max: Clock | None = None
    proof_required: bool | None = None
    proof_window: Clock | None = None
    proof_assumed: bool | None = None
    billing_rule: Literal["as_shipped", "complete_only", "one_per_order", "consolidated"] | None = None
    billed_from: Literal["documents", "events"] | None = None
    tax_answer: Literal["required", "not_required"] | None = None
    booking: Literal["expected", "not_expected"] | None = None
    credit: Literal["checked", "not_checked"] | None = None
    credit_limit: Tolerance | None = None
    overdue_days_max: int | None = None
    credit_exclusions: tuple[str, ...] | None = None
    credit_note: Tolerance | None = None
    booking_window: Clock | None = None
    leak_window: Clock | None = None
    usage_window: Clock | None = None
    lines_max: int | None = None
    quantity_growth: Tolerance | None = None
    unusual_percentile: int | None = None
    amendment_window: Clock | None = None
    revenue_review: Literal["required", "not_required"] | None = None
    late_usage: Literal["next_invoice", "credit_rebill"] | None = None
    hours: Hours | None = None
    routing: tuple[tuple[str, Queue], ...] = ()


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


_REQUIRED: Final = tuple(known.name for known in fields(Rules) if known.name != "routing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What the policies in force say together for some facts: the merged rules, who spoke, and what nobody said."""

    rules: Rules
    policies: tuple[str, ...]
    missing: tuple[str, ...]
    routing: dict[str, Queue] = field(default_factory=dict)

    def lacks(self, rules: Collection[str]) -> tuple[str, ...]:
        """Which of these rules nobody said, in the order of `Rules`."""
        return tuple(name for name in self.missing if name in rules)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySet:
    """All policy versions of a tenant."""

    policies: tuple[Policy, ...] = ()
    _known: dict[tuple[Facts, date], Ruling] = field(default_factory=dict, compare=False, repr=False)

    def ruling(self, facts: Facts, on: date) -> Ruling:
        """What holds for these facts on this day. Nothing in force: every rule is missing, and the claim is held."""
        known = self._known.get((facts, on))
        if known is None:
            known = self._known[facts, on] = _ruling(self.policies, facts, on)
        return known


def _ruling(policies: tuple[Policy, ...], facts: Facts, on: date) -> Ruling:
    spoke: list[str] = []
    layers: list[tuple[int, int, Rules]] = []
    for policy in in_force(policies, on):
        if not applies(policy.when, facts):
            continue
        spoke.append(policy.label)
        outer = specificity(policy.when)
        layers += [
            (outer + specificity(layer.when), len(layers) + k, layer.rules)
            for k, layer in enumerate(policy.layers)
            if applies(layer.when, facts)
        ]
    merged = Rules()
    for _, _, rules in sorted(layers, key=lambda each: each[:2]):
        merged = _over(merged, rules)
    missing = tuple(name for name in _REQUIRED if getattr(merged, name) is None)
    return Ruling(rules=merged, policies=tuple(spoke), missing=missing, routing=dict(merged.routing))


def in_force(policies: Iterable[Policy], on: date) -> list[Policy]:
    """Of each policy name the version in force on a day: the latest that has begun and not ended."""
    best: dict[str, Policy] = {}
    for policy in policies:
        if policy.effective_from <= on and (policy.effective_to is None or on <= policy.effective_to):
            known = best.get(policy.name)
            if known is None or _age(policy) > _age(known):
                best[policy.name] = policy
    return [best[name] for name in sorted(best)]


def _age(policy: Policy) -> tuple[date, int, str]:
    """Which of two versions is the later: by the day it begins, then by its number ("10" after "9"), else by its text."""
    version = policy.version
    counted = version.isascii() and version.isdigit()
    return policy.effective_from, int(version) if counted else -1, "" if counted else version


def _over(under: Rules, upper: Rules) -> Rules:
    said = {name: value for name in _REQUIRED if (value := getattr(upper, name)) is not None}
    routing = dict(under.routing) | dict(upper.routing)
    return replace(under, **said, routing=tuple(routing.items()))
