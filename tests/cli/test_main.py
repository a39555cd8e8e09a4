"""The command `tieout`: starts fast, reports errors, serves, and leaves nothing behind."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.support.soak import SOAKING
from tieout.cli import main
from tieout.cli.table import COMMANDS, Exit
from tieout.cli.workers import workers
from tieout.config.postgres import destroy
from tieout.config.postgres.place import find
from tieout.config.postgres.postmaster import living

TIEOUT = [sys.executable, "-m", "tieout.cli"]


def clean_environment(home: Path) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("TIEOUT_", "DJANGO_"))}
    ours.pop("DATABASE_URL", None)
    return ours | {"TIEOUT_HOME": str(home)}


def test_it_starts_fast() -> None:
    def seconds() -> float:
        before = os.times()
        subprocess.run([*TIEOUT, "version"], check=True, capture_output=True)
        after = os.times()
        return after.children_user + after.children_system - before.children_user - before.children_system

    assert min(seconds() for _ in range(3)) < 0.3


@pytest.mark.parametrize("heavy", ["django", "psycopg", "pydantic", "lxml", "rich"])
def test_a_light_command_imports_nothing_heavy(heavy: str) -> None:
    script = f"import sys; from tieout.cli import main; main(['version']); sys.exit({heavy!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False, capture_output=True).returncode == 0


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == Exit.DONE
    printed = capsys.readouterr().out
    assert all(re.search(rf"^  {name} ", printed, re.MULTILINE) for name in COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    assert f"tieout {name}" in capsys.readouterr().out


def test_a_wrong_call_has_an_exit_code_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == Exit.USAGE
    assert main(["fly"]) == Exit.USAGE
    assert "there is no command 'fly'" in capsys.readouterr().err
    with pytest.raises(SystemExit) as ended:
        main(["version", "--fly"])
    assert ended.value.code == Exit.USAGE


def test_what_the_machine_cannot_do_is_reported_without_a_traceback(tmp_path: Path) -> None:
    environ = clean_environment(tmp_path) | {"TIEOUT_WORKERS": "many"}
    ran = subprocess.run([*TIEOUT, "up"], env=environ, capture_output=True, text=True, check=False)
    assert ran.returncode == Exit.CANNOT
    assert ran.stderr == "tieout up: TIEOUT_WORKERS='many' is not a whole number.\n"


@pytest.fixture
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="tieout-up-"))
    folder.chmod(0o711)
    yield folder
    destroy(folder)
    shutil.rmtree(folder)


def family(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def gone(processes: list[psutil.Process]) -> bool:
    _, alive = psutil.wait_procs(processes, timeout=20)
    return not alive


def up(home: Path, *words: str) -> tuple[subprocess.Popen[bytes], str]:
    """Start it; return the process and the address that it prints."""
    log = home / "up.log"
    with log.open("w") as errors:
        process = subprocess.Popen([*TIEOUT, "up", "--port", "0", *words], env=clean_environment(home), stderr=errors)
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        if match := re.search(r"http://\S+", log.read_text()):
            return process, match.group()
        time.sleep(0.05)
    raise AssertionError(log.read_text())


def test_up_serves_until_it_is_stopped_and_comes_up_again(home: Path) -> None:
    for _ in range(2):
        process, address = up(home)
        try:
            try:
                status = urllib.request.urlopen(address, timeout=30).status
            except urllib.error.HTTPError as error:
                status = error.code
                error.close()
            assert status < 500
            processes = family(process)
            assert any("work" in child.cmdline() for child in processes)
            assert any(child.name() == "postgres" for child in processes)
        finally:
            process.send_signal(signal.SIGTERM)
            code = process.wait(60)
        assert code == Exit.DONE
        assert gone(processes)


def asked(address: str) -> tuple[int, str]:
    """The status and the text of an answer; (0, "") where there is none."""
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def until(holds: Callable[[], bool], seconds: float) -> None:
    """Looks again and again until it holds."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


@pytest.mark.mission("API-02")
def test_a_database_that_is_killed_is_started_again_and_health_says_so_meanwhile(home: Path) -> None:
    process, address = up(home, "--workers", "0")
    try:
        place = find(home)
        assert place is not None
        for _ in range(3 if SOAKING else 1):
            server = living(place.data)
            assert server is not None
            assert asked(f"{address}api/health")[0] == 200
            os.kill(server.pid, signal.SIGKILL)
            seen = {asked(f"{address}api/health")[0], asked(f"{address}sign-in/")[0]}
            until(lambda: asked(f"{address}api/health/ready")[0] == 200, 10)
            assert 500 not in seen
            assert asked(f"{address}sign-in/")[0] == 200
            again = living(place.data)
            assert again is not None
            assert again.pid != server.pid
        until(lambda: "The database runs again" in (home / "up.log").read_text(), 5)
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == Exit.DONE
    assert living(place.data) is None


def test_workers_end_when_up_is_killed(home: Path) -> None:
    process, _ = up(home)
    working = [child for child in family(process) if "work" in child.cmdline()]
    process.kill()
    process.wait()
    assert working
    assert gone(working)


def test_a_port_that_is_taken_is_named(home: Path) -> None:
    process, address = up(home)
    port = address.rstrip("/").rpartition(":")[2]
    try:
        again = subprocess.run(
            [*TIEOUT, "up", "--port", port, "--workers", "0"],
            env=clean_environment(home),
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
    assert again.returncode == Exit.CANNOT
    assert f"127.0.0.1:{port} cannot be opened" in again.stderr


def test_a_worker_that_dies_is_started_again(tmp_path: Path) -> None:
    lines: list[str] = []
    script = f"open({str(tmp_path / 'starts')!r}, 'a').write('x'); raise SystemExit(3)"
    with workers(1, say=lines.append, argv=[sys.executable, "-c", script]):
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and len((tmp_path / "starts").read_text() if lines else "") < 2:
            time.sleep(0.05)
    assert len((tmp_path / "starts").read_text()) >= 2
    assert lines[0] == "Worker 1 ended with 3; another starts in 2 s"


def test_a_sign_in_link_is_printed_for_a_user_who_is_let_in(home: Path) -> None:
    def sign_in(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*TIEOUT, "sign-in", *words], env=clean_environment(home), capture_output=True, text=True, check=False
        )

    unknown = sign_in("mira")
    assert (unknown.returncode, unknown.stdout) == (Exit.CANNOT, "")
    assert "There is no user 'mira'." in unknown.stderr
    wrong = sign_in("mira", "--tenant", "acme", "--role", "king")
    assert wrong.returncode == Exit.CANNOT
    assert "No such role: king. There are: ap_analyst" in wrong.stderr
    let_in = sign_in("mira", "--new", "--tenant", "acme", "--role", "controller")
    assert re.fullmatch(r"http://127\.0\.0\.1:8321/enter/\S{40,}\n", let_in.stdout)
    again = sign_in("mira")
    assert again.returncode == Exit.DONE
    assert again.stdout != let_in.stdout
