"""A simulated ERP that imports vouchers: books each reference once, answers, keeps a ledger. With faults on request.

The demo posts to it and the tests count its ledger. It is strict where ERPs are strict: a reference that it has booked
is never booked again, and a voucher that does not add up is refused.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final, Literal

from tieout.connectors.exchange_files import sync_folder, write_durably
from tieout.connectors.voucher_folder.map import FORMAT
from tieout.connectors.voucher_folder.places import Places

Fault = Literal["none", "silent", "late", "reject", "answer_twice", "two_numbers", "torn_answer", "crash"]
COLUMNS: Final = ("document", "reference", "claim", "number", "currency", "net", "tax", "lines", "booked_at")


class Crashed(RuntimeError):
    """Requested by a fault: the importer crashed between booking and answering."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One booked voucher: a line of the ledger. Amounts are decimal text in `currency`."""

    document: str
    reference: str
    claim: str
    number: str
    currency: str
    net: str
    tax: str
    lines: str
    booked_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """The result of one run over the outbox, in numbers of vouchers."""

    booked: int = 0
    repeated: int = 0
    refused: int = 0


class Importer:
    """An ERP's import job over one exchange folder. `fault` gives the fault for a reference; none by default.

    `strict` False: an ERP that books the same reference again when it arrives again, as some do.
    """

    def __init__(self, root: Path, *, fault: Callable[[str], Fault] = lambda _: "none", strict: bool = True) -> None:
        self._strict = strict
        self._places = Places(root=root)
        self._path = root / "ledger.csv"
        self._fault = fault
        self._booked = {entry.reference: entry for entry in self._recover()}
        self._count = len(self.ledger())
        self._unanswered: list[Entry] = []

    def ledger(self) -> list[Entry]:
        """Every booked voucher, in the order of booking."""
        return _entries(self._path)

    def run(self, *, at: datetime) -> Round:
        """Takes every voucher in the outbox, lowest name first, and answers."""
        count = {"booked": 0, "repeated": 0, "refused": 0}
        for path in sorted(self._places.outbox.glob("[!.]*.json")):
            count[self._take(path, at=at)] += 1
        return Round(**count)

    def answer_late(self) -> int:
        """Answers what was booked under the fault "late"; returns how many."""
        late, self._unanswered = self._unanswered, []
        for entry in late:
            self._answer(entry.reference, status="accepted", document=entry.document)
        return len(late)

    def _take(self, path: Path, *, at: datetime) -> Literal["booked", "repeated", "refused"]:
        reference = path.stem
        fault = self._fault(reference)
        booked = self._booked.get(reference)
        if booked is not None and self._strict:
            self._answer(reference, status="duplicate", document=booked.document)
            self._archive(path)
            return "repeated"
        envelope, problem = _checked(path)
        if fault == "reject":
            problem = "period 11 is closed"
        if envelope is None or problem:
            self._answer(reference, status="rejected", reason=problem, code="IMPORT")
            self._archive(path)
            return "refused"
        entry = self._book(reference, envelope, at=at)
        if fault == "crash":
            raise Crashed(reference)
        self._answer_under(fault, entry)
        self._archive(path)
        return "booked"

    def _book(self, reference: str, envelope: dict[str, Any], *, at: datetime) -> Entry:
        lines = envelope["voucher"]["lines"]
        entry = Entry(
            document=str(5_105_600_001 + self._count),
            reference=reference,
            claim=str(envelope.get("claim", "")),
            number=str(envelope["voucher"].get("number", "")),
            currency=str(envelope["voucher"]["currency"]),
            net=str(_sum(lines, "net")),
            tax=str(_sum(lines, "tax")),
            lines=str(len(lines)),
            booked_at=at.isoformat(),
        )
        with self._path.open("a", newline="", encoding="utf-8") as file:
            csv.writer(file).writerow([getattr(entry, name) for name in COLUMNS])
            file.flush()
            os.fsync(file.fileno())
        self._booked[reference] = entry
        self._count += 1
        return entry

    def _answer_under(self, fault: Fault, entry: Entry) -> None:
        accepted = {"status": "accepted", "document": entry.document}
        match fault:
            case "silent":
                pass
            case "late":
                self._unanswered.append(entry)
            case "torn_answer":
                (self._places.ack / f"{entry.reference}.json").write_text('{"reference": "')
            case "answer_twice":
                self._answer(entry.reference, **accepted)
                self._answer(entry.reference, **accepted)
            case "two_numbers":
                self._answer(entry.reference, **accepted)
                self._answer(entry.reference, status="accepted", document=f"{entry.document}-2")
            case _:
                self._answer(entry.reference, **accepted)

    def _answer(self, reference: str, **fields: str) -> None:
        """An acknowledgement by rename; a further one of the same reference gets a number and never replaces the first."""
        path, k = self._places.ack / f"{reference}.json", 1
        while path.exists():
            k += 1
            path = self._places.ack / f"{reference}.{k}.json"
        write_durably(path, json.dumps({"reference": reference} | fields).encode())
        sync_folder(self._places.ack)

    def _archive(self, path: Path) -> None:
        for file in (path, path.with_suffix(".csv")):
            with suppress(FileNotFoundError):
                file.rename(self._places.archive / file.name)

    def _recover(self) -> list[Entry]:
        """The ledger as the last run left it; an incomplete last line after a crash was never booked and is removed."""
        if not self._path.exists():
            self._path.write_text(",".join(COLUMNS) + "\r\n", newline="")
        whole = self._path.read_bytes()
        kept = whole[: whole.rfind(b"\n") + 1]
        if kept != whole:
            os.truncate(self._path, len(kept))
        return _entries(self._path)


def _entries(path: Path) -> list[Entry]:
    with path.open(newline="", encoding="utf-8") as file:
        return [Entry(**row) for row in csv.DictReader(file)]


def _checked(path: Path) -> tuple[dict[str, Any] | None, str]:
    """The voucher, and what is wrong with it ("" for nothing)."""
    try:
        envelope = json.loads(path.read_bytes())
        table = path.with_suffix(".csv").read_bytes()
        if envelope["format"] != FORMAT or envelope["reference"] != path.stem:
            return None, "not a voucher of this format and name"
        if hashlib.sha256(table).hexdigest() != envelope["csv_sha256"]:
            return None, "the table is not the one that the voucher names"
        content = envelope["voucher"]
        if not content["lines"] or not content["currency"]:
            return None, "no lines or no currency"
        net, tax = _sum(content["lines"], "net"), _sum(content["lines"], "tax")
        if envelope["action"] == "post_debit_note":
            return (envelope, "") if net == Decimal(content["amount"]) > 0 else (None, f"{net} is no amount to debit")
        stated = [Decimal(content[name]) for name in ("net", "tax", "gross")]
        if stated != [net, tax, net + tax]:
            return None, f"the lines add up to {net} and {tax} tax, not to {content['net']} and {content['tax']}"
    except (OSError, ValueError, KeyError, TypeError, InvalidOperation) as error:
        return None, f"cannot be read: {type(error).__name__}"
    return envelope, ""


def _sum(lines: list[dict[str, Any]], name: str) -> Decimal:
    return sum((Decimal(line.get(name) or 0) for line in lines), Decimal(0))
