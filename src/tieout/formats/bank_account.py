"""Bank accounts as files write them: what is an IBAN, and how it is displayed."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=4096)
def is_iban(number: str) -> bool:
    """Whether this is an IBAN: a country that has them, its length, its check digits."""
    from schwifty import IBAN

    return bool(IBAN(number, allow_invalid=True).is_valid)


def grouped(number: str) -> str:
    """An IBAN in groups of four, another number as it is."""
    if not is_iban(number):
        return number
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))
