"""Making a failing plan smaller: fewer files, people, workers and faults, as long as the same thing is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from tieout.cli.simulator.company import made
from tieout.cli.simulator.plan import Plan
from tieout.cli.simulator.play import Played

_TRIES_MAX: Final = 120
_LESS: Final[tuple[dict[str, Any], ...]] = (
    {"people": 0},
    {"erases": False},
    {"failing": 0, "slow": 0, "dead": 0},
    {"ill": False},
    {"workers": 1},
    {"people": 1},
    {"failing": 0},
    {"slow": 0},
    {"dead": 0},
    {"workers": 2},
)


@dataclass(slots=True)
class _Search:
    """The smallest failing run so far, and how many runs may still be tried."""

    best: Played
    play: Callable[[Plan], Played]
    left: int

    def fails(self, smaller: Plan) -> bool:
        """Whether the same is wrong with a smaller plan; it is the best then."""
        if self.left <= 0 or smaller == self.best.plan:
            return False
        self.left -= 1
        played = self.play(smaller)
        if played.codes.isdisjoint(self.best.codes):
            return False
        self.best = played
        return True


def shrunk(failed: Played, play: Callable[[Plan], Played], *, tries: int = _TRIES_MAX) -> Played:
    """The smallest run of so many that were tried in which the same is wrong. `play` runs a plan in an empty database."""
    search = _Search(failed, play, tries)
    for less in _LESS:
        search.fails(replace(search.best.plan, **less))
    for names in _deals(search.best.plan):
        search.fails(_without(search.best.plan, names))
    size = max(1, len(_names(search.best.plan)) // 2)
    while True:
        without_any = [search.fails(_without(search.best.plan, names)) for names in _parts(search.best.plan, size)]
        if size == 1 and not any(without_any):
            return search.best
        if search.left <= 0:
            return search.best
        size = max(1, size // 2) if not any(without_any) or size > 1 else 1


def _names(plan: Plan) -> list[str]:
    """The names of the files that are sent in a plan."""
    return list(dict.fromkeys(letter.name for letter in made(plan).letters))


def _deals(plan: Plan) -> list[list[str]]:
    """The files of each deal, those of the master data, and those that no format reads."""
    names = _names(plan)
    deals = sorted({name.partition("-")[0] for name in names})
    return [[name for name in names if name.partition("-")[0] == deal] for deal in deals]


def _parts(plan: Plan, size: int) -> Iterator[list[str]]:
    names = _names(plan)
    return (names[start : start + size] for start in range(0, len(names), size))


def _without(plan: Plan, names: list[str]) -> Plan:
    return replace(plan, without=tuple(sorted({*plan.without, *names})))
