"""Bring up what a command needs: the database (ours if none is given), the secret key, the log, Django."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tieout.config.secret import ensure_secret
from tieout.config.table import Settings, read


def current() -> Settings:
    """The settings of this process's environment. Raises SettingError."""
    return read(os.environ)


def use_home(home: Path) -> None:
    """From now on this process uses that home, with a database of its own unless DATABASE_URL names one."""
    os.environ["TIEOUT_HOME"] = str(home)


def use_separate_home(home: Path) -> None:
    """The same, with a database and a secret of its own whatever the environment names, and a log of warnings only."""
    for name in ("DATABASE_URL", "TIEOUT_EXCHANGE", "TIEOUT_SECRET_KEY"):
        os.environ.pop(name, None)
    os.environ.setdefault("TIEOUT_LOG_LEVEL", "warning")
    use_home(home)


def use_no_limits() -> None:
    """Nobody asks this process too often: limits count real minutes, and a simulation has others."""
    os.environ["TIEOUT_REQUESTS_PER_PERSON"] = os.environ["TIEOUT_REQUESTS_PER_ADDRESS"] = "0"


@contextmanager
def booted(*, say: Callable[[str], None], migrate: bool = True, watch: bool = False) -> Iterator[Settings]:
    """Everything runs while the block does; `say` is called with what takes a while. Leaves no server behind.

    `watch`: a database of ours that ends in between is started again, for programs that run for days.

    Raises EmbeddedError or SettingError, whose messages name place and remedy.
    """
    settings = read(os.environ)
    if not settings.secret_key:
        ensure_secret(settings.home)
    if settings.database_url:
        yield _set_up(settings, say=say, migrate=migrate)
        return
    from tieout.config.postgres import running

    with running(settings.home, say=say, watch=watch) as server:
        # the environment hands it to Django's settings, and to the worker processes that we start
        os.environ["DATABASE_URL"] = server.dsn
        try:
            yield _set_up(read(os.environ), say=say, migrate=migrate)
        finally:
            from django.db import connections

            connections.close_all()
            del os.environ["DATABASE_URL"]


def _set_up(settings: Settings, *, say: Callable[[str], None], migrate: bool) -> Settings:
    from tieout.config.logs import configure

    configure(log_format=settings.log_format, level=settings.log_level)
    if settings.traces:
        from tieout.config.traces import send_to

        send_to(settings.traces)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tieout.config.settings")
    import django

    django.setup()
    if migrate:
        from tieout.config.migrating import bring_up_to_date

        bring_up_to_date(say=say)
    return settings
