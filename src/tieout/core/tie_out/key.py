"""What look-up keys mean to the kernel: which find look-alikes, and which name quantity ledgers that claims use up."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from tieout.core.values.key import ANY, Key

DUPLICATE: Final = "duplicate"
"""What is found under such a key bears the claim's own number."""
NEAR: Final = "near-duplicate"
"""What is found under such a key has something else in common with the claim: an amount and a day, or the digits of a number."""
AGAIN: Final = "again/"
"""Before the id of a claim: a signal that this one is to be tied out again, whatever it watches."""
NEAR_TAKEN_BACK: Final = "near-taken-back"
"""Where that is found which takes back in full something that has as much in common with the claim."""


def is_by_name(key: Key) -> bool:
    """Whether what is found under a duplicate key has no more than the other side's name in common."""
    return key.kind == DUPLICATE and key.number.split("/", 2)[1] == "name"


_LIKENESSES: Final = frozenset({DUPLICATE, NEAR, NEAR_TAKEN_BACK})


def is_likeness(key: Key) -> bool:
    """Whether what is found under a key is a look-alike of the claim; under all other keys documents are evidence."""
    return key.kind in _LIKENESSES


def likenesses(keys: Iterable[Key]) -> tuple[Key, ...]:
    """Those of keys under which look-alikes are found, in their order."""
    return tuple([key for key in keys if key.kind in _LIKENESSES])


def is_near(key: Key) -> bool:
    """Whether what is found under a key may bear another number than the claim."""
    return key.kind in {NEAR, NEAR_TAKEN_BACK}


def is_news(key: str) -> bool:
    """Whether a document that arrives is news to those who look under a bare key of it: a near duplicate that comes later is none.

    One that is recorded later than others that came after it is found out when it is tied out: see `engine.judge`.
    """
    return not key.startswith(f"{NEAR}/")


def makes_room(key: Key) -> bool:
    """Whether a claim that is released may make room for what watches a key: a near duplicate never does, what takes it back may."""
    return key.kind in {DUPLICATE, NEAR_TAKEN_BACK}


_WATCHED: Final = frozenset({"order", "sales-order", "subscription", "issued", "receivable", "advance"})
_PARTS: Final = {"receivable-month": "receivable"}
"""Ledgers that are kept in parts, so that few rows are read at a time ("receivable-month/70001/2026-03"), and of what they are parts."""
_FORMERLY_BY_KEY: Final = _WATCHED - {"order"}


def is_watched(ledger: Key) -> bool:
    """Whether some claims depend on more of a ledger being used up, and not only on less."""
    return ledger.kind in _WATCHED


def same_ledger(one: Key, other: Key) -> bool:
    """Whether what is used up of the one is used up of the other.

    What was written before ledgers had a book counts against every company's ledger of that number: better twice than never.
    So does what was written while only one source system was known to use the number.
    """
    same = one.kind == other.kind and one.number == other.number and one.meets(other.book)
    return same and (one.system == other.system or not one.system or not other.system)


def former_ledger(name: str) -> Key:
    """The ledger that a text of the previous release names: purchase orders went by their bare number, others by their key."""
    kind, slash, number = name.partition("/")
    return Key(ANY, kind, number) if slash and kind in _FORMERLY_BY_KEY else Key(ANY, "order", name.strip())


def billed_key(ledger: Key) -> Key:
    """The key to notify whenever a claim uses more or less of a ledger ("sales-order/4711"): for claims that watch what is billed."""
    return Key(ledger.book, "billed", f"{ledger.kind}/{ledger.number}")


def part_of(ledger: Key, name: str) -> Key:
    """A part of a ledger that is kept in parts, by the part's name ("2026-03")."""
    kind = next(part for part, whole in _PARTS.items() if whole == ledger.kind)
    return Key(ledger.book, kind, f"{ledger.number}/{name}")


def is_part_of(part: Key, whole: Key) -> bool:
    """Whether a ledger is a part of another that is kept in parts, in a book that the other is about."""
    mine = _PARTS.get(part.kind) == whole.kind and part.number.rpartition("/")[0] == whole.number
    return mine and whole.meets(part.book)


def dated(ledger: Key, line: str) -> tuple[Key, str, datetime] | None:
    """Of a use of a ledger that is kept in parts by instant: the whole ledger, its line without the instant, and the instant. None for
    a use of any other."""
    if ledger.kind not in _PARTS:
        return None
    instant, _, rest = line.partition(" ")
    return (
        Key(ledger.book, _PARTS[ledger.kind], ledger.number.rpartition("/")[0]),
        rest,
        datetime.fromisoformat(instant),
    )


def freed_keys(ledger: Key) -> tuple[str, ...]:
    """The watched keys to notify when others may have more of a ledger now: every book's of that number; of a part, the whole's."""
    if ledger.kind in _PARTS:
        return (Key(ledger.book, _PARTS[ledger.kind], ledger.number.rpartition("/")[0]).bare,)
    return (ledger.bare,)


def moved_keys(ledger: Key) -> tuple[str, ...]:
    """The watched keys to notify when a claim uses more or less of a ledger that is watched."""
    return (billed_key(ledger).bare,)
