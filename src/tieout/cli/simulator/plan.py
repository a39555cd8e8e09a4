"""What a run is made of: everything follows from a plan, and a failing plan can be made smaller, kept as a file and run again."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

from tieout.core.values.errors import Malformed
from tieout.scenario.draw import Draw

CALLS_MAX: Final = 150_000
WEATHER: Final = ((0, 0, 0), (0, 40, 0), (20, 20, 20), (40, 60, 60), (10, 10, 200))
"""How often in ten thousand a statement fails, is slow, or the answer to a commit is lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A seed, and what is taken away of what follows from it. `without` are the names of files that are not sent.

    `failing`, `slow` and `dead` are faults of the store in ten thousand calls; `ill`: external systems fail too.
    """

    seed: int
    invoices: int = 8
    workers: int = 2
    people: int = 3
    failing: int = 0
    slow: int = 0
    dead: int = 0
    ill: bool = True
    without: tuple[str, ...] = ()


def plan(seed: int, *, invoices: int = 8) -> Plan:
    """The plan of a seed: how many work, and how bad the weather is."""
    draw = Draw(seed, "plan")
    failing, slow, dead = draw.one_of(WEATHER)
    return Plan(
        seed=seed,
        invoices=invoices,
        workers=draw.between(2, 3),
        people=draw.between(0, 4),
        failing=failing,
        slow=slow,
        dead=dead,
        ill=draw.chance(80),
    )


def written(of: Plan) -> bytes:
    """The plan as a file."""
    return json.dumps(asdict(of), indent=2).encode() + b"\n"


def read(content: bytes) -> Plan:
    """The plan in a file. Raises `Malformed`."""
    try:
        values: dict[str, Any] = json.loads(content)
        kept = {field.name: values[field.name] for field in fields(Plan)}
    except (ValueError, KeyError, TypeError) as error:
        raise Malformed("this is no plan of a simulation: {error}", error=error) from error
    return Plan(**{**kept, "without": tuple(kept["without"])})
