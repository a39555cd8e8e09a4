"""By each door, in one call: of twenty sound documents and a bad one come twenty claims and one DOC-UNREAD case, whatever is bad.

The doors are `tieout ingest` as a process, files over HTTP, and the reading of what a reader left that died before it recorded.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.api.company import Company, company
from tests.engine.bad_documents import BAD, NO_DOCUMENTS, good
from tests.engine.samples import AT
from tests.support.access import SETUP
from tests.support.soak import spread
from tieout.engine.receive import Incoming, read_left_over, receive
from tieout.store.models import Case, Claim, SourceFile, Unread

if TYPE_CHECKING:
    from tests.support.server import Database

SORTS: Final = BAD | NO_DOCUMENTS
GOOD: Final = 20


@pytest.fixture
def make(database: Database) -> Iterator[Callable[[], Company]]:
    """Makes companies, while the test runs."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(company())


def files(bad: bytes) -> dict[str, bytes]:
    """Twenty sound files, and the bad one between them."""
    sound = {f"{number:02}.json": good(number) for number in range(GOOD)}
    return {**sound, "07-bad.json": bad}


def test_by_a_call_over_http(make: Callable[[], Company]) -> None:
    for sort, bad in SORTS.items():
        made = make()
        sent = [SimpleUploadedFile(name, content) for name, content in sorted(files(bad).items())]
        answer = made.person("ann", "ap_analyst").post("/api/files", {"files": sent})
        assert answer.status_code == 200, sort
        assert [(file["fate"], file["read"]) for file in answer.json()] == [("accepted", "now")] * (GOOD + 1), sort
        made.tie_out()
        whole(made, sort)


def test_by_the_command_as_a_process(make: Callable[[], Company], tmp_path: Path) -> None:
    handed_in = [
        (sort, make(), folder(tmp_path / str(k), bad)) for k, (sort, bad) in enumerate(spread(SORTS.items(), one_of=8))
    ]
    with ThreadPoolExecutor(2) as two_at_a_time:
        done = [two_at_a_time.submit(ingest, made, path) for _, made, path in handed_in]
    for (sort, made, _), ended in zip(handed_in, done, strict=True):
        answer = ended.result()
        assert answer.returncode == 1, (sort, answer.stderr)
        assert "Refused: 1 of 21 files." in answer.stderr, sort
        whole(made, sort)


def folder(path: Path, bad: bytes) -> Path:
    """The files in a folder."""
    path.mkdir()
    for name, content in files(bad).items():
        (path / name).write_bytes(content)
    return path


def ingest(made: Company, path: Path) -> subprocess.CompletedProcess[str]:
    """`tieout ingest`, as a person types it."""
    argv = [sys.executable, "-m", "tieout.cli", "ingest", "--tenant", made.tenant, str(path)]
    return subprocess.run(argv, capture_output=True, text=True, check=False, env=os.environ)


class Died(BaseException):
    """The reader ends here."""


def die(step: str, /) -> None:
    if step == "receive.read":
        raise Died


def test_by_reading_what_a_dead_reader_left(make: Callable[[], Company]) -> None:
    for sort, bad in SORTS.items():
        made = make()
        engine = made.application.engine
        incoming = [Incoming(content=content, name=name) for name, content in sorted(files(bad).items())]
        with suppress(Died):
            receive(replace(engine, steps=die), made.scope, incoming, source=SETUP, at=AT)
        assert made.rows(Claim) == [], sort
        assert len(made.rows(Unread)) == GOOD + 1, sort
        assert read_left_over(engine, made.scope, at=AT + timedelta(minutes=10)) == GOOD + 1, sort
        made.tie_out()
        whole(made, sort)


def whole(made: Company, sort: str) -> None:
    """Nothing is lost: the files, a claim for each sound one, one case for the bad one."""
    claims = made.rows(Claim)
    assert sorted(claim.number for claim in claims if claim.kind == "invoice") == sorted(
        f"GOOD-{number}" for number in range(GOOD)
    ), sort
    assert [claim.kind for claim in claims if claim.kind != "invoice"] == ["unreadable"], sort
    assert not any(claim.dirty for claim in claims), sort
    assert len(made.rows(Case, code="DOC-UNREAD")) == 1, sort
    assert len(made.rows(SourceFile)) == GOOD + 1, sort
    assert made.rows(Unread) == [], sort
