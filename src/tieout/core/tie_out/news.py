"""What others have to know of a change: who dies, comes to life, is released, uses more or less of a ledger. Told in one way.

The engine tells it by signals, scenarios in memory by a set of claims to be tied out; what is told is said here, and only here.
Nothing here depends on what keys and ledgers are: they are values that can be compared.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar

L = TypeVar("L", bound=Hashable)
L_co = TypeVar("L_co", bound=Hashable, covariant=True)
K = TypeVar("K", bound=Hashable)
U = TypeVar("U")

DEAD: Final = frozenset({"rejected", "superseded"})
"""Claims in these states use up nothing, and nothing is a duplicate of them."""
RELEASED: Final = frozenset({"clear", "posting", "part_posted", "posted"})
"""Claims in these states are on their way to the books, or there: what they take back is taken back."""


class Use(Hashable, Protocol[L_co]):
    """What a claim uses up of one line of a ledger. Two that are equal are the same use."""

    @property
    def ledger_key(self) -> L_co:
        """The ledger of which it is used."""
        ...

    @property
    def gives_back(self) -> bool:
        """Whether the ledger has more by it, as by a credit."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class News(Generic[L]):
    """What changed with one claim. `freed`: ledgers of which others may have more now; `moved`: those of which it uses more
    or less than before. `turned`: it died or came to life. `released`: it was released, or is not any more.
    """

    freed: frozenset[L] = frozenset()
    moved: frozenset[L] = frozenset()
    turned: bool = False
    released: bool = False

    def __bool__(self) -> bool:
        """Whether anybody has to know."""
        return bool(self.freed or self.moved or self.turned or self.released)


def news_of(
    before: Iterable[Use[L]], after: Iterable[Use[L]], *, was: str, now: str, is_watched: Callable[[L], bool]
) -> News[L]:
    """The news of a claim that used this and stood like that (`was`, `now`: states), and now uses and stands otherwise.

    `is_watched`: whether some claims want to know when more of a ledger is used up, and not only when less is.
    """
    had, has = frozenset(before), frozenset(after)
    gone, come = had - has, has - had
    return News(
        freed=frozenset({use.ledger_key for use in gone} | {use.ledger_key for use in come if use.gives_back}),
        moved=frozenset(use.ledger_key for use in gone | come if is_watched(use.ledger_key)),
        turned=(was in DEAD) != (now in DEAD),
        released=(was in RELEASED) != (now in RELEASED),
    )


def keys_of_ledgers(
    news: News[L], *, freed: Callable[[L], Iterable[K]], moved: Callable[[L], Iterable[K]]
) -> frozenset[K]:
    """The keys whose watchers are told what a claim uses, by what is watched of a ledger that was freed, or moved."""
    told = {key for ledger in news.freed for key in freed(ledger)}
    return frozenset(told.union(key for ledger in news.moved for key in moved(ledger)))


def keys_of_claim(
    news: News[L], published: Iterable[K], *, is_likeness: Callable[[K], bool], is_shared: Callable[[K], bool]
) -> frozenset[K]:
    """Of the keys under which the claim's document is found, those under which it means something else now.

    All where it died or came to life. Where it was released, or not any more, the keys of look-alikes: those that it shares
    with another (`is_shared`), and those of others' numbers, under which it stands as a credit note stands under that of what it credits.
    """
    if news.turned:
        return frozenset(published)
    if news.released:
        return frozenset(key for key in published if is_likeness(key) and is_shared(key))
    return frozenset()


def used_up(allocations: tuple[U, ...], *, state: str, posted: bool) -> tuple[U, ...]:
    """What a claim in this state uses up of what its verdict allocates: nothing if it is dead and no part of it was posted."""
    return () if state in DEAD and not posted else allocations
