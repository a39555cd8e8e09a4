"""Limits count before they read: a file of a million rows is refused in little time and memory; one at the limit is read."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.reading import read
from tieout.core.documents.unreadable import Unreadable
from tieout.formats import Limits

ROWS = 1_000_000
_READING = """
import json, re, sys, time
from pathlib import Path
from tieout.app import kinds
from tieout.formats import registry
installed, content = kinds(), Path(sys.argv[1]).read_bytes()
before = time.process_time()
(reading,) = registry.read(content, kinds=installed, name="rows")
seconds = time.process_time() - before
# The most that this program held: what getrusage says begins with what its parent held.
held = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())
print(json.dumps({
    "seconds": seconds,
    "megabytes": int(held[1]) / 1024,
    "reason": reading.document.reason,
}))
"""


def product(number: int) -> bytes:
    return b'{"kind": "product", "number": "%d", "ids": {}, "description": "x"}' % number


def csv_rows(count: int) -> Iterator[bytes]:
    yield b"order_number,line,quantity,unit,price,currency\n"
    yield from (b"%d,10,5,EA,1.00,EUR\n" % number for number in range(count))


def json_lines(count: int) -> Iterator[bytes]:
    yield from (product(number) + b"\n" for number in range(count))


def json_list(count: int) -> Iterator[bytes]:
    yield from ((b"," if number else b"[") + product(number) for number in range(count))
    yield b"]"


def many_values(count: int) -> Iterator[bytes]:
    """One document that would fill the memory."""
    yield b'{"kind": "invoice", "lines": ['
    yield from (b"[],[],[],[],[],[]," for _ in range(count))
    yield b"[]]}"


SORTS: dict[str, tuple[Callable[[int], Iterator[bytes]], str]] = {
    "CSV": (csv_rows, "more than 200,000 rows"),
    "NDJSON": (json_lines, "more than 10000 documents"),
    "JSON": (json_list, "more than 10000 documents"),
    "values": (many_values, "more than 5,000,000 values"),
}


@pytest.mark.parametrize("sort", SORTS)
def test_a_million_rows_are_refused_in_little_time_and_memory(sort: str, tmp_path: Path) -> None:
    rows, reason = SORTS[sort]
    file = tmp_path / "rows"
    with file.open("wb") as out:
        out.writelines(rows(ROWS))
    ran = subprocess.run([sys.executable, "-c", _READING, str(file)], check=True, capture_output=True, text=True)
    seen = json.loads(ran.stdout)
    assert reason in seen["reason"]
    assert seen["seconds"] < 2
    assert seen["megabytes"] < 300


@pytest.mark.parametrize("rows", [json_lines, json_list])
def test_at_the_limit_all_documents_are_read(rows: Callable[[int], Iterator[bytes]]) -> None:
    limits = Limits(documents_max=5)
    assert [reading.part for reading in read(b"".join(rows(5)), limits=limits)] == [1, 2, 3, 4, 5]
    (reading,) = read(b"".join(rows(6)), limits=limits)
    assert isinstance(reading.document, Unreadable)
    assert "more than 5 documents" in reading.document.reason


def test_at_the_limit_all_rows_are_read() -> None:
    content = b"".join(csv_rows(5))
    assert len(read(content, limits=Limits(rows_max=6))) == 5
    (reading,) = read(content, limits=Limits(rows_max=5))
    assert isinstance(reading.document, Unreadable)


@pytest.mark.parametrize(
    ("text", "where", "reason"),
    [
        ("[]", "", "the list is empty"),
        (" [ ] ", "", "the list is empty"),
        ('[{"kind": 1} {"kind": 2}]', "line 1, column 14", "Expecting ',' delimiter"),
        ('[{"kind": 1},]', "line 1, column 14", "Expecting value"),
        ('[{"kind": 1}', "line 1, column 13", "Expecting ',' delimiter"),
        ("[", "line 1, column 2", "Expecting value"),
        ('[{"kind": 1}] x', "line 1, column 15", "Extra data"),
        ("[[[" * 100_000, "", "nested too deep"),
        ("[" + "9" * 5000 + "]", "", "not JSON"),
    ],
)
def test_a_broken_list_is_refused_with_its_place(text: str, where: str, reason: str) -> None:
    (reading,) = read(text.encode())
    assert isinstance(reading.document, Unreadable)
    assert reason in reading.document.reason
    assert reading.document.where == where
