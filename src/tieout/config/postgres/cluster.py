"""The database cluster itself: made once and whole, of the right version, with an owner role that is not a superuser."""

from __future__ import annotations

import shutil
from pathlib import Path
from urllib.parse import quote, urlencode

import psycopg
from psycopg import sql

from tieout.config.postgres.account import Account
from tieout.config.postgres.binaries import major_version
from tieout.config.postgres.errors import EmbeddedError
from tieout.config.postgres.place import ADMIN, OWNER, Place, password, write_passwords
from tieout.config.role_name import APPLICATION


def ensure_cluster(place: Place, account: Account, programs: Path) -> None:
    """Make the data folder if there is none; refuse one of another major version."""
    write_passwords(place)
    if place.data.exists():
        made_by = (place.data / "PG_VERSION").read_text().strip()
        ours = major_version(programs, account)
        if made_by != ours:
            raise EmbeddedError(
                "The data in {data} is of PostgreSQL {made_by}, the programs are {ours}.",
                remedy="Install the release of Tieout that made it, dump, and load the dump into the new one.",
                data=place.data,
                made_by=made_by,
                ours=ours,
            )
        return
    unfinished = place.folder / "data.new"  # what an interrupted start left is no database yet
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    account.give(unfinished, mode=0o700)
    secret = place.folder / "admin.new"
    secret.touch(mode=0o600)
    try:
        secret.write_text(password(place, ADMIN))
        account.give(secret, mode=0o600)
        made = account.run(
            [
                programs / "initdb",
                *("--pgdata", unfinished, "--username", ADMIN, "--pwfile", secret),
                *("--auth-local", "scram-sha-256", "--auth-host", "scram-sha-256"),
                # collation that does not change with the machine's C library, so that indexes stay right
                *(
                    "--encoding",
                    "UTF8",
                    "--locale-provider",
                    "builtin",
                    "--builtin-locale",
                    "C.UTF-8",
                    "--locale",
                    "C",
                ),
            ]
        )
    finally:
        secret.unlink(missing_ok=True)
    if made.returncode != 0:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise EmbeddedError(
            "The database could not be created in {data}: {reason}",
            remedy="Look for a full disk or a missing permission.",
            data=place.data,
            reason=made.stderr.strip()[-600:],
        )
    unfinished.rename(place.data)


def ensure_owner(place: Place, port: int) -> None:
    """Make the roles and the database that the program uses, if a start has not got that far before."""
    with psycopg.connect(dsn(place, port, role=ADMIN, database="postgres"), autocommit=True) as connection:
        if connection.execute("select 1 from pg_roles where rolname = %s", [OWNER]).fetchone() is None:
            # may make databases (tests do), and is no superuser: SQL of ours cannot reach files or programs
            create = sql.SQL("create role {} login createdb password {}")
            connection.execute(create.format(sql.Identifier(OWNER), sql.Literal(password(place, OWNER))))
        if connection.execute("select 1 from pg_roles where rolname = %s", [APPLICATION]).fetchone() is None:
            connection.execute(sql.SQL("create role {} nologin").format(sql.Identifier(APPLICATION)))
            connection.execute(sql.SQL("grant {} to {}").format(sql.Identifier(APPLICATION), sql.Identifier(OWNER)))
        if connection.execute("select 1 from pg_database where datname = %s", [OWNER]).fetchone() is None:
            connection.execute(
                sql.SQL("create database {} owner {}").format(sql.Identifier(OWNER), sql.Identifier(OWNER))
            )


def dsn(place: Place, port: int, *, role: str = OWNER, database: str = OWNER) -> str:
    """The connection address. It holds no secret: the password is in the file that it names."""
    host = str(place.socket_folder) if place.socket_folder else "127.0.0.1"
    query = urlencode({"host": host, "port": port, "passfile": str(place.passfile)}, quote_via=quote)
    return f"postgresql://{role}@/{database}?{query}"
