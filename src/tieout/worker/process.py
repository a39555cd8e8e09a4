"""One worker process: runs the tasks that wait in queues, until it is told to stop."""

from __future__ import annotations


def run(*, concurrency: int = 1) -> None:
    """Work until SIGTERM or SIGINT; tasks that have begun are finished first. Needs Django to be set up."""
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.django_connector import DjangoConnector

    assert isinstance(app.connector, DjangoConnector)
    # Django's connector only defers; a worker listens, on connections of its own
    with app.replace_connector(app.connector.get_worker_connector()) as working:
        working.run_worker(concurrency=concurrency, install_signal_handlers=True)
