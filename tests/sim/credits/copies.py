"""How the number of a document that comes again is written or read otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from tieout.scenario.draw import Draw
from tieout.scenario.simulation import ONLY


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """The number of a copy and where it comes from. `may_be_later`: it may bear another day of the same week."""

    number: str
    source: str = ONLY
    may_be_later: bool = True


Way = Callable[[str], str]


def _swapped(number: str) -> str:
    """The last two different signs beside one another have changed places."""
    for at in range(len(number) - 1, 1, -1):
        if number[at] != number[at - 1] and number[at - 1].isdigit():
            return number[: at - 1] + number[at] + number[at - 1] + number[at + 1 :]
    return number


OF_OURS: Final[Mapping[str, Way]] = {
    "blanks": lambda number: f" {number.lower()}",
    "hyphen": lambda number: f"{number[:3]}-{number[3:]}",
    "other system": lambda number: number,
}
OF_A_SUPPLIER: Final[Mapping[str, Way]] = {
    **OF_OURS,
    "O for 0": lambda number: number.replace("0", "O", 1),
    "I for 1": lambda number: number.replace("1", "I", 1),
    "swapped": _swapped,
    "lost zero": lambda number: number.replace("0", "", 1),
    "prefix": lambda number: f"RE-{number}",
    "suffix": lambda number: f"{number}-2A",
    "other number": lambda number: f"Q/{number[::-1]}",
}


def written(number: str, draw: Draw, ways: Mapping[str, Way]) -> Copied:
    """One way to write it that changes it, or sends it from another system."""
    names = [name for name, way in ways.items() if name == "other system" or way(number) != number]
    name = names[draw.below(len(names))]
    source = "mail" if name == "other system" else ONLY
    return Copied(number=ways[name](number), source=source, may_be_later=name != "other number")
