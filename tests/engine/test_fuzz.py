"""Bytes of any sort, by every parser and through to the database: no crash, no hang, nothing lost.

Each file is a sound one of some format with a few of its parts cut out, doubled, exchanged or overwritten. `make soak` tries many
more.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine import samples
from tests.engine.samples import AT, company, tie_out_all
from tests.engine.test_storable import motor
from tests.support.access import SETUP
from tests.support.peek import peek
from tests.support.soak import SOAKING
from tieout.engine.receive import Incoming, receive
from tieout.formats import cii, csv_tables, facturx, json_documents, ubl
from tieout.formats.format import Format
from tieout.store.models import Claim, SourceFile, Unread

if TYPE_CHECKING:
    from tests.support.server import Database

SECONDS_MAX = 60
FORMATS = {
    "ubl": ubl.FORMAT,
    "cii": cii.FORMAT,
    "factur-x": facturx.FORMAT,
    "json": json_documents.FORMAT,
    "csv": csv_tables.FORMAT,
}
PIECES = [
    b"", b"\0", b"\xff\xfe", b"\xed\xa0\x80", b"99999999999999999999", b"1E+30", b"-0", b"&amp;", b"<a>", b"</", b'"', b"[[", b"{}",
    b"'", b"\r", b"\n", b"\t;", b"=1+1", b"9999-12-31", b"0001-01-01", b"\xe2\x80\xae", b"x" * 3000, b"NaN", b"1e400", b"%s", b"\x1b[2J",
]  # fmt: skip


@cache
def sound(name: str) -> bytes:
    """A sound invoice in a format."""
    format_: Format = FORMATS[name]
    assert format_.write is not None
    content: bytes = format_.write(replace(samples.invoice(), type_code="" if name == "csv" else "380"))
    return content


@st.composite
def damaged(draw: st.DrawFn, name: str) -> bytes:
    """A file of the format with up to six changes."""
    content = sound(name)
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(content)))
        length = draw(st.sampled_from([0, 1, 2, 5, 20, 200]))
        put = draw(st.sampled_from(PIECES) | st.binary(max_size=8) | st.just(content[start : start + length] * 2))
        content = content[:start] + put + content[start + length :]
    return content


@contextmanager
def no_hang() -> Iterator[None]:
    """A parser that hangs ends the test."""

    def ring(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(SECONDS_MAX)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("name", FORMATS)
def test_no_bytes_crash_hang_or_get_lost(database: Database, name: str) -> None:
    ours = motor()
    scope = company(samples.engine())
    seen: set[bytes] = set()

    @settings(max_examples=300 if SOAKING else 6, suppress_health_check=list(HealthCheck))
    @given(contents=st.lists(damaged(name), min_size=12, max_size=12, unique=True))
    def tried(contents: list[bytes]) -> None:
        with no_hang():
            answers = receive(ours, scope, [Incoming(content=content) for content in contents], source=SETUP, at=AT)
        assert all(answer.documents or answer.fate == "known" for answer in answers)
        seen.update(contents)

    tried()
    with no_hang():
        for at in (AT, AT + timedelta(days=1)):
            tie_out_all(ours, scope, at=at)
    assert not peek(Unread).filter(tenant=scope.tenant).exists()
    assert not peek(Claim).filter(tenant=scope.tenant, dirty=True).exists()
    assert peek(SourceFile).filter(tenant=scope.tenant).count() == len(seen) + 1, (
        "each file is kept, and the supplier's"
    )
