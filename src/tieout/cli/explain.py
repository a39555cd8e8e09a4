"""Explain a claim: every verdict with its worksheet and findings, derived again from the stored inputs and compared bit for bit.

Name it by document number, source key, claim id or case id. Ends with 1 if a verdict cannot be derived again.
"""

from __future__ import annotations

import argparse

from tieout.cli.whose import add_tenant


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to explain."""
    parser.add_argument("named", metavar="DOCUMENT|CASE", help="a document's number or source key, or an id")
    parser.add_argument("--all", action="store_true", help="all verdicts, not only the last")
    add_tenant(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the explanation; 0 if it is proven, 1 if anything differs."""
    from tieout.cli.terminal import say
    from tieout.cli.whose import scope_of
    from tieout.config.boot import booted

    with booted(say=say) as settings:
        from tieout import app
        from tieout.cli.check_show import console
        from tieout.cli.explain_show import show
        from tieout.engine.explain import explain

        explanation = explain(app.engine(settings), scope_of(arguments), arguments.named)
        show(explanation, console(), every=arguments.all)
    return 0 if explanation.proven else 1
