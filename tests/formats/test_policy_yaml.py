"""Policy as YAML: complete by default, typed, and every mistake reported with line, path and remedy."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tieout.app import default_policy, default_policy_text, packs, policy_vocabulary, taxonomy
from tieout.core.policy.facts import Facts
from tieout.core.policy.policy import Policy, PolicySet
from tieout.core.policy.rule import HOURS, choice, span, texts, whole_number, yes_no
from tieout.core.policy.tolerance import Limit, Tolerance, assess
from tieout.core.values.clock import Clock
from tieout.core.values.errors import Malformed
from tieout.formats.policy_yaml import is_former, read_layer
from tieout.formats.policy_yaml import read_policy as read_with
from tieout.packs.payables.rules import INVOICE_TOTAL
from tieout.trade.facts import with_partner
from tieout.trade.rules import FREIGHT, POSTING, QUANTITY, TAX, UNIT_PRICE

WORDS = policy_vocabulary()


def read_policy(content: bytes, *, codes: tuple[str, ...] = ()) -> Policy:
    return read_with(content, WORDS, codes=codes)


SHORT = b"""policy: mine
version: "1"
effective_from: 2026-01-01
layers:
  - match: 3-way
    unit_price: {upper: {percent: 2, absolute: 5.00 EUR}, lower: {percent: 5}, combine: any}
    quantity: zero
    freight: not_checked
    inspection_window: 48 bh
  - when: {supplier: "10022", site: WMS-4}
    quantity:
      basis: extended_value
      upper:
        absolute: 12.50 USD
    hours: {zone: Europe/Berlin, days: [sat, mon], opens: "07:30", closes: "16:00", holidays: [2026-05-01]}
    routing:
      AP-QTY-REC: {queue: dock, sla: 4 bh, by_site: true, watchers: [ap]}
