"""What `tieout explain` prints."""

from __future__ import annotations

from rich.console import Console

from tieout.cli.check_show import Checked
from tieout.cli.check_show import show as show_checked
from tieout.core.tie_out.pack import TieOut
from tieout.engine.explain import Explained, Explanation


def show(explanation: Explanation, out: Console, *, every: bool) -> None:
    """Prints a claim and its verdicts: the last one whole, the others in a line unless all are asked for."""
    claim = explanation.claim
    out.print(f"{claim.key}", style="bold", markup=False, highlight=False)
    out.print(f"received {claim.received_at:%Y-%m-%d %H:%M} UTC, now {claim.status}", markup=False, highlight=False)
    if not explanation.verdicts:
        out.print("It has not been tied out yet.")
    for each in explanation.verdicts:
        last = each is explanation.verdicts[-1]
        codes = ", ".join(dict.fromkeys(found.code for found in each.verdict.findings)) or "nothing found"
        out.print(
            f"\nVerdict {each.seq}, {each.at:%Y-%m-%d %H:%M:%S} UTC: {each.verdict.status}: {codes}",
            style="bold",
            markup=False,
            highlight=False,
        )
        if last or every:
            _whole(explanation, each, out)
        _proof(each, out)


def _whole(explanation: Explanation, each: Explained, out: Console) -> None:
    checked = Checked(
        file=explanation.claim.key,
        document=explanation.document,
        result=TieOut(verdict=each.verdict, rows=each.rows),
        unused=(),
    )
    show_checked(checked, out)
    out.print(f"under {', '.join(each.verdict.policies) or 'no policy'}; read:", markup=False, highlight=False)
    for key, sha256 in each.verdict.inputs:
        out.print(f"  {sha256[:16]}  {key}", markup=False, highlight=False)


def _proof(each: Explained, out: Console) -> None:
    if not each.differences:
        out.print("Derived again from its stored inputs: the same, bit for bit.", style="green")
    for difference in each.differences:
        out.print(f"DIFFERS: {difference}", style="bold red", markup=False, highlight=False)
