"""A small journal over HTTP: entries by company in SQLite, each reference booked once. It can simulate failures.

    python -m tieout_journal.server --store journal.sqlite --port 8123 --key secret

GET  /companies/CODE/entries[?reference=…]   {"entries": [{"reference", "entry", …}]}
PUT  /companies/CODE/entries/REFERENCE       201 {"entry"}; 200 if it was booked before; 422 {"reason", "code"} if it is refused
PUT  /fault                                  {"fault": "busy"}: what goes wrong from now on; "" ends it. With --faults only.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
from decimal import Decimal, InvalidOperation
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import Any
from urllib.parse import parse_qs, urlsplit

NAMES = ("kind", "number", "entity", "currency", "net", "tax", "gross", "payment")
TABLE = """create table if not exists entry (
  position integer primary key, company text not null, reference text not null, content text not null
)"""


class Journal:
    """The journals of all companies in one file."""

    def __init__(self, path: str) -> None:
        self._rows = sqlite3.connect(path, check_same_thread=False)
        self._rows.execute(TABLE)
        self._lock = Lock()

    def entries(self, company: str, references: list[str]) -> list[dict[str, str]]:
        """A company's entries, in the order of booking; of these references only, if any are named."""
        with self._lock:
            rows = self._rows.execute(
                "select position, reference, content from entry where company = ? order by position", [company]
            ).fetchall()
        return [
            {"reference": reference, "entry": f"J-{position:06}", **json.loads(content)}
            for position, reference, content in rows
            if not references or reference in references
        ]

    def book(self, company: str, reference: str, content: dict[str, str], *, again: bool = False) -> tuple[str, bool]:
        """Its number, and whether it is new. A reference is booked once, unless a fault is simulated (`again`)."""
        with self._lock, self._rows:
            row = self._rows.execute(
                "select position from entry where company = ? and reference = ?", [company, reference]
            ).fetchone()
            if row and not again:
                return f"J-{row[0]:06}", False
            inserted = self._rows.execute(
                "insert into entry (company, reference, content) values (?, ?, ?)",
                [company, reference, json.dumps(content)],
            )
            return f"J-{inserted.lastrowid:06}", True


class RequestHandler(BaseHTTPRequestHandler):
    """The HTTP interface."""

    journal: Journal
    key: str
    fault: str = ""
    faults: bool = False

    def do_GET(self) -> None:
        """Entries."""
        if self._refuses_to_talk():
            return
        address = urlsplit(self.path)
        company = address.path.split("/")[2]
        references = parse_qs(address.query).get("reference", [])
        self._answer(200, {"entries": self.journal.entries(company, references)})

    def do_PUT(self) -> None:
        """An entry, or the next fault."""
        content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/fault" and self.faults:
            RequestHandler.fault = content["fault"]
            self._answer(200, {})
            return
        if self._refuses_to_talk() or self.fault == "request lost":
            return  # closes without an answer
        _, _, company, _, reference = self.path.split("/")
        reason = "period 11 is closed" if self.fault == "refuses" else _wrong(content)
        if reason:
            self._answer(422, {"reason": reason, "code": "JOURNAL"})
            return
        number, new = self.journal.book(company, reference, content)
        if self.fault == "books twice":
            self.journal.book(company, reference, content, again=True)
        if self.fault != "answer lost":
            self._answer(201 if new else 200, {"entry": number})

    def _refuses_to_talk(self) -> bool:
        if self.headers["Authorization"] != f"Bearer {self.key}":
            self._answer(401, {})
            return True
        if self.fault == "busy":
            self._answer(503, {})
            return True
        return False

    def _answer(self, status: int, content: dict[str, Any]) -> None:
        body = b"<html>proxy" if self.fault == "nonsense" and status != 503 else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """No log."""


def _wrong(content: dict[str, str]) -> str:
    """Why the entry cannot be booked, "" if it can."""
    try:
        net, tax, gross = (Decimal(content[name]) for name in ("net", "tax", "gross"))
    except (KeyError, TypeError, InvalidOperation):
        return "an amount is missing"
    if set(content) != set(NAMES):
        return "not the fields of an entry"
    return "" if net + tax == gross else f"{net} and {tax} are not {gross}"


def main() -> None:
    """Serve until killed; the first line of output is the address."""
    parser = argparse.ArgumentParser(description="A small journal over HTTP")
    parser.add_argument("--store", required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--key", default="secret")
    parser.add_argument("--faults", action="store_true", help="allow simulated failures: for tests")
    arguments = parser.parse_args()
    RequestHandler.journal, RequestHandler.key = Journal(arguments.store), arguments.key
    RequestHandler.faults = arguments.faults
    with ThreadingHTTPServer(("127.0.0.1", arguments.port), RequestHandler) as server:
        sys.stdout.write(f"http://127.0.0.1:{server.server_address[1]}\n")
        sys.stdout.flush()
        server.serve_forever()


if __name__ == "__main__":
    main()
