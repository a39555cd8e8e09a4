"""The PostgreSQL of a test run: one embedded server, one migrated template, one database a test process."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from tieout.config.postgres import destroy, running
from tieout.config.postgres.place import ADMIN

TEMPLATE = "template_tests"
RUN_FOLDER = "TESTS_RUN_FOLDER"
PEEK = "peek"
"""Django's name for the connection of a superuser, to whom row-level security does not apply: tests look through it."""
_held: list[IO[str]] = []


def open_run() -> None:
    """Make the folder of a run, hold its lock for as long as we live, and remove what killed runs have left."""
    temporary = Path(tempfile.gettempdir())
    for old in temporary.glob(f"tieout-tests-{os.getuid()}-*"):
        with suppress(OSError):
            _remove_if_dead(old)
    folder = Path(tempfile.mkdtemp(prefix=f".tieout-tests-{os.getuid()}-", dir=temporary))
    folder.chmod(0o711)
    lock = (folder / "run.lock").open("a")
    fcntl.flock(lock, fcntl.LOCK_EX)
    _held.append(lock)
    seen = folder.with_name(folder.name.removeprefix("."))  # others see it only when its lock is held
    folder.rename(seen)
    os.environ[RUN_FOLDER] = str(seen)


def close_run() -> None:
    """Stop the server, if a test process left it running, and remove the folder."""
    folder = Path(os.environ.pop(RUN_FOLDER))
    _remove(folder)
    while _held:
        _held.pop().close()


def _remove_if_dead(folder: Path) -> None:
    with (folder / "run.lock").open("a") as lock, suppress(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _remove(folder)


def _remove(folder: Path) -> None:
    destroy(folder)
    shutil.rmtree(folder)


def ready_django() -> None:
    """Set up Django without a database; for a test that touches tables without asking for one, the host name of the address says so."""
    if "DJANGO_SETTINGS_MODULE" in os.environ:
        return
    os.environ["DJANGO_SETTINGS_MODULE"] = "tieout.config.settings"
    os.environ["DATABASE_URL"] = "postgresql://ask-for-the-fixture-named-database/none"
    os.environ["TIEOUT_SECRET_KEY"] = "a key for tests only, long enough for Django to take it"
    os.environ["TIEOUT_REQUESTS_PER_PERSON"] = os.environ["TIEOUT_REQUESTS_PER_ADDRESS"] = "0"  # tests ask often
    os.environ["TIEOUT_HOME"] = str(Path(os.environ[RUN_FOLDER]) / "home")
    import django
    from django.test.utils import setup_test_environment

    django.setup()
    setup_test_environment()


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """A database of the test server. `dsn` is its address, `admin` that of the database to make others from."""

    name: str
    dsn: str
    admin: str

    def copy_template(self, name: str) -> str:
        """Make another migrated database; returns its address."""
        _create(self.admin, name)
        return make_conninfo(self.admin, dbname=name)

    def drop(self, name: str) -> None:
        """Remove a database, whoever is connected to it; one whose backend is slow to die is tried again."""
        with psycopg.connect(self.admin, autocommit=True) as connection:
            patient = sql.SQL("drop database if exists {}").format(sql.Identifier(name))
            statement = sql.SQL("{} with (force)").format(patient)
            for _ in range(5):  # each try waits five seconds for the others to leave
                with suppress(psycopg.errors.ObjectInUse, psycopg.errors.InsufficientPrivilege):
                    connection.execute(statement)
                    return
                with suppress(psycopg.errors.ObjectInUse):  # for an autovacuum, which only a superuser may end
                    connection.execute(patient)
                    return
            connection.execute(statement)

    def empty(self) -> None:
        """Remove all rows, except those that migrations made."""
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            kept = ["django_migrations", "django_content_type", "auth_permission"]
            tables = connection.execute(
                "select tablename from pg_tables where schemaname = 'public' and tablename <> all(%s)", [kept]
            ).fetchall()
            names = sql.SQL(", ").join(sql.Identifier(name) for (name,) in tables)
            connection.execute(sql.SQL("truncate {} restart identity cascade").format(names))


@contextmanager
def database() -> Iterator[Database]:
    """The database of this test process, while the block runs."""
    ready_django()
    home = Path(os.environ[RUN_FOLDER])
    name = f"tests_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    with running(home) as server:
        with (home / "template.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            _ensure_template(server.dsn)
            _create(server.dsn, name)
        made = Database(name=name, dsn=make_conninfo(server.dsn, dbname=name), admin=server.dsn)
        _point_django_to(made.dsn)
        try:
            yield made
        finally:
            from django.db import connections

            connections.close_all()
            made.drop(name)


def _ensure_template(admin: str) -> None:
    with psycopg.connect(admin, autocommit=True) as connection:
        if connection.execute("select 1 from pg_database where datname = %s", [TEMPLATE]).fetchone():
            return
        connection.execute("drop database if exists template_unfinished with (force)")
        connection.execute("create database template_unfinished")
        from django.db import connections

        from tieout.config.migrating import bring_up_to_date

        _point_django_to(make_conninfo(admin, dbname="template_unfinished"))
        bring_up_to_date(say=lambda _: None)
        connections.close_all()
        connection.execute(f"alter database template_unfinished rename to {TEMPLATE}")


def _create(admin: str, name: str) -> None:
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
        connection.execute(
            sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(TEMPLATE))
        )


def _point_django_to(dsn: str) -> None:
    """Django's default connection, from now on. Worker processes that a test starts find it in DATABASE_URL."""
    from django.db import connections

    from tieout.config.settings import database_settings

    connections.close_all()
    os.environ["DATABASE_URL"] = dsn
    connections["default"].settings_dict.update(database_settings(dsn))
    connections["owner"].settings_dict.update(database_settings(dsn, as_login=True))
    look = database_settings(make_conninfo(dsn, user=ADMIN), as_login=True)
    if PEEK in connections.databases:
        connections[PEEK].settings_dict.update(look)
    else:
        connections.databases[PEEK] = {**connections["default"].settings_dict, **look}
