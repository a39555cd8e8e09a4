"""What all tests share: the real documents, and a real PostgreSQL.

`database` gives a migrated database of this test process; it is asked for by tests that touch tables. One embedded
server serves all test processes of a run; the tables are made once, as a template. Tests share the database of their
process, so a test either works in a tenant of its own or asks for `empty_database`. A test that kills things asks for
`fresh_database`: a factory of databases of its own.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest

from tests.support import server
from tests.support.one_unit import one_unit
from tests.support.server import Database

# No deadline: a shared machine pauses. `make soak` looks a hundred times longer.
hypothesis.settings.register_profile("default", deadline=None, max_examples=40)
hypothesis.settings.register_profile("soak", deadline=None, max_examples=10_000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

os.environ["LC_ALL"] = (
    "C.UTF-8"  # commands answer in the language of the terminal: here in English, whatever the machine speaks
)

REPOSITORY = Path(__file__).resolve().parent.parent
WITHOUT_DJANGO = {"core", "packs", "formats", "scenarios", "intelligence", "house", "wording"}


def pytest_configure(config: pytest.Config) -> None:
    """The controller of a run makes its folder; its test processes find it in their environment."""
    if not hasattr(config, "workerinput"):
        server.open_run()


def pytest_unconfigure(config: pytest.Config) -> None:
    """The controller leaves last and leaves nothing behind."""
    if not hasattr(config, "workerinput"):
        server.close_run()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> None:
    """Tests of rooms that know Django import models at their top, so Django is set up before they are read."""
    folder = file_path.relative_to(REPOSITORY / "tests").parts[0] if file_path.suffix == ".py" else ""
    if file_path.name.startswith("test_") and folder not in WITHOUT_DJANGO:
        server.ready_django()


@pytest.fixture(scope="session", autouse=True)
def figures_can_be_compared() -> Iterator[None]:
    """No test of any room makes a finding whose expected, actual and variance are in two units."""
    with one_unit():
        yield


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real documents, which are not part of the project. `SHARED_DATA` says where it is."""
    folder = Path(os.environ.get("SHARED_DATA", REPOSITORY.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"the real documents are not here ({folder}); set SHARED_DATA to have them read")
    return folder


@pytest.fixture(scope="session")
def shared_cases() -> Path:
    """The folder of handed-in scenarios, which are not part of the project. `SHARED_CASES` says where it is."""
    folder = Path(os.environ.get("SHARED_CASES", REPOSITORY.parent / "shared" / "cases"))
    if not folder.is_dir():
        pytest.skip(f"the handed-in scenarios are not here ({folder}); set SHARED_CASES to have them run")
    return folder


@pytest.fixture(scope="session")
def database() -> Iterator[Database]:
    """A migrated database for this test process; Django's default connection points to it."""
    with server.database() as made:
        yield made


@pytest.fixture
def empty_database(database: Database) -> Database:
    """The same, with all rows of ours removed before the test."""
    database.empty()
    return database


@pytest.fixture
def fresh_database(database: Database) -> Iterator[Callable[[], str]]:
    """A factory of migrated databases that belong to one test; every call returns an address."""
    made: list[str] = []

    def make() -> str:
        made.append(f"{database.name}_{len(made)}")
        return database.copy_template(made[-1])

    yield make
    for name in made:
        database.drop(name)
