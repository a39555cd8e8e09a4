"""Two policies in force with different values for the same facts: refused when noticed, unset where noticed late."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tieout.core.findings.code import Code
from tieout.core.findings.wording import sentence
from tieout.core.policy.conflicts import contradiction
from tieout.core.policy.facts import Dimension, Facts, facts_in
from tieout.core.policy.policy import Layer, Policy, PolicySet, Queue, Rules
from tieout.core.policy.rule import choice, whole_number
from tieout.core.tie_out.judging import no_policy
from tieout.core.values.clock import Clock

DAY = date(2026, 3, 1)
PACE = choice("pace", "How fast.", choices=("slow", "quick"))
DAYS = whole_number("days_max", "How many days.", unit="days", example="3")
SELLER = Dimension(name="seller", weight=32, doc="the seller")
BUYER = Dimension(name="buyer", weight=32, doc="the buyer")
ANYWHERE = Facts()


def policy(
    name: str, *layers: Layer, version: str = "1", begins: date = DAY, ends: date | None = None, when: Facts = ANYWHERE
) -> Policy:
    return Policy(name=name, version=version, effective_from=begins, effective_to=ends, layers=layers, when=when)


def saying(pace: str, when: Facts = ANYWHERE) -> Layer:
    return Layer(when=when, rules=Rules.of(pace=pace))


def of(dimension: Dimension, value: str) -> Facts:
    return Facts(own=facts_in((dimension, value)))


def test_two_policies_with_different_values_for_the_same_facts_contradict() -> None:
    conflict = contradiction(policy("a", saying("slow")), [policy("b", saying("quick"))])
    assert conflict is not None
    assert (conflict.policies, conflict.rule, conflict.facts, conflict.since) == (("a@1", "b@1"), "pace", "", DAY)
    site = Facts(site="W1")
    conflict = contradiction(policy("z", saying("slow"), saying("slow", site)), [policy("b", saying("quick", site))])
    assert conflict is not None
    assert conflict.facts == "site W1"


@pytest.mark.parametrize(
    "other",
    [
        policy("b", saying("slow")),
        policy("b", Layer(when=ANYWHERE, rules=Rules.of(days_max=3))),
        policy("b", saying("quick", Facts(site="W1"))),
        policy("b", saying("quick"), when=Facts(process="other")),
        policy("b", saying("quick", Facts(entity="E2")), when=Facts(entity="E1")),
        policy("b", saying("quick"), saying("slow")),
        policy("b", saying("quick"), ends=date(2026, 2, 28), begins=date(2026, 1, 1)),
        policy("a", saying("quick"), version="0"),
    ],
)
def test_what_agrees_or_is_more_specific_or_over_is_no_contradiction(other: Policy) -> None:
    assert contradiction(policy("a", saying("slow")), [other]) is None


def test_a_contradiction_is_reported_from_the_day_on_which_it_begins() -> None:
    later = policy("b", saying("quick"), version="2", begins=date(2026, 6, 1))
    others = [policy("b", saying("slow")), later]
    conflict = contradiction(policy("a", saying("slow")), others)
    assert conflict is not None
    assert (conflict.policies[1], conflict.since) == ("b@2", date(2026, 6, 1))
    assert contradiction(policy("a", saying("slow"), ends=date(2026, 5, 31)), others) is None


def test_a_version_that_returns_when_its_successor_ends_is_seen() -> None:
    others = [
        policy("b", saying("quick"), begins=date(2026, 1, 1)),
        policy("b", saying("slow"), version="2", ends=date(2026, 3, 31)),
    ]
    conflict = contradiction(policy("a", saying("slow")), others)
    assert conflict is not None
    assert (conflict.policies[1], conflict.since) == ("b@1", date(2026, 4, 1))


def test_owners_can_contradict_too() -> None:
    routed = [Layer(when=ANYWHERE, rules=Rules.of(routing=(("X-1", Queue(queue=queue)),))) for queue in ("one", "two")]
    conflict = contradiction(policy("a", routed[0]), [policy("b", routed[1])])
    assert conflict is not None
    assert conflict.rule == "routing X-1"
    assert PolicySet(policies=(policy("a", routed[0]), policy("b", routed[1]))).ruling(ANYWHERE, DAY).routing == {}


@pytest.mark.parametrize("turned", [False, True])
def test_a_partial_overlap_leaves_a_rule_unset_only_where_both_apply(turned: bool) -> None:
    seller, buyer = policy("a", saying("slow", of(SELLER, "1"))), policy("b", saying("quick", of(BUYER, "2")))
    assert contradiction(seller, [buyer]) is None
    wide = policy("c", saying("slow"))
    policies = PolicySet(policies=(buyer, wide, seller) if turned else (seller, wide, buyer))
    both = policies.ruling(Facts(own=facts_in((SELLER, "1"), (BUYER, "2"))), DAY)
    assert both.value(PACE) is None
    assert both.lacks([PACE]) == ("pace",)
    assert both.disputed == {"pace": ("a@1", "b@1")}
    assert policies.ruling(of(SELLER, "1"), DAY).value(PACE) == "slow"
    assert policies.ruling(of(BUYER, "2"), DAY).value(PACE) == "quick"


def test_the_finding_names_both() -> None:
    policies = PolicySet(policies=(policy("a", saying("slow")), policy("b", saying("quick"))))
    ruling = policies.ruling(ANYWHERE, DAY)
    row = Code(
        id="GOV-NOPOLICY", name="n", domain="d", detects="", queue="q", sla=Clock(amount=1), clears="c", evidence="e", cause="p",
        message="No policy in force sets: {rules}.",
    )  # fmt: skip
    made = no_policy(row, "document", ruling.lacks([PACE, DAYS]), ruling=ruling)
    assert (
        sentence(made, {row.id: row}) == "No policy in force sets: pace (a@1 and b@1 say different things), days_max."
    )


def test_what_is_more_specific_ends_the_dispute() -> None:
    site = Facts(site="W1")
    policies = PolicySet(policies=(policy("a", saying("slow")), policy("b", saying("quick"), saying("slow", site))))
    assert policies.ruling(ANYWHERE, DAY).value(PACE) is None
    at_site = policies.ruling(site, DAY)
    assert (at_site.value(PACE), at_site.disputed) == ("slow", {})


def test_within_one_policy_the_later_of_two_equal_layers_holds() -> None:
    policies = PolicySet(policies=(policy("a", saying("slow"), saying("quick")),))
    assert policies.ruling(ANYWHERE, DAY).value(PACE) == "quick"


def test_a_later_version_of_one_label_is_not_taken_for_the_earlier() -> None:
    """Rulings are kept by the layers that they come from; a version is told from another by its day too."""
    next_day = DAY + timedelta(days=1)
    both = PolicySet(policies=(policy("a", saying("slow")), policy("a", saying("quick"), begins=next_day)))
    assert [both.ruling(ANYWHERE, day).value(PACE) for day in (DAY, next_day, DAY)] == ["slow", "quick", "slow"]


def test_what_holds_at_one_site_does_not_hold_at_another() -> None:
    here, elsewhere = Facts(site="W1"), Facts(site="W2")
    layered = PolicySet(policies=(policy("a", saying("slow"), saying("quick", here)),))
    assert [layered.ruling(facts, DAY).value(PACE) for facts in (elsewhere, here, elsewhere)] == [
        "slow",
        "quick",
        "slow",
    ]
