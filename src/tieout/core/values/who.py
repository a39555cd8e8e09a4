"""Who acts in this thread, for the log: the person of a request, or who typed a command."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Concatenate, Final, ParamSpec, TypeVar

from tieout.core.values.event import SYSTEM
from tieout.core.values.scope import Scope

P = ParamSpec("P")
R = TypeVar("R")
_acts: Final[ContextVar[Callable[[], str]]] = ContextVar("acts", default=lambda: SYSTEM)


def actor() -> str:
    """Who acts: the id of a user, `console:NAME`, or "system" where nobody does."""
    return _acts.get()()


@contextmanager
def acting(who: Callable[[], str]) -> Iterator[None]:
    """This thread acts for them while the block runs; it is asked who it is when something is written."""
    before = _acts.set(who)
    try:
        yield
    finally:
        _acts.reset(before)


def by_them(act: Callable[Concatenate[Scope, P], R]) -> Callable[Concatenate[Scope, P], R]:
    """The function, acting for the actor of its scope."""

    @wraps(act)
    def within(by: Scope, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with acting(lambda: by.actor):
            return act(by, *args, **kwargs)

    return within
