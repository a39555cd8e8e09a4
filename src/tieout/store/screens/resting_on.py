"""Which claims rest on a document that a person names by its number: an order, a delivery, a contract, or
another party's own number. Read from the keys that their last tie-out asked for, so that it costs one look-up in an index."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef

from tieout.core.values.party import normal_reference
from tieout.core.values.scope import Scope
from tieout.store.models import Watch
from tieout.store.watches import short


def resting_on(scope: Scope, number: str, sorts: Iterable[str], *, claim: str) -> Exists:
    """Whether the claim whose id is in the column `claim` was tied out against a document of this number, written as people write it.

    `sorts` are the sorts of key that hold a number and nothing else, as the packs name them.
    """
    spellings = {number.strip(), number.strip().upper(), normal_reference(number)}
    keys = [short(scope.tenant, f"{sort}/{spelling}") for sort in sorts for spelling in sorted(spellings) if spelling]
    return Exists(Watch.objects.filter(tenant=scope.tenant, claim=OuterRef(claim), key__in=keys))
