"""The workers of a measured run: one process a core; each works through whole batches until nothing is left.

They are what `tieout work` starts, without the queue that wakes them.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from tieout.core.values.scope import Scope

if TYPE_CHECKING:
    from tieout.config.table import Settings
    from tieout.engine.plugged import Engine
    from tieout.store.actions import ActionJob

_LATER: Final[dict[ActionJob, timedelta]] = {"perform": timedelta(0), "look": timedelta(hours=1)}
"""An hour later the ERP has answered: the measurement does not wait for it."""


class Workers:
    """Several processes that do the same work at the same time."""

    def __init__(self, pools: list[ProcessPoolExecutor]) -> None:
        self._pools = pools

    def warm_up(self, scope: Scope) -> None:
        """All of them have booted and loaded the tenant's rules when this returns."""
        self._all(_warm_up, scope)

    def tie_out(self, scope: Scope) -> None:
        """All of them tie out until no claim is dirty."""
        self._all(_tie_out, scope)

    def post(self, scope: Scope, job: ActionJob) -> None:
        """All of them hand vouchers over ("perform"), or read what the ERP has answered ("look"), until none is left."""
        self._all(_post, scope, job)

    def _all(self, work: Callable[..., object], *given: object) -> None:
        for running in [pool.submit(work, *given) for pool in self._pools]:
            running.result()


@contextmanager
def workers(count: int | None = None) -> Iterator[Workers]:
    """`count` workers (default: one a core) on the database of this process; they end with the block."""
    context = multiprocessing.get_context("spawn")  # a fork would share our connection to the database
    with ExitStack() as stack:
        yield Workers(
            [
                stack.enter_context(ProcessPoolExecutor(1, mp_context=context, initializer=_begin))
                for _ in range(count or os.cpu_count() or 1)
            ]
        )


_until_the_end: Final = ExitStack()
_given: Final[list[tuple[Settings, Engine]]] = []


def _begin() -> None:
    """Boot and import what will be needed, as a long-running worker has done."""
    from tieout.config.boot import booted

    settings = _until_the_end.enter_context(booted(say=lambda _: None, migrate=False))

    import tieout.engine.outcomes
    import tieout.engine.perform
    import tieout.engine.tie_out  # noqa: F401
    from tieout import app
    from tieout.engine.pause import settled_in

    _given.append((settings, app.engine(settings)))
    settled_in()


def _warm_up(scope: Scope) -> None:
    from tieout.store import claims

    _, engine = _given[0]
    engine.rules.of(scope, engine.read_policy)
    claims.waiting(scope)


def _tie_out(scope: Scope) -> None:
    from tieout.engine.tie_out import tie_out

    _, engine = _given[0]
    while tie_out(engine, scope, at=datetime.now(UTC)):
        pass


def _post(scope: Scope, job: ActionJob) -> None:
    from tieout import app
    from tieout.engine.outcomes import ClaimsOfActions
    from tieout.engine.perform import perform

    settings, engine = _given[0]
    claims, owner = ClaimsOfActions(engine, scope), f"bench-{os.getpid()}"
    for target in app.targets(settings).values():
        while perform(scope, target, job, owner=owner, at=datetime.now(UTC) + _LATER[job], claims=claims):
            pass
