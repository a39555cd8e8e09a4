"""What `tieout explain` prints."""

from __future__ import annotations

from rich.console import Console

from tieout.cli.check_show import Checked
from tieout.cli.check_show import show as show_checked
from tieout.core.tie_out.pack import TieOut
from tieout.engine.explain import Explained, Explanation


def show(explanation: Explanation, out: Console, *, every: bool) -> None:
    """Prints a claim and its verdicts: the last one in full, the others in one line unless `every`."""
    claim = explanation.claim
    out.print(f"{claim.key}", style="bold", markup=False, highlight=False)
    out.print(f"received {claim.received_at:%Y-%m-%d %H:%M} UTC, now {claim.status}", markup=False, highlight=False)
    if not explanation.verdicts:
        out.print("It has not been tied out yet.")
    for explained in explanation.verdicts:
        last = explained is explanation.verdicts[-1]
        codes = ", ".join(dict.fromkeys(finding.code for finding in explained.verdict.findings)) or "no findings"
        out.print(
            f"\nVerdict {explained.seq}, {explained.at:%Y-%m-%d %H:%M:%S} UTC: {explained.verdict.status}: {codes}",
            style="bold",
            markup=False,
            highlight=False,
        )
        if last or every:
            _whole(explanation, explained, out)
        _proof(explained, out)


def _whole(explanation: Explanation, explained: Explained, out: Console) -> None:
    checked = Checked(
        file=explanation.claim.key,
        document=explanation.document,
        result=TieOut(verdict=explained.verdict, rows=explained.rows),
        unused=(),
    )
    show_checked(checked, out)
    out.print(f"under {', '.join(explained.verdict.policies) or 'no policy'}; read:", markup=False, highlight=False)
    for key, sha256 in explained.verdict.inputs:
        out.print(f"  {sha256[:16]}  {key}", markup=False, highlight=False)


def _proof(explained: Explained, out: Console) -> None:
    if not explained.differences:
        out.print("Derived again from its stored inputs: the same, bit for bit.", style="green")
    for difference in explained.differences:
        out.print(f"DIFFERS: {difference}", style="bold red", markup=False, highlight=False)
