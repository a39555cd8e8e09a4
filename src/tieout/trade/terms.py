"""Payment terms as people write them, read into numbers where they can be: "2/10 net 30", "30 days", "NET45"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final

_DISCOUNT: Final = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:%\s*)?/\s*(\d{1,3})\b")
_NET: Final = re.compile(r"(?:net|n)\s*/?\s*(\d{1,3})\b|\b(\d{1,3})\s*(?:days?|tage|jours|d)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """`discount_percent` if paid within `discount_days`; in full within `net_days`. None where nothing is stated."""

    net_days: int | None
    discount_percent: Decimal | None = None
    discount_days: int | None = None


@lru_cache(maxsize=1024)
def terms_of(text: str) -> Terms | None:
    """The terms that a text states; None if it states none that can be read for certain."""
    discount = _DISCOUNT.search(text)
    rest = text[: discount.start()] + text[discount.end() :] if discount else text
    nets = [first or second for first, second in _NET.findall(rest)]
    if len(nets) > 1 or (not nets and not discount):
        return None
    return Terms(
        net_days=int(nets[0]) if nets else None,
        discount_percent=Decimal(discount[1].replace(",", ".")) if discount else None,
        discount_days=int(discount[2]) if discount else None,
    )
