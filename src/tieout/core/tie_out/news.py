"""What a change of one claim means for others: it is rejected, revived or released, or uses more or less of a ledger.

The engine notifies them by signals, scenarios in memory by a set of claims to be tied out; what they are notified of is decided
here alone. Nothing here depends on what keys and ledgers are: they are values that can be compared.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Generic, Protocol, TypeVar

from tieout.core.values.made import made_often

L = TypeVar("L", bound=Hashable)
L_co = TypeVar("L_co", bound=Hashable, covariant=True)
K = TypeVar("K", bound=Hashable)
U = TypeVar("U")
U_ = TypeVar("U_", bound="Use[Any]")

DEAD: Final = frozenset({"rejected", "superseded"})
"""Claims in these states use up nothing, and nothing is a duplicate of them."""
RELEASED: Final = frozenset({"clear", "posting", "part_posted", "posted"})
"""Claims in these states are on their way to the ledger, or in it: what they reverse is reversed."""
_POSTED: Final = frozenset({"part_posted", "posted"}) | DEAD


def is_posted(state: str) -> bool:
    """Whether a claim in this state is posted, or a part of it: what it gives back is not taken away again. A dead one that gives
    back anything is."""
    return state in _POSTED


class Use(Hashable, Protocol[L_co]):
    """What a claim uses up of one line of a ledger. Equal ones are the same use."""

    @property
    def ledger_key(self) -> L_co:
        """The ledger of which it is used."""
        ...

    @property
    def gives_back(self) -> bool:
        """Whether the ledger has more by it, as by a credit."""
        ...

    @property
    def dated(self) -> tuple[Hashable, datetime] | None:
        """Where it is kept under an instant: the use without it, and the instant."""
        ...


@made_often
@dataclass(frozen=True, slots=True, kw_only=True)
class News(Generic[L]):
    """What changed with one claim. `freed`: ledgers of which others may have more now; `moved`: those of which it uses more
    or less than before. `turned`: it was rejected or superseded, or revived. `released`: it was released, or is not any more; or
    it takes something back, and was posted.
    """

    freed: frozenset[L] = frozenset()
    moved: frozenset[L] = frozenset()
    turned: bool = False
    released: bool = False

    def __bool__(self) -> bool:
        """Whether anybody has to be notified."""
        return bool(self.freed or self.moved or self.turned or self.released)


def news_of(
    before: Iterable[Use[L]],
    after: Iterable[Use[L]],
    *,
    was: str,
    now: str,
    is_watched: Callable[[L], bool],
    takes_back: bool = False,
) -> News[L]:
    """What changed with a claim, by what it used `before` and uses `after`, and by its states (`was`, `now`).

    What it gives back is news once more when it is posted. `is_watched`: whether some claims depend on more of a ledger being used
    up, and not only on less. `takes_back`: its document takes back what another one asked for.

    A use that is the same under a later instant is none: two claims that wait to be posted, and are dated by when they were last
    tied out, would notify one another for as long as they wait.
    """
    had, has = frozenset(before), frozenset(after)
    gone, come = _without_later(had - has, has - had)
    posted = is_posted(was) != is_posted(now)
    if posted:
        come |= {use for use in has if use.gives_back}
    return News(
        freed=frozenset({use.ledger_key for use in gone} | {use.ledger_key for use in come if use.gives_back}),
        moved=frozenset(use.ledger_key for use in gone | come if is_watched(use.ledger_key)),
        turned=(was in DEAD) != (now in DEAD),
        released=(was in RELEASED) != (now in RELEASED) or (takes_back and posted),
    )


def _without_later(gone: frozenset[U_], come: frozenset[U_]) -> tuple[frozenset[U_], frozenset[U_]]:
    """These uses, without those that stand on both sides and are dated later on the second."""
    instants = {use.dated[0]: (use.dated[1], use) for use in gone if use.dated is not None}
    if not instants:
        return gone, come
    left, entered = set(gone), set(come)
    for use in come:
        if use.dated is not None and use.dated[0] in instants:
            instant, before = instants[use.dated[0]]
            if use.dated[1] >= instant:
                left.discard(before)
                entered.discard(use)
    return frozenset(left), frozenset(entered)


def keys_of_ledgers(
    news: News[L], *, freed: Callable[[L], Iterable[K]], moved: Callable[[L], Iterable[K]]
) -> frozenset[K]:
    """The keys whose watchers are notified of what a claim uses: those of the ledgers that were freed, or moved."""
    keys = {key for ledger in news.freed for key in freed(ledger)}
    return frozenset(keys.union(key for ledger in news.moved for key in moved(ledger)))


def keys_of_claim(
    news: News[L], published: Iterable[K], *, makes_room: Callable[[K], bool], is_shared: Callable[[K], bool]
) -> frozenset[K]:
    """Of the keys under which the claim's document is found, those whose watchers have to be notified.

    All where it was rejected or superseded, or revived. Where it was released, or is not any more, the keys under which
    it may make room for another claim (`makes_room`) that shares them (`is_shared`), as a credit note shares the number of what it credits.
    """
    if news.turned:
        return frozenset(published)
    if news.released:
        return frozenset(key for key in published if makes_room(key) and is_shared(key))
    return frozenset()


def used_up(allocations: tuple[U, ...], *, state: str, posted: bool) -> tuple[U, ...]:
    """What a claim in this state uses up of what its verdict allocates: nothing if it is dead and no part of it was posted."""
    return () if state in DEAD and not posted else allocations
