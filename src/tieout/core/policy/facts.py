"""Facts: what a policy's layers are told apart by, and how specific a layer is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a layer's scope is laid against; "" where unknown. `process` is the pack's name."""

    tenant: str = ""
    entity: str = ""
    site: str = ""
    supplier: str = ""
    category: str = ""
    process: str = ""
    customer: str = ""


# How much a named fact weighs: the most specific layer speaks last. Partner and category outweigh place, place the process.
_WEIGHT: Final = {
    "process": 1, "tenant": 2, "entity": 4, "site": 8, "category": 16, "supplier": 32, "customer": 32,
}  # fmt: skip


def applies(when: Facts, facts: Facts) -> bool:
    """Whether these facts are those that a layer is for."""
    return all(not (asked := getattr(when, name)) or asked == getattr(facts, name) for name in _WEIGHT)


def specificity(when: Facts) -> int:
    """How specific a scope is: the more specific layer speaks last."""
    return sum(weight for name, weight in _WEIGHT.items() if getattr(when, name))
