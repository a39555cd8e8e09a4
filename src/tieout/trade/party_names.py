"""Under which names a party is looked up: one for each of its identifiers, and its bare name."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from tieout.core.values.party import Identifier, Party, normal_id, normal_name
from tieout.trade.identifiers import comparable


def party_names(party: Party) -> Iterator[str]:
    """One name for each identifier of a party ("vat/DE123"), a second where it has a form for comparison, and its bare name."""
    for identifier in party.identifiers:
        yield from _names_of(identifier.scheme, identifier.value, party.country)
    if party.name.strip():
        yield f"name/{normal_name(party.name)}"


@lru_cache(maxsize=16384)
def identifier_names(identifiers: tuple[Identifier, ...]) -> frozenset[str]:
    """The names of identifiers alone, wherever their party is."""
    return frozenset(name for one in identifiers for name in _names_of(one.scheme, one.value, ""))


@lru_cache(maxsize=16384)
def _names_of(scheme: str, value: str, country: str) -> tuple[str, ...]:
    if not value.strip():
        return ()
    kind = scheme.lower() or "id"
    return tuple(f"{kind}/{form}" for form in dict.fromkeys((normal_id(value), comparable(scheme, value, country))))