"""


def wrong(old: bytes, new: bytes, *, codes: tuple[str, ...] = ()) -> Malformed:
    assert old in SHORT
    with pytest.raises(Malformed) as caught:
        read_policy(SHORT.replace(old, new, 1), codes=codes)
    return caught.value


@pytest.mark.parametrize("pack", [pack for pack in packs() if pack.rules], ids=lambda pack: pack.name)
def test_the_shipped_policies_set_every_rule_of_their_process(pack):
    own = default_policy(pack.name)
    ruling = PolicySet(policies=(own,)).ruling(Facts(process=pack.name), date(2026, 5, 1))
    assert ruling.lacks(pack.rules) == ()
    assert ruling.policies == (own.label,)
    assert set(ruling.routing) <= set(taxonomy())
    assert set(pack.rules) <= set(WORDS.rules)


def test_a_policy_is_what_its_text_says():
    policy = read_policy(SHORT)
    first, second = policy.layers
    assert (policy.label, policy.effective_from) == ("mine@1", date(2026, 1, 1))
    assert first.rules.value(UNIT_PRICE) == Tolerance(
        state="limits", basis="unit_price", combine="any",
        upper=Limit(percent=Decimal(2), absolute=Decimal("5.00"), currency="EUR"), lower=Limit(percent=Decimal(5)),
    )  # fmt: skip
    assert first.rules.value(QUANTITY) == Tolerance(state="zero", basis="quantity")
    assert first.rules.value(FREIGHT) == Tolerance(state="not_checked", basis="amount")
    assert first.rules.values["inspection_window"] == Clock(amount=48, unit="bh")
    assert first.rules.value(TAX) is None
    assert second.when == with_partner(Facts(site="WMS-4"), supplier="10022")
    quantity, hours = second.rules.value(QUANTITY), second.rules.value(HOURS)
    assert quantity is not None
    assert quantity.basis == "extended_value"
    assert hours is not None
    assert (hours.weekdays, hours.opens) == ((0, 5), 450)
    assert second.rules.routing[0][1].sla == Clock(amount=4, unit="bh")


def test_the_same_text_is_the_same_policy_and_names_its_bytes():
    assert read_policy(SHORT) == read_policy(SHORT)
    assert read_policy(SHORT).source_sha256 != read_policy(SHORT + b"# a remark\n").source_sha256
    assert isinstance(read_policy(SHORT), Policy)


def test_no_amount_becomes_a_float():
    policy = read_policy(SHORT.replace(b"percent: 2", b"percent: 0.1"))
    price = policy.layers[0].rules.value(UNIT_PRICE)
    assert price is not None
    assert price.upper.percent == Decimal("0.1")


@pytest.mark.parametrize(
    ("old", "new", "where", "part"),
    [
        (
            b"percent: 2",
            b"percent: two",
            "line 6, column 35 (layers[0].unit_price.upper.percent)",
            "'two' is not a number",
        ),
        (
            b"percent: 2",
            b"percent: -2",
            "line 6, column 35 (layers[0].unit_price.upper.percent)",
            "'-2' is less than 0",
        ),
        (b"percent: 2", b"percent: nan", "line 6, column 35 (layers[0].unit_price.upper.percent)", "not a number"),
        (b"quantity: zero", b"quantitty: zero", "line 7, column 16 (layers[0].quantitty)", "did you mean quantity?"),
        (b"quantity: zero", b"quantity: none", "line 7, column 15 (layers[0].quantity)", "use 'zero' or 'not_checked'"),
        (b"quantity: zero", b"quantity:", "line 7, column 14 (layers[0].quantity)", "has no value"),
        (b"quantity: zero", b"quantity: {}", "line 7, column 15 (layers[0].quantity)", "has no limit"),
        (b"{percent: 5}", b"{}", "line 6, column 66 (layers[0].unit_price.lower)", "has no limit"),
        (
            b"{percent: 5}",
            b"{per cent: 5}",
            "line 6, column 77 (layers[0].unit_price.lower.per cent)",
            "did you mean percent?",
        ),
        (b"48 bh", b"48 days", "line 9, column 24 (layers[0].inspection_window)", "'48 days' is not a time span"),
        (b"3-way", b"4-way", "line 5, column 12 (layers[0].match)", "'4-way' is not allowed here"),
        (b"Europe/Berlin", b"Berlin", "line 15, column 19 (layers[1].hours.zone)", "'Berlin' is not a time zone"),
        (b'"07:30"', b"7", "line 15, column 59 (layers[1].hours.opens)", "'7' is not a time of day"),
        (b'"16:00"', b'"07:00"', "line 15, column 12 (layers[1].hours)", "closes at 07:00"),
        (b"2026-01-01", b"1.1.2026", "line 3, column 17 (effective_from)", "'1.1.2026' is not a date"),
        (b"2026-01-01", b"20260101", "line 3, column 17 (effective_from)", "is not a date"),
        (b'version: "1"\n', b"", "line 1, column 1 (version)", "version: is missing"),
        (b"supplier:", b"vendor:", "line 10, column 20 (layers[1].when.vendor)", "allowed are"),
        (b"queue: dock", b"que: dock", "line 17, column 19 (layers[1].routing.AP-QTY-REC.queue)", "is missing"),
        (b"policy: mine", b"policy: mine\npolicy: mine", "line 2, column 1", "'policy' appears twice"),
        (b"layers:", b"layers: [", "line 5, column 3", "not YAML"),
        (b"quantity: zero", b"quantity: &z zero\n    ordered: *z", "line 7, column 15", "aliases"),
        (b"quantity: zero", b"quantity: !!python/name:os.system zero", "line 7, column 15", "tag"),
        (
            b"by_site: true",
            b"by_site: perhaps",
            "line 17, column 53 (layers[1].routing.AP-QTY-REC.by_site)",
            "neither true nor false",
        ),
    ],
)
def test_a_mistake_is_named_with_line_path_and_what_helps(old, new, where, part):
    error = wrong(old, new)
    assert error.where == where
    assert part in error.message
    assert error.remedy


def test_all_mistakes_are_reported_at_once_in_the_order_of_the_text():
    error = wrong(b"percent: 2, absolute: 5.00", b"percent: two, absolute: five")
    assert [line.partition(":")[0] for line in error.message.splitlines()] == [
        "layers[0].unit_price.upper.percent", "layers[0].unit_price.upper.absolute",
    ]  # fmt: skip


def test_a_routed_code_must_exist():
    assert "did you mean AP-QTY-REC?" in wrong(b"AP-QTY-REC:", b"AP-QTY-RECC:", codes=tuple(taxonomy())).message


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"just words", b"\xff\xfe\x00", b"a: " + b"[" * 2000, b"x" * 300_001, b"- " * 30 + b"x"]
)
def test_what_is_no_policy_at_all_is_refused(content):
    with pytest.raises(Malformed):
        read_policy(content)


def test_aliases_cannot_blow_up():
    bomb = b"a: &a [x, x]\n" + b"".join(b"%c: &%c [*%c, *%c]\n" % (k + 1, k + 1, k, k) for k in range(97, 120))
    with pytest.raises(Malformed, match="aliases"):
        read_policy(bomb)


MONEY = b"""policy: mine
version: "1"
effective_from: 2026-01-01
currency: EUR
layers:
  - unit_price: {upper: {absolute: 5.00}, lower: {absolute: 0.0005 USD}}
    tax: {upper: {absolute: 0.05 any}, lower: {absolute: 0.05, currency: CHF}}
    quantity: {upper: {absolute: 3}}
    credit_exclusions: [prepaid, "below:100.00", "below:90.00 USD"]
  - when: {supplier: "7"}
    currency: KWD
    unit_price: {upper: {absolute: 5.00}}
    quantity: {upper: {absolute: 3}, basis: extended_value}
    credit_exclusions: ["below:100.00"]
