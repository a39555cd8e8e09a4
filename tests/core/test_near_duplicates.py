"""How numbers differ, and when two documents are alike enough for a person to look."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.core.values.money import Money
from tieout.trade.near_duplicates import Compared, compared, digit_forms, digits_of, near, numbers

DAY = date(2026, 3, 2)
EUR = Money(476_00, "EUR")
TRAITS = ("party/name/CONTOSO", "order/PO-1", "place/PO-1/10", "lines/aa")


@pytest.mark.parametrize(
    ("one", "other", "how"),
    [
        ("RE-2026-0815", "re 2026/0815", "same"),
        ("0815", "815", "same"),
        ("RE-2026-0815", "RE-2026-O815", "look_alike"),
        ("A1B8", "AIBB", "look_alike"),
        ("O815", "815", "look_alike"),
        ("RE-2026-0815", "RE-2026-0851", "swapped"),
        ("RE-2026-0815", "RE-2026-1805", "swapped"),
        ("RE-2026-0815", "RE-2026-815", "zeros"),
        ("RE-1005", "RE-105", "zeros"),
        ("RE-2", "RE-20", "other"),
        ("RE-815", "815", "affix"),
        ("815", "815-1", "affix"),
        ("815", "2026815", "affix"),
        ("RE-2026-0815", "INV 2026-0815", "affix"),
        ("RE-15", "AB-15", "other"),
        ("RE-815A", "RE-815B", "other"),  # two parts
        ("RE-815", "RE-815B", "affix"),
        ("RE-815A", "INV815A", "affix"),
        ("RE-2026-0815", "RE-2026-0816", "other"),
        ("15", "RE-15", "other"),  # two signs alone say nothing
        ("815", "X1234567815", "other"),  # more before it than a prefix has
        ("4711", "0815", "other"),
    ],
)
def test_how_numbers_differ(one: str, other: str, how: str) -> None:
    assert numbers(one, other) == how
    assert numbers(other, one) == how


@given(st.integers(min_value=10, max_value=10**9), st.data())
def test_a_misread_sign_keeps_the_digits_by_which_it_is_looked_up(number: int, data: st.DataObject) -> None:
    text = str(number)
    at = data.draw(st.integers(min_value=0, max_value=len(text) - 1))
    misread = f"{text[:at]}{text[at].translate(str.maketrans('01258', 'OIZSB'))}{text[at + 1 :]}"
    assert digits_of(misread) == digits_of(text) == digits_of(f"BILL-{text}")
    assert numbers(misread, text) in {"same", "look_alike"}


@given(st.integers(min_value=10, max_value=10**9), st.data())
def test_swapped_digits_and_lost_zeros_are_looked_up_under_one_key(number: int, data: st.DataObject) -> None:
    text = str(number)
    at = data.draw(st.integers(min_value=0, max_value=len(text) - 2))
    swapped = f"{text[:at]}{text[at + 1]}{text[at]}{text[at + 2 :]}"
    assert digits_of(swapped) == digits_of(text)
    assert digits_of(text.replace("0", "")) == digits_of(text)
    assert digits_of(f"RE-{text}") == digits_of(text)


def other(number: str, *, day: date | None = DAY, amount: Money = EUR, traits: tuple[str, ...] = TRAITS) -> Compared:
    return compared(number, day, amount, traits)


FIRST = other("RE-0815")


@pytest.mark.parametrize(
    ("second", "is_near"),
    [
        (other("RE-O815"), True),
        (other("RE-0851", day=DAY + timedelta(days=7)), True),
        (other("RE-0851", day=DAY + timedelta(days=8)), False),
        (other("RE-0851", day=DAY - timedelta(days=7)), True),
        (other("RE-0851", day=None), True),
        (other("RE-O815", day=date(2026, 2, 3)), True),  # the same day, day and month in the other order
        (other("RE-0851", day=date(2026, 2, 3)), False),
        (other("RE-0851", amount=Money(476_01, "EUR")), False),
        (other("RE-0851", amount=Money(476_00, "USD")), False),
        (other("RE-0851", traits=("party/name/CONTOSO", "order/PO-2")), False),
        (other("RE-0851", traits=(*TRAITS, "despatch/D-2")), True),  # the first names no delivery
        (other("RE-0851", traits=("party/name/CONTOSO", "place/PO-1/20")), False),
        (other("RE-0851", traits=("party/name/CONTOSO",)), True),
        (other("RE-0851", traits=("party/name/FABRIKAM", "lines/aa")), False),
        (other("RE-O815", traits=("party/name/FABRIKAM", "lines/aa")), True),
        (other("RE-O815", traits=("party/name/FABRIKAM",)), True),
        (other("RE-O815", traits=("party/name/FABRIKAM", "lines/bb")), False),
        (other("RE-O815", day=DAY + timedelta(days=1), traits=("party/name/FABRIKAM", "lines/aa")), False),
        (other("RE-0816"), False),  # the next of the series, for lines of an order
        (other("4711"), True),
        (other("4711", traits=(*TRAITS[:-1], "lines/bb")), False),
        (other("4711", day=DAY + timedelta(days=1)), False),
    ],
)
def test_what_is_alike_enough(second: Compared, is_near: bool) -> None:
    assert (near(FIRST, second) is not None) == is_near
    assert near(FIRST, second) == near(second, FIRST)


def test_the_next_of_a_series_without_an_order_is_looked_at() -> None:
    lines = ("party/name/CONTOSO", "lines/aa")
    assert near(other("RE-0815", traits=lines), other("RE-0816", traits=lines)) == "other"


@pytest.mark.parametrize("sort", ["company", "order", "place", "despatch", "receipt", "period", "contract", "site"])
def test_what_tells_two_documents_apart(sort: str) -> None:
    one = other("RE-0815", traits=("party/name/CONTOSO", f"{sort}/a", f"{sort}/b"))
    assert near(one, other("RE-O815", traits=("party/name/CONTOSO", f"{sort}/c"))) is None
    assert near(one, other("RE-O815", traits=("party/name/CONTOSO", f"{sort}/b", f"{sort}/c"))) == "look_alike"


def test_short_numbers_of_two_senders_say_nothing() -> None:
    traits = ("party/name/CONTOSO", "lines/aa")
    others = ("party/name/FABRIKAM", "lines/aa")
    assert near(other("E0815", traits=traits), other("E0815", traits=others)) is None
    assert near(other("RE0815", traits=traits), other("RE0815", traits=others)) == "same"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("RE-2026-1005", "RE-2026-IOO5"), ("4711", "4711-2"), ("RE-20261005", "RE-20261005/1"), ("4711", "4711 (2)"),
        ("4711", "2026/4711"), ("26-4711", "4711"), ("RE-2026-4711", "RE-4711"), ("4711-2", "4711"),
    ],
)  # fmt: skip
def test_what_is_put_around_a_number_and_words_of_digits_are_met_on_any_day(one: str, other: str) -> None:
    assert set(digit_forms(one)) & set(digit_forms(other))
    assert numbers(one, other) in {"affix", "look_alike"}


@pytest.mark.parametrize("number", ["RE-20261005", "BILL-77", "2026", "X", "", "4711-2026", "1/2/3/4"])
def test_forms_are_few_and_begin_with_the_number_s_own(number: str) -> None:
    forms = digit_forms(number)
    assert len(forms) <= 4
    assert not forms or forms[0] == digits_of(number)


@pytest.mark.parametrize(("one", "other"), [("RE-2026-100", "RE-2026-200"), ("100-1", "100-2"), ("2026-01", "2026-02")])
def test_the_next_of_a_series_is_another_number(one: str, other: str) -> None:
    assert numbers(one, other) == "other"
