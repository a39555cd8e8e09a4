"""How many invoices that came twice are recognised, and how many others are taken for one: by pattern, in memory."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from tieout.wording.catalogue import text

if TYPE_CHECKING:
    from tieout.scenario.sample_duplicates import Recognised

CODES = frozenset({"AP-DUP-CERT", "AP-DUP-SUSP"})


def measure_duplicates(seed: int, count: int, *, lines: int, at: datetime) -> tuple[Recognised, ...]:
    """The figures of `count` pairs from a seed, each received first and second, under the shipped policy."""
    from tieout.app import default_policy, pack_named
    from tieout.core.policy.policy import PolicySet
    from tieout.scenario.sample_duplicates import measured, sample
    from tieout.scenario.simulation import Simulation

    pairs = sample(seed, count, on=at.date(), lines=lines)
    simulation = Simulation((pack_named("payables"),), PolicySet(policies=(default_policy(),)), at=at)
    for document in pairs.evidence:
        simulation.receive(document)
    flagged: dict[str, bool] = {}
    for pair in pairs.pairs:
        simulation.receive(pair.first)
        simulation.receive(pair.second)
        last = simulation.claims[f"scenario/invoice/{pair.second.number}"].last
        assert last is not None, "every invoice is judged"
        flagged[pair.second.number] = any(finding.code in CODES for finding in last.verdict.findings)
    return tuple(measured(pairs, lambda pair: flagged[pair.second.number]))


def as_json(figures: tuple[Recognised, ...]) -> dict[str, Any]:
    """The figures as one JSON object; parts are texts with three places."""
    from tieout.scenario.sample_duplicates import precision, recall

    overall = {"precision": precision(figures), "recall": recall(figures)}
    return {
        **{name: None if part is None else f"{part:.3f}" for name, part in overall.items()},
        "patterns": [
            {"pattern": pattern.pattern, "same": pattern.same, "pairs": pattern.pairs, "flagged": pattern.flagged}
            for pattern in figures
        ],
    }


def show(figures: tuple[Recognised, ...]) -> None:
    """The figures as a table."""
    from rich.table import Table

    from tieout.cli.check_show import console

    whole = as_json(figures)
    table = Table(
        text("pattern"),
        text("what is right"),
        title=text(
            "recall {recall}, precision {precision} over these patterns",
            recall=whole["recall"],
            precision=whole["precision"],
        ),
    )
    table.add_column(text("pairs"), justify="right")
    table.add_column(text("held as duplicate"), justify="right")
    for pattern in figures:
        right = text("one document") if pattern.same else text("two documents")
        table.add_row(text(pattern.pattern), right, f"{pattern.pairs}", f"{pattern.flagged}")
    console().print(table)