"""


def test_each_amount_has_the_currency_that_it_states_else_its_layers_else_its_policys():
    first, second = read_policy(MONEY).layers
    price, tax = first.rules.value(UNIT_PRICE), first.rules.value(TAX)
    quantity, value = first.rules.value(QUANTITY), second.rules.value(QUANTITY)
    limits = [tolerance and (tolerance.upper, tolerance.lower) for tolerance in (price, tax)]
    assert limits == [
        (Limit(absolute=Decimal("5.00"), currency="EUR"), Limit(absolute=Decimal("0.0005"), currency="USD")),
        (Limit(absolute=Decimal("0.05"), currency="any"), Limit(absolute=Decimal("0.05"), currency="CHF")),
    ]
    assert quantity is not None
    assert quantity.upper == Limit(absolute=Decimal(3))
    assert value is not None
    assert value.upper == Limit(absolute=Decimal(3), currency="KWD")
    assert first.rules.values["credit_exclusions"] == ("prepaid", "below:100.00 EUR", "below:90.00 USD")
    assert second.rules.values["credit_exclusions"] == ("below:100.00 KWD",)


@pytest.mark.parametrize(
    ("old", "new", "where", "part"),
    [
        (b"currency: EUR\n", b"", "layers[0].unit_price.upper.absolute", "'5.00' is an amount without a currency"),
        (b"currency: EUR\n", b"", "layers[0].credit_exclusions[1]", "has an amount without a currency"),
        (b"currency: KWD", b"currency: dinar", "layers[1].currency", "'dinar' is not a currency"),
        (b"currency: CHF", b"currency: CHX", "layers[0].tax.lower.currency", "'CHX' is not a currency"),
        (b"0.05 any", b"0.05 all", "layers[0].tax.upper.absolute", "'0.05 all' is not a number"),
        (b"0.05 any", b"'0,05 EUR'", "layers[0].tax.upper.absolute", "'0,05 EUR' is not a number"),
        (b"0.05, currency: CHF", b"0.05 EUR, currency: CHF", "layers[0].tax.lower", "in EUR and its currency CHF"),
        (b"{upper: {absolute: 3}}", b"{upper: {absolute: 3 EUR}}", "layers[0].quantity.upper.absolute", "is measured"),
        (b"below:90.00 USD", b"below:90.00 usd", "layers[0].credit_exclusions[2]", "has the wrong form"),
    ],
)
def test_an_amount_without_a_currency_or_with_a_wrong_one_is_refused_with_its_place(old, new, where, part):
    assert old in MONEY
    with pytest.raises(Malformed) as caught:
        read_policy(MONEY.replace(old, new, 1))
    assert f"{where}: " in caught.value.message
    assert part in caught.value.message


def test_a_policy_from_before_amounts_had_a_currency_is_read_as_it_was_accepted():
    """Its amounts count in every currency and are written as they were; rules that came later are not checked."""
    text = MONEY.replace(b"currency: EUR\n", b"")
    policy = read_with(text, WORDS, stored=True)
    price = policy.layers[0].rules.value(UNIT_PRICE)
    assert price is not None
    for currency in ("EUR", "KWD"):
        assert assess(price, expected=Decimal(10), actual=Decimal("15.00"), currency=currency).within
        over = assess(price, expected=Decimal(10), actual=Decimal("15.01"), currency=currency)
        assert (over.within, over.limit) == (False, "5.00")
    assert policy.layers[0].rules.values["credit_exclusions"] == ("prepaid", "below:100.00 unstated", "below:90.00 USD")
    later = policy.layers[0].rules.value(INVOICE_TOTAL)
    assert later is not None
    assert later.state == "not_checked"
    assert is_former(text, WORDS)


@pytest.mark.parametrize(
    "rule",
    [
        whole_number("late_one", "x", unit="days", example="2", before=2),
        yes_no("late_one", "x", example="true", before=False),
        span("late_one", "x", example="2 bd", before=Clock(amount=2)),
        texts("late_one", "x", pattern="[a-z]+", example="[a]", before=()),
        choice("late_one", "x", choices=("none", "all"), before="all"),
    ],
    ids=lambda rule: rule.type,
)
def test_before_is_what_such_a_policy_says_of_a_rule_that_came_later_and_another_policy_says_nothing(rule):
    words = replace(WORDS, rules=(*WORDS.rules, rule))
    former = read_with(MONEY.replace(b"currency: EUR\n", b""), words, stored=True)
    assert former.layers[0].rules.value(rule) == rule.before
    assert read_with(MONEY, words, stored=True).layers[0].rules.value(rule) is None


def test_a_policy_in_force_that_states_its_currency_is_read_as_a_new_one():
    assert read_with(MONEY, WORDS, stored=True) == read_with(MONEY, WORDS)
    assert not is_former(MONEY, WORDS)
    assert read_with(MONEY, WORDS, stored=True).layers[0].rules.value(INVOICE_TOTAL) is None


def test_amounts_in_the_policy_of_a_scenario_are_in_euros_unless_it_says_otherwise():
    words = {"unit_price": {"upper": {"absolute": "5"}}}
    euros, yen = (read_layer(more | words, WORDS).rules.value(UNIT_PRICE) for more in ({}, {"currency": "JPY"}))
    assert euros is not None
    assert euros.upper.currency == "EUR"
    assert yen is not None
    assert yen.upper.currency == "JPY"
    with pytest.raises(Malformed, match="is measured"):
        read_layer({"quantity": {"upper": {"absolute": "5 EUR"}}}, WORDS)


def test_a_single_layer_is_read_for_scenarios():
    layer = read_layer({"quantity": {"upper": {"percent": "2"}}, "posting": "split"}, WORDS)
    assert layer.rules.value(POSTING) == "split"
    with pytest.raises(Malformed, match=r"quantity.upper.percent: 'x' is not a number") as caught:
        read_layer({"quantity": {"upper": {"percent": "x"}}}, WORDS)
    assert caught.value.where == "quantity.upper.percent"


def test_the_guide_shows_errors_as_they_are_and_names_every_rule():
    guide = (Path(__file__).parents[2] / "docs/guides/write-a-policy.md").read_text(encoding="utf-8")
    for rule in default_policy_text().decode().splitlines():
        name = rule.strip().partition(":")[0]
        if rule.startswith("    ") and name.isidentifier() and not rule.startswith("      "):
            assert f"`{name}`" in guide, name
