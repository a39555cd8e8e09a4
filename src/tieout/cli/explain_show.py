"""What `tieout explain` prints."""

from __future__ import annotations

from rich.console import Console

from tieout.cli import terminal
from tieout.cli.check_show import Checked
from tieout.cli.check_show import show as show_checked
from tieout.core.tie_out.pack import TieOut
from tieout.engine.explain import Explained, Explanation
from tieout.wording.catalogue import text


def show(explanation: Explanation, out: Console, *, every: bool) -> None:
    """Prints a claim and its verdicts: the last one in full, the others in one line unless `every`."""
    claim = explanation.claim
    out.print(f"{claim.key}", style="bold", markup=False, highlight=False)
    out.print(
        text(
            "received {moment}, now {status}",
            moment=terminal.instant(claim.received_at),
            status=terminal.state(claim.status),
        ),
        markup=False,
        highlight=False,
    )
    if not explanation.verdicts:
        out.print(text("It has not been checked yet."))
    for explained in explanation.verdicts:
        last = explained is explanation.verdicts[-1]
        codes = ", ".join(dict.fromkeys(finding.code for finding in explained.verdict.findings)) or text("no findings")
        out.print()
        out.print(
            text(
                "Verdict {number}, {moment}: {status}: {codes}",
                number=explained.seq,
                moment=terminal.instant(explained.at),
                status=terminal.state(explained.verdict.status),
                codes=codes,
            ),
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
    out.print(
        text("under {policies}; read:", policies=", ".join(explained.verdict.policies) or text("no policy")),
        markup=False,
        highlight=False,
    )
    for key, sha256 in explained.verdict.inputs:
        out.print(f"  {sha256[:16]}  {key}", markup=False, highlight=False)


def _proof(explained: Explained, out: Console) -> None:
    if not explained.differences:
        out.print(text("Derived again from its stored inputs: the same, bit for bit."), style="green")
    for difference in explained.differences:
        out.print(text("DIFFERS: {difference}", difference=difference), style="bold red", markup=False, highlight=False)
