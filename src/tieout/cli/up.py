"""Start Tieout: the database (an embedded one unless DATABASE_URL names another), its tables, the workers, the web interface."""

from __future__ import annotations

import argparse

from tieout.cli.ending import ended_by_signals
from tieout.cli.terminal import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What differs from the settings."""
    parser.add_argument("--port", type=int, help="port of the web interface; 0 for a free one")
    parser.add_argument("--workers", type=int, help="how many worker processes; 0 for none")


def run(arguments: argparse.Namespace) -> int:
    """Serve the web interface until stopped (Ctrl-C, SIGTERM). The last process that uses the embedded database stops it."""
    from tieout.cli.serving import serve
    from tieout.cli.workers import workers
    from tieout.config.boot import booted

    with ended_by_signals(), booted(say=say, watch=True) as settings:
        count = settings.workers if arguments.workers is None else arguments.workers
        port = settings.http_port if arguments.port is None else arguments.port
        with workers(count, say=say):
            serve(settings, port=port, say=say)
    return 0
