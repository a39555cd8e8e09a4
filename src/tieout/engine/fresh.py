"""New ids of ours: UUIDv7, so that ids made together lie together, and in the order in which they were made."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final
from uuid import UUID

Random = Callable[[int], bytes]
"""So many random bytes."""
_random: Final[list[Random]] = [os.urandom]


def fresh_ids(at: datetime) -> Iterator[UUID]:
    """Endless new ids that sort in the order in which they are drawn; their time is `at`, to the millisecond."""
    count = int(at.timestamp() * 1000) << 12
    while True:
        random = int.from_bytes(_random[-1](8), "big") & 0x3FFF_FFFF_FFFF_FFFF
        yield UUID(int=(count >> 12) << 80 | 0x7 << 76 | (count & 0xFFF) << 64 | 0x2 << 62 | random)
        count += 1


@contextmanager
def drawn_from(random: Random) -> Iterator[None]:
    """The ids of this process are drawn from this source while the block runs, so that a simulation can be repeated."""
    _random.append(random)
    try:
        yield
    finally:
        _random.pop()
