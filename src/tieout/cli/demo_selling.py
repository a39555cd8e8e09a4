"""The demo's second story: from shipment to release. Customer invoices are tied out against shipments, and one waits for its carrier."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from rich.console import Console

from tieout.cli import terminal
from tieout.cli.demo_books import Books
from tieout.cli.demo_files import File
from tieout.cli.demo_frame import line, lists_of, page_of, states
from tieout.cli.demo_progress import stage
from tieout.cli.demo_table import show_cases, show_fates
from tieout.core.documents.kind import Document
from tieout.core.values.money import Money
from tieout.scenario.sample_sales import SILENT, Sale, customers, sales
from tieout.store.screens.case import ClaimPage, case
from tieout.store.screens.overview import overview
from tieout.wording import owners
from tieout.wording.catalogue import marked, text

SELLING_POLICY: Final = f"""# Where the demo's company differs from the standard policy of order to cash.
policy: harbour-selling
version: "1"
effective_from: 2000-01-01
when: {{process: order_to_cash}}
layers:
  - when: {{site: {SILENT}}}
    shipped_by: carrier   # this warehouse's confirmation is not enough: the carrier must have collected the goods
    carrier_lag_max: 4 h
""".encode()
KINDS: Final = ("customer_invoice", "customer_credit_note")
ORDERS: Final = ("sales_order",)
_WAITS: Final = marked("waiting for evidence: a carrier event, a proof of delivery, the customer's billing rule")


@dataclass(frozen=True, slots=True, kw_only=True)
class Selling:
    """The result: the claim that waited for its carrier, and the amount that was never billed."""

    claim: ClaimPage
    leak: Money


def play(books: Books, out: Console, *, seed: int, count: int, keep: Callable[[str, Sequence[File]], None]) -> Selling:
    """Play it for this organisation and print it. Raises `AssertionError` if it does not end as it should."""
    from tieout import app

    made = list(sales(seed, count, at=books.at))
    awaited = next(sale for sale in made if sale.fault == "AR-SHP-NOEVENT")
    evidence = _files(seed, made)
    invoices = lists_of("customer-invoices", [sale.invoice for sale in made if sale.invoice is not None])
    keep("selling", [*evidence, *invoices])
    with stage(marked("Shipments and invoices"), len(evidence) + len(invoices)) as advance:
        books.take_in(evidence, advance=advance)
        received = books.take_in(invoices, advance=advance)
    claims = {document.number: document.claim for answer in received for document in answer.documents}
    with stage(marked("Tying out"), books.dirty()) as advance:
        books.tie_out(advance=advance)
    with stage(marked("Releasing"), books.to_post()) as advance:
        books.post(advance=advance)
    billed = sum(sale.invoice is not None for sale in made)
    head = text("{count} customer invoices against the shipments of three warehouses", count=terminal.number(billed))
    out.print(head, style="bold", highlight=False)
    out.print()
    show_fates(states(books, KINDS), out, done=marked("cleared and released"), waits=_WAITS)
    out.print()
    show_cases(overview(books.scope, kinds=KINDS), app.taxonomy(), out, head=marked("of invoices"))
    out.print()
    out.print(
        text("Sales orders are checked for goods shipped and not billed, including what is waiting or held above.")
    )
    show_cases(overview(books.scope, kinds=ORDERS), app.taxonomy(), out, head=marked("of sales orders"))
    out.print()
    leak = _leaks(books)
    assert awaited.invoice is not None, "it is the invoice that waits"
    claim_id = claims[awaited.invoice.number]
    assert claim_id is not None, "a customer's invoice is a claim"
    return Selling(claim=_wait(books, out, awaited, claim_id), leak=leak)


def _files(seed: int, made: Sequence[Sale]) -> list[File]:
    masters: list[Document] = [document for pair in customers(seed) for document in pair]
    return [
        *lists_of("customers", masters),
        *lists_of("sales-orders", [sale.order for sale in made]),
        *lists_of("shipments", [document for sale in made for document in sale.documents]),
    ]


def _leaks(books: Books) -> Money:
    rows = [row for row in overview(books.scope, kinds=ORDERS).by_code if row.code == "BIL-LEAK"]
    return Money(sum(amount.minor for row in rows for amount in row.at_stake), "EUR")


def _wait(books: Books, out: Console, sale: Sale, claim_id: UUID) -> ClaimPage:
    """One invoice waits for its carrier's event; the event arrives, and the invoice is released automatically."""
    waiting = page_of(books, claim_id)
    assert waiting.judged is not None, "it was tied out"
    assert sale.invoice is not None, "it is the invoice that waits"
    finding = waiting.judged.verdict.findings[0]
    assert (waiting.judged.verdict.status, finding.code) == ("waiting", "AR-SHP-NOEVENT"), finding
    out.print(text("S-17, step by step: the carrier has not confirmed collection"), style="bold")
    shipped = text("{order} from {site}, confirmed by the warehouse alone", order=sale.order.number, site=SILENT)
    line(out, text("shipped"), shipped)
    payable = terminal.money(waiting.payable) if waiting.payable else ""
    line(out, text("invoice"), text("{number}, {payable} with tax", number=sale.invoice.number, payable=payable))
    owner = text("{code}, with {queue}", code=finding.code, queue=owners.queue(waiting.cases[0].queue))
    line(out, text("WAITING"), owner, style="bold yellow")
    line(out, "", terminal.message(finding))
    line(out, "", text("The delay is counted against the carrier feed."))
    books.at += timedelta(minutes=30)
    books.take_in(lists_of("carrier-events", sale.later))
    line(out, text("then"), text("the carrier's event arrives, half an hour late"))
    books.tie_out()
    books.post()
    ended = page_of(books, claim_id)
    assert ended.state.status == "posted", f"the story went another way: {sale.invoice.number} is {ended.state.status}"
    cases = [case(books.scope, case_row.id) for case_row in ended.cases]
    assert all(case_row is not None and case_row.state.touches == 0 for case_row in cases), "somebody had to act on it"
    booked = text("posted as {ref}, once; manual touches: 0", ref=ended.state.posted[0].ref)
    line(out, text("RELEASED"), booked, style="bold green")
    return ended
