"""Look-up keys: under which names evidence is found."""

from __future__ import annotations


def is_by_name(key: str) -> bool:
    """Whether what is found under a duplicate key has no more than the supplier's name in common."""
    return key.startswith("duplicate/") and key.split("/", 3)[2] == "name"


def is_likeness(key: str) -> bool:
    """Whether what is found under a key is met as a look-alike of the claim; under all other keys papers are evidence."""
    return key.startswith("duplicate/")


_LEDGERS = ("sales-order/", "subscription/", "issued/")


def ledger_key(name: str) -> str:
    """The key of what is used up: purchase orders go by their bare number in allocations, other ledgers by their key."""
    return name if name.startswith(_LEDGERS) else f"order/{name.strip()}"


def is_watched(name: str) -> bool:
    """Whether some claims want to know when more of a ledger is used up, and not only when less is."""
    return name.startswith(_LEDGERS)


def billed_key(ledger: str) -> str:
    """What is told whenever a claim uses more or less of a ledger ("sales-order/4711"): for claims that watch what is billed."""
    return f"billed/{ledger}"


def freed_keys(ledger: str) -> tuple[str, ...]:
    """The keys whose watchers are told that others may have more of a ledger now."""
    return (ledger_key(ledger),)


def moved_keys(ledger: str) -> tuple[str, ...]:
    """The keys whose watchers are told that a claim uses more or less of a ledger that is watched."""
    return (billed_key(ledger),)
