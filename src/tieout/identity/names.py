"""Who an actor is, in words: pages show names, events keep ids."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from tieout.identity.models import User


def names_of(actors: Iterable[str]) -> dict[str, str]:
    """The names of those actors that are users, by actor; programs ("system") and unknown actors are left out."""
    ids = set()
    for actor in actors:
        try:
            ids.add(UUID(actor))
        except ValueError:
            continue
    return {str(user.pk): user.get_full_name() or user.get_username() for user in User.objects.filter(pk__in=ids)}
