"""How much is looked at: a spread sample in `make test`, everything in `make soak`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, TypeVar

T = TypeVar("T")
SOAKING: Final = os.environ.get("HYPOTHESIS_PROFILE") == "soak"


def spread(items: Iterable[T], *, one_of: int) -> Iterator[T]:
    """Every `one_of`-th, beginning with the first; all of them in `make soak`."""
    return islice(iter(items), 0, None, 1 if SOAKING else one_of)
