"""The demo's third story: a billing run with a late feed. Complete accounts are billed; the others wait for the feed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from rich.console import Console

from tieout.cli import terminal
from tieout.cli.demo_books import Books
from tieout.cli.demo_files import File
from tieout.cli.demo_frame import line, lists_of, page_of, states
from tieout.cli.demo_progress import stage
from tieout.cli.demo_table import show_cases, show_fates
from tieout.core.documents.kind import Document
from tieout.core.values.money import Money
from tieout.scenario.sample_billing import LATE_HOURS, LATE_METER, Bill, bills, masters
from tieout.store.screens.case import ClaimPage, case
from tieout.store.screens.overview import overview
from tieout.trade.documents import UsageStatement
from tieout.wording.catalogue import marked, text

KINDS: Final = ("billing_invoice", "billing_credit_note")
CONTRACTS: Final = ("subscription", "amendment", "stray_usage")


@dataclass(frozen=True, slots=True, kw_only=True)
class Billed:
    """The result: the claims that waited for the feed, and the total of the run."""

    waited: tuple[ClaimPage, ...]
    run: Money


def play(books: Books, out: Console, *, seed: int, count: int, keep: Callable[[str, Sequence[File]], None]) -> Billed:
    """Play it for this organisation and print it. Raises `AssertionError` if it does not end as it should."""
    from tieout import app

    made = list(bills(seed, count, at=books.at))
    evidence = _files(made, masters(books.at.date()))
    run = lists_of("billing-run", [bill.invoice for bill in made])
    keep("billing", [*evidence, *run])
    with stage(marked("Usage and billing run"), len(evidence) + len(run)) as advance:
        books.take_in(evidence, advance=advance)
        received = books.take_in(run, advance=advance)
    claims = {document.number: document.claim for answer in received for document in answer.documents}
    with stage(marked("Tying out"), books.dirty()) as advance:
        books.tie_out(advance=advance)
    with stage(marked("Releasing"), books.to_post()) as advance:
        books.post(advance=advance)
    lines = sum(len(bill.invoice.lines) for bill in made)
    run_total = Money(sum(bill.invoice.totals.payable.minor for bill in made if bill.invoice.totals.payable), "EUR")
    head = text(
        "A billing run: {accounts} billing accounts, {lines} lines, {total}",
        accounts=terminal.number(len(made)),
        lines=terminal.number(lines),
        total=terminal.money(run_total),
    )
    out.print(head, style="bold", highlight=False)
    out.print()
    show_fates(
        states(books, KINDS),
        out,
        done=marked("cleared and billed"),
        waits=marked("waiting for evidence: the usage feed, a milestone"),
    )
    out.print()
    show_cases(overview(books.scope, kinds=KINDS), app.taxonomy(), out, head=marked("of invoices"))
    out.print()
    out.print(text("Subscriptions are checked for what is due and not billed, including what is held above."))
    show_cases(overview(books.scope, kinds=CONTRACTS), app.taxonomy(), out, head=marked("of subscriptions"))
    out.print()
    late = [bill for bill in made if bill.fault == "BIL-USG-LATE"]
    ids = [claims[bill.invoice.number] for bill in late]
    waiting = [page_of(books, claim_id) for claim_id in ids if claim_id is not None]
    return Billed(waited=_feed(books, out, late, waiting), run=run_total)


def _files(made: Sequence[Bill], master_data: Sequence[Document]) -> list[File]:
    return [
        *lists_of("billing-masters", master_data),
        *lists_of("accounts", [bill.customer for bill in made]),
        *lists_of("subscriptions", [bill.subscription for bill in made]),
        *lists_of("usage", [document for bill in made for document in bill.documents]),
    ]


def _feed(books: Books, out: Console, late: Sequence[Bill], waiting: Sequence[ClaimPage]) -> tuple[ClaimPage, ...]:
    """The feed of one meter is late: its accounts wait, the feed arrives, and they are billed automatically."""
    first = waiting[0]
    assert first.judged is not None, "it was tied out"
    finding = next(one for one in first.judged.verdict.findings if one.stage != "note")
    assert (first.judged.verdict.status, finding.code) == ("waiting", "BIL-USG-LATE"), finding
    statement = next(document for document in late[0].later if isinstance(document, UsageStatement))
    out.print(text("S-26, step by step: the feed of one meter is late"), style="bold")
    lacking = text(
        "{meter}: the last {missing} of {hours} hours of the month are missing",
        meter=LATE_METER,
        missing=LATE_HOURS,
        hours=statement.hours,
    )
    line(out, text("usage"), lacking)
    waits = text(
        "{code} on {count} of the run's invoices; their other lines are billed", code=finding.code, count=len(waiting)
    )
    line(out, text("WAITING"), waits, style="bold yellow")
    line(out, "", f"{first.state.number}: {terminal.message(finding)}")
    books.at += timedelta(minutes=40)
    books.take_in(lists_of("late-usage", [document for bill in late for document in bill.later]))
    line(out, text("then"), text("the feed arrives, forty minutes late"))
    books.tie_out()
    books.post()
    ended = tuple(page_of(books, page.id) for page in waiting)
    for page in ended:
        assert page.state.status == "posted", f"the story went another way: {page.state.number} is {page.state.status}"
        cases = [case(books.scope, case_row.id) for case_row in page.cases]
        assert all(case_row is not None and case_row.state.touches == 0 for case_row in cases), (
            "somebody had to act on it"
        )
    sent = text("{count} invoices were sent automatically; manual touches: 0", count=len(ended))
    line(out, text("BILLED"), sent, style="bold green")
    return ended
