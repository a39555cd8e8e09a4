"""Fetch from a connected system: customers, subscriptions, drafts and final invoices; then tie out the claims that they concern.

What was fetched before and is unchanged has no effect. A draft is prevented from becoming final while it is tied out. A
message that does not have the expected format is kept and becomes a case (INT-SCHEMA); see `tieout replay`. Exit: 0 everything was
read, 1 some messages were refused, 3 all of them were.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from tieout.cli.whose import add_tenant
from tieout.wording.catalogue import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tieout.core.access.source import Source
    from tieout.core.outbox.connection import Received
    from tieout.core.values.scope import Scope
    from tieout.engine.plugged import Engine
    from tieout.engine.receive import Incoming, Receipted

_BATCH: Final = 100
_DAYS: Final = 62


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """From which connection, since when, and for which tenant."""
    parser.add_argument("system", metavar="CONNECTION", help="the connection's name, such as stripe")
    parser.add_argument(
        "--since",
        metavar="DATE",
        help=text("invoices created from this day on, such as 2026-03-01 (default: the last {days} days)", days=_DAYS),
    )
    parser.add_argument("--leave", action="store_true", help="only take in; background jobs tie the claims out")
    add_tenant(parser)


def run(arguments: argparse.Namespace) -> int:
    """Pull once; progress on standard error, a table on standard output. What arrived before an error is kept and tied out."""
    from tieout.cli.ingest import renew_statistics, show, tie_out_all
    from tieout.cli.ingest_refused import refused
    from tieout.cli.terminal import say
    from tieout.cli.whose import scope_of
    from tieout.config.boot import booted
    from tieout.config.errors import CannotRunError
    from tieout.core.outbox.connection import ConnectionEnded

    since = _since(arguments.since)
    with booted(say=say) as settings:
        from tieout import app

        scope, engine = scope_of(arguments), app.engine(settings)
        pull = engine.connected.source(scope, arguments.system)
        if pull is None:
            raise CannotRunError(
                "No {system} is connected: add it with `tieout connections add`, or set TIEOUT_STRIPE_URL and "
                "TIEOUT_STRIPE_KEY before the first start.",
                system=arguments.system,
            )
        receipted: list[Receipted] = []
        try:
            _fetch(
                engine, scope, pull(since), receipted, source=engine.connected.document_source(scope, arguments.system)
            )
        except ConnectionEnded as trouble:
            raise CannotRunError(
                "The pull from {system} ended early: {trouble}. Pull again.", system=arguments.system, trouble=trouble
            ) from trouble
        finally:
            renew_statistics(receipted)
            if not arguments.leave:
                tie_out_all(engine, scope)
            show(scope, receipted, what="messages")
        return refused(scope, receipted, what="messages")


def _fetch(
    engine: Engine, scope: Scope, messages: Iterator[Received], receipted: list[Receipted], *, source: Source
) -> None:
    from rich.console import Console
    from rich.progress import Progress, TextColumn

    from tieout.engine.receive import Incoming, receive

    with Progress(
        TextColumn(text("Fetching: {count} messages", count="{task.completed:,.0f}")),
        console=Console(stderr=True),
        transient=True,
    ) as bar:
        task = bar.add_task("", total=None)
        batch: list[Incoming] = []
        try:
            for message in messages:
                batch.append(Incoming(content=message.content, name=message.name, source=message.source))
                bar.update(task, advance=1)
                if len(batch) >= _BATCH:
                    taken, batch = batch, []
                    receipted += receive(engine, scope, taken, source=source, at=datetime.now(UTC))
        finally:
            receipted += receive(engine, scope, batch, source=source, at=datetime.now(UTC))


def _since(text: str | None) -> datetime:
    from tieout.core.values.errors import Malformed

    if text is None:
        return datetime.now(UTC) - timedelta(days=_DAYS)
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError as error:
        raise Malformed("{text!r} is no date", where="--since", remedy="write it as 2026-03-01", text=text) from error
