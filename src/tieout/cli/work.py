"""Run background jobs from the queues, until stopped. `tieout up` starts as many of these workers as TIEOUT_WORKERS says."""

from __future__ import annotations

import argparse
import os
import signal
import threading
from datetime import UTC, datetime

from tieout.wording.catalogue import plural


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How many jobs at a time, and whether the parent process is watched."""
    parser.add_argument("--concurrency", type=int, default=2, help="how many jobs run at the same time")
    parser.add_argument("--once", action="store_true", help="do the jobs that are due now, and end")
    parser.add_argument(
        "--until-input-closes",
        action="store_true",
        help="stop when standard input ends: the process that started this one has ended",
    )


def run(arguments: argparse.Namespace) -> int:
    """Work until SIGTERM or SIGINT, or with `--once` until nothing waits; running jobs are finished first."""
    from tieout.cli.terminal import say
    from tieout.config.boot import booted

    if arguments.until_input_closes:
        threading.Thread(target=_stop_with_parent, daemon=True).start()
    with booted(say=say, migrate=False, watch=not arguments.once) as settings:
        from tieout.app import work
        from tieout.identity.tenants import tenants
        from tieout.worker.run import run as work_on
        from tieout.worker.tasks import begin

        begin([tenant.code for tenant in tenants()])
        if arguments.once:
            from tieout.worker.once import all_that_waits

            done = all_that_waits(work(settings), clock=lambda: datetime.now(UTC))
            print(plural("{count} job done.", "{count} jobs done.", done))
            return 0
        work_on(work(settings), concurrency=arguments.concurrency)
    return 0


def _stop_with_parent() -> None:
    # not through sys.stdin: a thread that waits in its buffer would hold a lock that Python wants when it ends
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
