"""What a run is made of: everything follows from a plan, and a failing plan can be made smaller, kept as a file and run again."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

from tieout.core.values.errors import Malformed
from tieout.scenario.draw import Draw

WEATHER: Final = ((0, 0, 0), (0, 40, 0), (20, 20, 20), (40, 60, 60), (10, 10, 200))
"""How often in ten thousand a statement fails, is slow, or the answer to a commit is lost."""
INVOICES: Final = 8
MANY: Final = 100
"""From so many invoices on files come in large batches, as from a system's nightly run, and some things are looked at in samples."""
_LATER: Final = "erases"
"""A field that plans kept by an earlier build lack."""
_BATCH: Final = 4
_BATCH_OF_MANY: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A seed, and what is taken away of what follows from it. `without` are the names of files that are not sent.

    `invoices`, `sales` and `bills` are the transactions of buying, of selling and of a billing run; of `batch` files at most are handed in
    together. `doors`: how many percent of the uploads and commands come by HTTP. `failing`, `slow` and `dead` are faults of the store in
    ten thousand calls; `ill`: external systems fail too; `erases`: somebody erases what is finished.
    """

    seed: int
    invoices: int = INVOICES
    sales: int = 0
    bills: int = 0
    batch: int = _BATCH
    doors: int = 0
    workers: int = 2
    people: int = 3
    failing: int = 0
    slow: int = 0
    dead: int = 0
    ill: bool = True
    erases: bool = False
    without: tuple[str, ...] = ()

    @property
    def calls_max(self) -> int:
        """More calls than any run of this size needs."""
        return 150_000 + 100 * (self.invoices + self.sales + self.bills)

    @property
    def is_large(self) -> bool:
        """Whether some things are looked at in samples."""
        return self.invoices + self.sales + self.bills >= MANY


def plan(seed: int, *, invoices: int = INVOICES) -> Plan:
    """The plan of a seed for so many transactions: which processes, how many work, how bad the weather is."""
    draw = Draw(seed, "plan")
    failing, slow, dead = draw.one_of(WEATHER)
    workers, people, ill = draw.between(2, 3), draw.between(0, 4), draw.chance(80)
    sales, bills = draw.one_of(((0, 0), (0, 0), (40, 0), (0, 40), (30, 20)))
    return Plan(
        seed=seed,
        invoices=invoices - invoices * sales // 100 - invoices * bills // 100,
        sales=invoices * sales // 100,
        bills=invoices * bills // 100,
        batch=_BATCH if invoices < MANY else _BATCH_OF_MANY,
        doors=draw.one_of((0, 0, 0, 60)) if invoices < MANY else draw.one_of((0, 10)),
        workers=workers,
        people=people,
        failing=failing,
        slow=slow,
        dead=dead,
        ill=ill,
        erases=Draw(seed, "erases").chance(
            40
        ),  # a draw of its own: the rest of a plan is as it was before there was this
    )


def written(of: Plan) -> bytes:
    """The plan as a file."""
    return json.dumps(asdict(of), indent=2).encode() + b"\n"


def read(content: bytes) -> Plan:
    """The plan in a file. Raises `Malformed`."""
    try:
        values: dict[str, Any] = json.loads(content)
        kept = {field.name: values[field.name] for field in fields(Plan) if field.name != _LATER or _LATER in values}
    except (ValueError, KeyError, TypeError) as error:
        raise Malformed("this is no plan of a simulation: {error}", error=error) from error
    return Plan(**{**kept, "without": tuple(kept["without"])})
