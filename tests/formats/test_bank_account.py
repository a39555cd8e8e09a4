"""A number counts as an IBAN if the country has them, the length fits and the check digits are right."""

from __future__ import annotations

import pytest

from tieout.formats.bank_account import grouped, is_iban


@pytest.mark.parametrize(
    ("number", "is_one"),
    [
        ("DE89370400440532013000", True),
        ("DE89370400440532013001", False),
        ("DE8937040044053201300", False),
        ("US12345678901234567890", False),
        ("0532013000", False),
        ("", False),
    ],
)
def test_only_an_iban_is_called_one(number: str, is_one: bool) -> None:
    assert is_iban(number) is is_one
    assert (" " in grouped(number)) is is_one
