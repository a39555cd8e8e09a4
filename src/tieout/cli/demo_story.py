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
from tieout.core.values.money import Money
from tieout.store.screens.case import CasePage, ClaimPage, case, claim
from tieout.wording import owners
from tieout.wording.catalogue import text


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
    out.print(text("S-01, step by step: fifty pieces are in inspection"), style="bold")
    ordered = text(
        "{quantity} at {price} for {site}, order {order}",
        quantity=_pieces(ORDERED.value),
        price=terminal.value(f"{PRICE} EUR"),
        site=SITE,
        order=ORDER,
    )
    received_text = text(
        "{accepted} accepted, {inspected} in inspection (inspection lot {lot})",
        accepted=_pieces(ACCEPTED.value),
        inspected=_pieces(INSPECTED.value),
        lot=LOT,
    )
    line(out, text("ordered"), ordered)
    line(out, text("received"), received_text)
    books.take_in(made.before)
    (received,) = books.take_in([made.invoice])
    (claim_id,) = (document.claim for document in received.documents)
    assert claim_id is not None, f"{INVOICE} is a claim"
    books.tie_out()
    waiting = _claim(books, claim_id)
    invoiced = text(
        "{quantity}, {payable} with tax: {file}, in UBL",
        quantity=_pieces(ORDERED.value),
        payable=_payable(waiting),
        file=made.invoice.name,
    )
    line(out, text("invoiced"), invoiced)
    case_id = _say_how_it_waits(waiting, out)
    books.take_in([made.answer])
    accepted = text(
        "the inspection accepts the {quantity}: {file}", quantity=_pieces(INSPECTED.value), file=made.answer.name
    )
    line(out, text("then"), accepted)
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
    owner = text(
        "{code}, with {queue} until {until}",
        code=finding.code,
        queue=owners.queue(shown.queue),
        until=_until(shown.wait_until),
    )
    notified = text(
        "Finance is only notified ({queues}). Nothing is posted, nobody has to act.",
        queues=owners.queues(finding.watchers),
    )
    line(out, text("WAITING"), owner, style="bold yellow")
    line(out, "", terminal.message(finding))
    line(out, "", text("Clears when: {condition}", condition=terminal.clears(finding.code)))
    line(out, "", notified)
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
    line(out, text("POSTED"), text("the case cleared automatically; manual touches: 0"), style="bold green")
    line(out, "", text("The ERP posted it as {ref}, once.", ref=part.ref))
    currency = voucher["currency"]
    sums = text(
        "net {net}, tax {tax}, gross {gross}",
        net=terminal.money(Money.of(voucher["net"], currency)),
        tax=terminal.money(Money.of(voucher["tax"], currency)),
        gross=terminal.money(Money.of(voucher["gross"], currency)),
    )
    line(out, text("voucher"), sums)
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
    return terminal.value(f"{value} EA")


def _payable(page: ClaimPage) -> str:
    assert page.payable is not None, f"{INVOICE} says what is to be paid"
    return terminal.money(page.payable)


def _until(at: datetime | None) -> str:
    assert at is not None, "what waits has a timer"
    return terminal.moment(at)
