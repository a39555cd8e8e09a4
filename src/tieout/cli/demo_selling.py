"""The demo's second story: from shipment to release. Invoices to customers tie out with what left, and one waits for its carrier."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from rich.console import Console

from tieout.cli import terminal
from tieout.cli.demo_books import Books
from tieout.cli.demo_frame import line, lists_of, page_of, states
from tieout.cli.demo_papers import File
from tieout.cli.demo_progress import stage
from tieout.cli.demo_table import show_cases, show_fates
from tieout.core.documents.kind import Document
from tieout.core.values.money import Money
from tieout.scenario.sample_sales import SILENT, Sale, customers, sales
from tieout.store.screens.case import ClaimPage, case
from tieout.store.screens.overview import overview

SELLING_POLICY: Final = f"""# Where the demo's company differs from the standard policy of order to cash.
policy: harbour-selling
version: "1"
effective_from: 2000-01-01
when: {{process: order_to_cash}}
layers:
  - when: {{site: {SILENT}}}
    shipped_by: carrier   # this warehouse's own word is not enough: its carrier has to have the goods
    carrier_lag_max: 4 h
""".encode()
KINDS: Final = ("customer_invoice", "customer_credit_note")
ORDERS: Final = ("sales_order",)
_WAITS: Final = "the world will answer: a carrier, a proof of delivery, the customer's own rule"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selling:
    """How it ended: the claim that waited for its carrier, and the money that was never billed."""

    claim: ClaimPage
    leak: Money


def tell(books: Books, out: Console, *, seed: int, count: int, keep: Callable[[str, Sequence[File]], None]) -> Selling:
    """Play it in these books and print it. Raises `AssertionError` if it does not end as it should."""
    from tieout import app

    made = list(sales(seed, count, at=books.at))
    awaited = next(sale for sale in made if sale.fault == "AR-SHP-NOEVENT")
    evidence = _files(seed, made)
    invoices = lists_of("customer-invoices", [sale.invoice for sale in made if sale.invoice is not None])
    keep("selling", [*evidence, *invoices])
    with stage("Shipments and invoices", len(evidence) + len(invoices)) as heard:
        books.take_in(evidence, told=heard)
        received = books.take_in(invoices, told=heard)
    claims = {each.number: each.claim for answer in received for each in answer.documents}
    with stage("Tying out", books.dirty()) as heard:
        books.tie_out(told=heard)
    with stage("Releasing", books.to_post()) as heard:
        books.post(told=heard)
    billed = sum(sale.invoice is not None for sale in made)
    out.print(f"{billed:,} invoices to customers against what left three warehouses", style="bold", highlight=False)
    out.print()
    show_fates(states(books, KINDS), out, done="cleared and released", waits=_WAITS)
    out.print()
    show_cases(overview(books.scope, kinds=KINDS).codes, app.taxonomy(), out, head="of invoices")
    out.print()
    out.print(
        "The sales orders watch their own billing: what left and is not billed, what is waiting or held above included."
    )
    show_cases(overview(books.scope, kinds=ORDERS).codes, app.taxonomy(), out, head="of sales orders")
    out.print()
    leak = _leaks(books)
    assert awaited.invoice is not None, "it is the invoice that waits"
    claim_id = claims[awaited.invoice.number]
    assert claim_id is not None, "a customer's invoice is a claim"
    return Selling(claim=_wait(books, out, awaited, claim_id), leak=leak)


def _files(seed: int, made: Sequence[Sale]) -> list[File]:
    masters: list[Document] = [paper for pair in customers(seed) for paper in pair]
    return [
        *lists_of("customers", masters),
        *lists_of("sales-orders", [sale.order for sale in made]),
        *lists_of("shipments", [paper for sale in made for paper in sale.papers]),
    ]


def _leaks(books: Books) -> Money:
    rows = [row for row in overview(books.scope, kinds=ORDERS).codes if row.code == "BIL-LEAK"]
    return Money(sum(amount.minor for row in rows for amount in row.at_stake), "EUR")


def _wait(books: Books, out: Console, sale: Sale, claim_id: UUID) -> ClaimPage:
    """One invoice waits for its carrier's word; the word comes, and it goes out by itself."""
    waiting = page_of(books, claim_id)
    assert waiting.judged is not None, "it was tied out"
    assert sale.invoice is not None, "it is the invoice that waits"
    found = waiting.judged.verdict.findings[0]
    assert (waiting.judged.verdict.status, found.code) == ("waiting", "AR-SHP-NOEVENT"), found
    out.print("S-17, while it happens: the carrier has not said a word", style="bold")
    line(out, "shipped", f"{sale.order.number} from {SILENT}, by the warehouse's own word")
    line(
        out,
        "to invoice",
        f"{sale.invoice.number}, {terminal.money(waiting.payable) if waiting.payable else ''} with tax",
    )
    line(out, "WAITING", f"{found.code}, with {waiting.cases[0].queue}", style="bold yellow")
    line(out, "", terminal.message(found))
    line(out, "", "The delay is the carrier feed's, and is counted there.")
    books.at += timedelta(minutes=30)
    books.take_in(lists_of("carrier-events", sale.later))
    line(out, "then", "the carrier's event arrives, half an hour late")
    books.tie_out()
    books.post()
    ended = page_of(books, claim_id)
    assert ended.state.status == "posted", f"the story went another way: {sale.invoice.number} is {ended.state.status}"
    cases = [case(books.scope, known.id) for known in ended.cases]
    assert all(known is not None and known.state.touches == 0 for known in cases), "somebody had to touch it"
    line(out, "RELEASED", f"booked as {ended.state.posted[0].ref}, once; touches by people: 0", style="bold green")
    return ended
