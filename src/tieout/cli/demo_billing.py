"""The demo's third story: a billing run with a late feed. Who is complete is billed; who is not waits for the feed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from rich.console import Console

from tieout.cli import terminal
from tieout.cli.demo_books import Books
from tieout.cli.demo_frame import line, lists_of, page_of, states
from tieout.cli.demo_papers import File
from tieout.cli.demo_progress import stage
from tieout.cli.demo_table import show_cases, show_fates
from tieout.core.documents.kind import Document
from tieout.core.values.money import Money
from tieout.scenario.sample_billing import LATE_METER, Bill, bills, masters
from tieout.store.screens.case import ClaimPage, case
from tieout.store.screens.overview import overview
from tieout.trade.documents import UsageStatement

KINDS: Final = ("billing_invoice", "billing_credit_note")
CONTRACTS: Final = ("subscription", "amendment", "stray_usage")


@dataclass(frozen=True, slots=True, kw_only=True)
class Billed:
    """How it ended: the claims that waited for the feed, and what all of the run came to."""

    waited: tuple[ClaimPage, ...]
    run: Money


def tell(books: Books, out: Console, *, seed: int, count: int, keep: Callable[[str, Sequence[File]], None]) -> Billed:
    """Play it in these books and print it. Raises `AssertionError` if it does not end as it should."""
    from tieout import app

    made = list(bills(seed, count, at=books.at))
    evidence = _files(made, masters(books.at.date()))
    run = lists_of("billing-run", [bill.invoice for bill in made])
    keep("billing", [*evidence, *run])
    with stage("Usage and billing run", len(evidence) + len(run)) as heard:
        books.take_in(evidence, told=heard)
        received = books.take_in(run, told=heard)
    claims = {each.number: each.claim for answer in received for each in answer.documents}
    with stage("Tying out", books.dirty()) as heard:
        books.tie_out(told=heard)
    with stage("Releasing", books.to_post()) as heard:
        books.post(told=heard)
    lines = sum(len(bill.invoice.lines) for bill in made)
    run_total = Money(sum(bill.invoice.totals.payable.minor for bill in made if bill.invoice.totals.payable), "EUR")
    out.print(
        f"A billing run: {len(made):,} accounts, {lines:,} lines, {terminal.money(run_total)}",
        style="bold",
        highlight=False,
    )
    out.print()
    show_fates(
        states(books, KINDS), out, done="cleared and billed", waits="the world will answer: the usage feed, a milestone"
    )
    out.print()
    show_cases(overview(books.scope, kinds=KINDS).codes, app.taxonomy(), out, head="of invoices")
    out.print()
    out.print("The subscriptions watch their own billing: what is due and not billed, what is held above included.")
    show_cases(overview(books.scope, kinds=CONTRACTS).codes, app.taxonomy(), out, head="of subscriptions")
    out.print()
    late = [bill for bill in made if bill.fault == "BIL-USG-LATE"]
    ids = [claims[bill.invoice.number] for bill in late]
    waiting = [page_of(books, each) for each in ids if each is not None]
    return Billed(waited=_feed(books, out, late, waiting), run=run_total)


def _files(made: Sequence[Bill], known: Sequence[Document]) -> list[File]:
    return [
        *lists_of("billing-masters", known),
        *lists_of("accounts", [bill.customer for bill in made]),
        *lists_of("subscriptions", [bill.subscription for bill in made]),
        *lists_of("usage", [paper for bill in made for paper in bill.papers]),
    ]


def _feed(books: Books, out: Console, late: Sequence[Bill], waiting: Sequence[ClaimPage]) -> tuple[ClaimPage, ...]:
    """The feed of one meter comes late: its accounts wait, the feed comes, and they are billed by themselves."""
    first = waiting[0]
    assert first.judged is not None, "it was tied out"
    found = next(each for each in first.judged.verdict.findings if each.stage != "note")
    assert (first.judged.verdict.status, found.code) == ("waiting", "BIL-USG-LATE"), found
    statement = next(paper for paper in late[0].later if isinstance(paper, UsageStatement))
    out.print("S-26, while it happens: the feed of one meter is late", style="bold")
    line(out, "usage", f"{LATE_METER}: the last 45 of {statement.hours} hours of the month are not there")
    waits = f"{found.code} on {len(waiting)} of the run's invoices; their other lines are out"
    line(out, "WAITING", waits, style="bold yellow")
    line(out, "", f"{first.state.number}: {terminal.message(found)}")
    books.at += timedelta(minutes=40)
    books.take_in(lists_of("late-usage", [paper for bill in late for paper in bill.later]))
    line(out, "then", "the feed comes, forty minutes late")
    books.tie_out()
    books.post()
    ended = tuple(page_of(books, page.id) for page in waiting)
    for page in ended:
        assert page.state.status == "posted", f"the story went another way: {page.state.number} is {page.state.status}"
        cases = [case(books.scope, known.id) for known in page.cases]
        assert all(known is not None and known.state.touches == 0 for known in cases), "somebody had to touch it"
    line(out, "BILLED", f"{len(ended)} invoices went out by themselves; touches by people: 0", style="bold green")
    return ended
