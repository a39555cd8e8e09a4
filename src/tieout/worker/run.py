"""One worker process: does the jobs that wait in the queue, and looks for waiting work every few seconds, until it is stopped."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Final

import structlog
from asgiref.sync import sync_to_async
from procrastinate import App, jobs
from procrastinate.contrib.django import app as django_app
from procrastinate.contrib.django.django_connector import DjangoConnector

from tieout.engine.pause import settled_in
from tieout.store.wakeups import FORMER_TASK, TASK
from tieout.worker.jobs import Work
from tieout.worker.tasks import do_job, sweep

_SWEEP_SECONDS: Final = 2.0
_SWEEPS_A_TIDY: Final = 30
_STOP_SECONDS_MAX: Final = 25.0
_log = structlog.get_logger("tieout.worker")


def run(work: Work, *, concurrency: int = 2) -> None:
    """Work until SIGTERM or SIGINT; batches that have begun are finished first. Needs Django to be set up.

    `concurrency` is how many jobs are done at a time, each on a connection of its own.
    """
    assert isinstance(django_app.connector, DjangoConnector)
    # Django's connector only puts hints in; a worker listens, on connections of its own.
    with django_app.replace_connector(django_app.connector.get_worker_connector()) as app:
        asyncio.run(_work(app, work, concurrency=concurrency))


async def _work(app: App, work: Work, *, concurrency: int) -> None:
    # A hint of an earlier release, with other arguments, is dropped: what waits is found again in our rows.
    @app.task(name=TASK, aliases=[FORMER_TASK])
    def _job(job: str = "", tenant: str = "", queue: str = "", **_former: str) -> None:
        if job and tenant:
            do_job(work, job, tenant, queue)

    settled_in()
    async with app.open_async():
        sweeping = asyncio.create_task(_sweep(app, work))
        _log.info("worker.started", owner=work.owner)
        try:
            await app.run_worker_async(
                concurrency=concurrency,
                delete_jobs="always",
                install_signal_handlers=True,
                shutdown_graceful_timeout=_STOP_SECONDS_MAX,
            )
        finally:
            sweeping.cancel()
            with suppress(asyncio.CancelledError):
                await sweeping
            _log.info("worker.stopped", owner=work.owner)


async def _sweep(app: App, work: Work) -> None:
    """Wakes for what waits in our rows, for ever; and removes the queue's jobs of dead workers: their work is found in our rows."""
    sweeps = 0
    while True:
        await sync_to_async(sweep, thread_sensitive=False)(work)
        if sweeps % _SWEEPS_A_TIDY == 0:
            for job in await app.job_manager.get_stalled_jobs():
                await app.job_manager.finish_job(job, jobs.Status.FAILED, delete_job=True)
        sweeps += 1
        await asyncio.sleep(_SWEEP_SECONDS)
