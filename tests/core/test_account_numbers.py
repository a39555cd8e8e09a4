"""IBANs within text: masked however they are written, and nothing else is."""

from __future__ import annotations

import pytest

from tieout.core.values.account_numbers import accounts_masked

TEXTS = [
    ("pay to DE89370400440532013000.", "pay to DE…3000."),
    ("pay to DE89 3704 0044 0532 0130 00 PLEASE", "pay to DE…3000 PLEASE"),
    ("de89-3704-0044-0532-0130-00", "DE…3000"),
    ("two: NL02ABNA0123456789, GB82 WEST 1234 5698 7654 32", "two: NL…6789, GB…5432"),
    ("DE89370400440532013001 is no IBAN", "DE89370400440532013001 is no IBAN"),
    ("order DE12 of 2026-03-02, 12,000.00 EUR", "order DE12 of 2026-03-02, 12,000.00 EUR"),
    ("DE89370400440532013000" * 2, "DE…3000" * 2),
    ("", ""),
]


@pytest.mark.parametrize(("text", "shown"), TEXTS)
def test_an_account_is_shown_by_its_ends(text: str, shown: str) -> None:
    assert accounts_masked(text) == shown
