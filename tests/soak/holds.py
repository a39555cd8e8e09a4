"""What must hold when everything is at rest again, whatever was killed, restarted or filled."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal

import psycopg

from tests.soak.company import Company
from tieout.connectors.voucher_folder.importer import Importer
from tieout.formats.canonical_json import fingerprint


def complaints(company: Company) -> Iterator[str]:
    """Everything that does not hold, in words."""
    for _ in range(60):
        with suppress(psycopg.Error):
            company.rows("select 1")
            break
        time.sleep(1)
    yield from _lost(company)
    yield from _twice(company)
    yield from _alone(company)
    yield from _log(company)


def _lost(company: Company) -> Iterator[str]:
    kept = Counter(sha256 for (sha256,) in company.rows("select sha256 from store_sourcefile"))
    for name, letter in company.acknowledged.items():
        if kept[fingerprint(letter.content)] != 1:
            yield f"{name} was acknowledged and is kept {kept[fingerprint(letter.content)]} times"
    stored = set(company.rows("select kind, number from store_document"))
    for name, letter in company.acknowledged.items():
        if letter.document and (letter.document.kind, letter.document.number) not in stored:
            yield f"the document of {name} is not there"


def _twice(company: Company) -> Iterator[str]:
    ledger = Importer(company.home / "exchange", strict=False).ledger()
    for reference, count in Counter(entry.reference for entry in ledger).items():
        if count > 1:
            yield f"{reference} is booked {count} times"
    actions = company.rows(
        "select id::text, state, ref from store_action where queue = 'erp' and kind = 'post_voucher'"
    )
    done = {(key, ref) for key, state, ref in actions if state == "done"}
    booked = {(entry.reference, entry.document) for entry in ledger}
    for key, ref in done ^ booked:
        yield f"{key} is {'done here' if (key, ref) in done else 'booked there'} as {ref} alone"
    totals = dict(company.rows("select number, payable from store_claim where status = 'posted'"))
    for entry in ledger:
        gross = (Decimal(entry.net) + Decimal(entry.tax)) * 100
        if entry.number in totals and abs(gross) != abs(totals[entry.number]):
            yield f"{entry.number} asks for {totals[entry.number]} and {gross} is booked"


def _alone(company: Company) -> Iterator[str]:
    for (number,) in company.rows(
        "select number from store_case where closed_at is null and (queue = '' or due_at is null)"
    ):
        yield f"a case of {number} has no owner or no time limit"
    alone = """
        select c.number, c.status from store_claim c where c.status not in ('posted', 'superseded', 'rejected') and not exists (
            select from store_case k where k.claim = c.id and k.closed_at is null)
    """
    for number, status in company.rows(alone):
        yield f"{number} is {status}, and nobody has it"


def _log(company: Company) -> Iterator[str]:
    checked = company.run("rebuild", "--check")
    if checked.returncode != 0:
        yield f"rebuild --check: {checked.stdout[-600:]}{checked.stderr[-600:]}"
    file = company.home.parent / "export.jsonl"
    exported = company.run("audit", "export", str(file))
    if exported.returncode != 0:
        yield f"audit export: {exported.stderr[-600:]}"
    verified = company.run("audit", "verify", str(file))
    if verified.returncode != 0:
        yield f"audit verify: {verified.stdout[-600:]}{verified.stderr[-600:]}"
