"""New ids of ours: UUIDv7, so that ids made together lie together, and in the order in which they were made."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID


def fresh_ids(at: datetime) -> Iterator[UUID]:
    """Endless new ids that sort in the order in which they are drawn; their time is `at`, to the millisecond."""
    count = int(at.timestamp() * 1000) << 12
    while True:
        random = int.from_bytes(os.urandom(8), "big") & 0x3FFF_FFFF_FFFF_FFFF
        yield UUID(int=(count >> 12) << 80 | 0x7 << 76 | (count & 0xFFF) << 64 | 0x2 << 62 | random)
        count += 1
