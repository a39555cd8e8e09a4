"""The story of S-01, step by step: an invoice waits for an inspection, whose result clears it without anybody's action."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from rich.console import Console

from tieout.cli import terminal
from tieout.cli.demo_books import Books
from tieout.cli.demo_files import File
from tieout.cli.demo_frame import line
from tieout.cli.demo_story_files import (
    ACCEPTED,
    INSPECTED,
    INVOICE,
    LOT,
    ORDER,
    ORDERED,
    PRICE,
    SITE,
    story_files,
)
from tieout.core.tie_out.verdict import Verdict
from tieout.store.screens.case import CasePage, ClaimPage, case, claim


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The result: the claim, its closed case, and the voucher file with its content."""

    claim: ClaimPage
    case: CasePage
    file: Path
    voucher: dict[str, Any]


def play(books: Books, out: Console, *, exchange: Path, keep: Callable[[File], None]) -> Story:
    """Play the story for this organisation and print it. Raises `AssertionError` if it does not end as it should."""
    made = story_files(at=books.at)
    for file in (*made.before, made.invoice, made.answer):
        keep(file)
    out.print("S-01, step by step: fifty pieces are in inspection", style="bold")
    line(out, "ordered", f"{_pieces(ORDERED.value)} at {PRICE} EUR for {SITE}, order {ORDER}")
    line(out, "received", f"{_pieces(ACCEPTED.value)} accepted, {_pieces(INSPECTED.value)} in inspection (lot {LOT})")
    books.take_in(made.before)
    (received,) = books.take_in([made.invoice])
    (claim_id,) = (document.claim for document in received.documents)
    assert claim_id is not None, f"{INVOICE} is a claim"
    books.tie_out()
    waiting = _claim(books, claim_id)
    line(out, "invoiced", f"{_pieces(ORDERED.value)}, {_payable(waiting)} with tax: {made.invoice.name}, in UBL")
    case_id = _say_how_it_waits(waiting, out)
    books.take_in([made.answer])
    line(out, "then", f"the inspection accepts the {_pieces(INSPECTED.value)}: {made.answer.name}")
    books.tie_out()
    books.post()
    return _say_how_it_ended(books, claim_id, case_id, out, exchange=exchange)


def _say_how_it_waits(waiting: ClaimPage, out: Console) -> UUID:
    verdict = _verdict(waiting)
    shown, finding = waiting.cases[0], verdict.findings[0]
    assert (verdict.status, finding.code, shown.queue) == ("waiting", "AP-QTY-INSP", f"receiving/{SITE}"), (
        f"the story went another way: {verdict.status}, {finding.code}, {shown.queue}"
    )
    out.print()
    line(out, "WAITING", f"{finding.code}, with {shown.queue} until {_until(shown.wait_until)}", style="bold yellow")
    line(out, "", terminal.message(finding))
    line(out, "", f"Clears when: {terminal.clears(finding.code)}")
    line(out, "", f"Finance is only notified ({', '.join(finding.watchers)}). Nothing is posted, nobody has to act.")
    out.print()
    return shown.id


def _say_how_it_ended(books: Books, claim_id: UUID, case_id: UUID, out: Console, *, exchange: Path) -> Story:
    ended, closed = _claim(books, claim_id), case(books.scope, case_id)
    assert closed is not None, "a closed case still exists"
    assert ended.state.status == "posted", f"the story went another way: {INVOICE} is {ended.state.status}"
    assert (closed.state.resolved_by, closed.state.touches) == ("world", 0), "somebody had to act on it"
    (part,) = ended.state.posted
    file = exchange / "archive" / f"{part.action_id}.json"
    voucher = json.loads(file.read_bytes())["voucher"]
    out.print()
    line(out, "POSTED", "the case cleared automatically; manual touches: 0", style="bold green")
    line(out, "", f"The ERP booked it as {part.ref}, once.")
    sums = ", ".join(f"{name} {Decimal(voucher[name]):,}" for name in ("net", "tax", "gross"))
    line(out, "voucher", f"{sums} {voucher['currency']}")
    out.print(f"{'':12}{file.name}", highlight=False, markup=False, soft_wrap=True)
    return Story(claim=ended, case=closed, file=file, voucher=voucher)


def _claim(books: Books, claim_id: UUID) -> ClaimPage:
    page = claim(books.scope, claim_id)
    assert page is not None, f"{INVOICE} was received"
    return page


def _verdict(page: ClaimPage) -> Verdict:
    assert page.judged is not None, f"{INVOICE} was tied out"
    return page.judged.verdict


def _pieces(value: Decimal) -> str:
    return f"{value:,} EA"


def _payable(page: ClaimPage) -> str:
    assert page.payable is not None, f"{INVOICE} says what is to be paid"
    return terminal.money(page.payable)


def _until(at: datetime | None) -> str:
    assert at is not None, "what waits has a timer"
    return terminal.moment(at)
