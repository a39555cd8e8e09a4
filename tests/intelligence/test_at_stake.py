"""What is at stake of one claim in several cases counts at most once to what the claim asks for."""

from __future__ import annotations

import pytest

from tests.intelligence.made import AT, about, case
from tieout.core.claim.at_stake import of_one_claim
from tieout.core.values.money import Money
from tieout.intelligence.ageing import ageing, at_stake


@pytest.mark.parametrize(
    ("stakes", "asked", "together"),
    [
        ([100], 119, 100), ([60, 59], 119, 119), ([60, 60], 119, 119), ([119, 119, 119], 119, 119), ([60, 60], None, 120),
        ([200], 119, 200), ([200, 50], 119, 200), ([], 119, 0), ([50, 60], -119, 110), ([119, 119], -119, 119), ([5, 5], 0, 5),
    ],
)  # fmt: skip
def test_never_more_than_the_claim_asks_for(stakes: list[int], asked: int | None, together: int) -> None:
    assert of_one_claim(stakes, asked) == together


def _euros(amount: int) -> Money:
    return Money.of(amount, "EUR")


def test_cases_of_one_claim_and_of_several() -> None:
    one = [
        case("AP-PRC-OVER", AT, claim="a", at_stake=_euros(700)),
        case("AP-TERMS", AT, claim="a", at_stake=_euros(1000)),
    ]
    other = [
        case("AP-PRC-OVER", AT, claim="b", at_stake=_euros(700)),
        case("AP-PRC-OVER", AT, claim="b", at_stake=_euros(700)),
    ]
    assert at_stake(one) == (_euros(1000),)
    assert at_stake([*one, *other]) == (_euros(2000),)
    price, terms = ageing([*one, *other], at=AT)
    assert (price.code, price.at_stake, sum(price.counts)) == ("AP-PRC-OVER", (_euros(1700),), 3)
    assert terms.at_stake == (_euros(1000),)


def test_a_claim_of_unknown_amount_and_currencies_of_their_own() -> None:
    unknown = about(amount=None)
    twice = [case("BIL-LEAK", AT, claim="a", of=unknown, at_stake=_euros(7)) for _ in range(2)]
    dollars = case("AP-TERMS", AT, claim="b", at_stake=Money.of(5, "USD"))
    assert at_stake([*twice, dollars, case("AP-TERMS", AT, claim="c")]) == (_euros(14), Money.of(5, "USD"))
