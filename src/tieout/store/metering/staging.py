"""The stage: events of one feed on their way into the tables, in a temporary table of this session that is filled by COPY."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from struct import Struct
from typing import Final

from tieout.core.values.scope import Scope
from tieout.store.link import copy_bytes, execute

_BEGIN: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_END: Final = b"\xff\xff"
_ABSENT: Final = b"\xff\xff\xff\xff"
_HOUR: Final = 3_600_000_000
_YEAR_2000: Final = 946_684_800_000_000
"""PostgreSQL counts microseconds from 2000, Tieout from 1970."""


Staged = tuple[int, bytes, int, str, bytes, int]
"""An event: microseconds since 1970, its key, its series, its quantity as it is written, the key of the event that it corrects (b"": none),
and its place where it comes from."""


def stage(scope: Scope, events: Iterable[Staged]) -> None:
    """Put events of one feed on this session's stage, numbered from 0 in the order in which they come; each key once."""
    execute(
        scope,
        """
        create temp table if not exists stage_usage (
            series int8, occurred_at timestamptz, hour int4, position int4, quantity text, key bytea, corrects bytea
        ) on commit delete rows
        """,
    )
    execute(scope, "truncate pg_temp.stage_usage")
    copy_bytes(scope, "copy pg_temp.stage_usage from stdin (format binary)", _rows(events))


def _rows(events: Iterable[Staged]) -> bytes:
    rows = [_BEGIN]
    for position, (instant, key, series, written, corrects, _) in enumerate(events):
        quantity = written.encode()
        row = _packer(len(quantity), len(key))(
            7, 8, series, 8, instant - _YEAR_2000, 4, instant // _HOUR, 4, position, len(quantity), quantity, len(key), key
        )  # fmt: skip
        rows.append(row + (len(corrects).to_bytes(4, "big") + corrects if corrects else _ABSENT))
    rows.append(_END)
    return b"".join(rows)


@cache
def _packer(quantity: int, key: int) -> Callable[..., bytes]:
    """How a row's first six columns are written, each after its length, where two of them have so many bytes."""
    return Struct(f"!hiqiqiiiii{quantity}si{key}s").pack
