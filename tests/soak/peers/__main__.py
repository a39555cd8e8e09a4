"""Tieout beside other programs that do a part of the same work, in one run: `python -m tests.soak.peers [--invoices 200]`.

* Tryton 8.2.1, in one process with SQLite: posts invoices that it drafted itself from an order and a receipt.
* invoice-agent 0.2.1: matches invoices that are read already against orders and receipts in memory; compared with Tieout's kernel.
* lxml alone: parses the same UBL files and fetches their fields; compared with Tieout's receiving.
* PostgreSQL alone: COPY of usage events, kept under unique ids, and a GROUP BY by hour; compared with Tieout's counting.

The programs are installed into a folder of their own (`--environment`, made anew where there is none); nothing of Tieout imports them.
All figures are processor time, PostgreSQL's included. None of them is a race: each line says what the other does not do.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from tieout.cli.bench_samples import Sample, payables
from tieout.core.values.money import Money
from tieout.trade.documents import Invoice, Order, Receipt

PACKAGES = (
    "invoice-agent==0.2.1", "lxml==6.1.3", "trytond==8.2.1", "trytond-purchase==8.2.0", "trytond-account-invoice-stock==8.2.0",
    "trytond-stock==8.2.1", "proteus==8.2.0",
)  # fmt: skip
HERE = Path(__file__).parent
LINES = 5


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--invoices", type=int, default=1000, help="how many invoices (default: 1000; Tryton posts 20)")
    parser.add_argument("--events", type=int, default=300_000, help="how many usage events (default: 300000)")
    parser.add_argument("--environment", type=Path, help="a folder with the other programs, kept for the next time")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tieout-peers-") as folder:
        place = Path(folder)
        python = environment(arguments.environment or place / "environment")
        sample = payables(1, arguments.invoices, lines=LINES, at=datetime.now(UTC))
        write_for_others(sample, place)
        ours = bench("payables", "--invoices", str(arguments.invoices), "--lines", str(LINES))
        usage = bench("billing", "--invoices", "50", "--events", str(arguments.events))["usage"]
        show("Tieout, end to end", ours["cpu_ms_per_document"], 1.0, "reads, keeps, ties out, posts, confirms")
        theirs = run(python, "of_tryton.py", "20", str(LINES))
        show(
            "Tryton",
            theirs["ms"],
            theirs["ms"] / ours["cpu_ms_per_document"],
            "posts its own drafts: reads and matches nothing",
        )
        kernel = 1000 / ours["core_documents_per_second"]
        show("Tieout's kernel", kernel, 1.0, "matches, checks and judges in memory")
        theirs = run(python, "of_invoice_agent.py", str(place))
        show("invoice-agent", theirs["ms"], theirs["ms"] / kernel, f"matches in memory; {theirs['decided']}")
        stage = ours["stages"]["receive"]
        receiving = stage["cpu_ms_python"] + stage["cpu_ms_postgresql"]
        show("Tieout's receiving", receiving, 1.0, "reads, checks, keeps and records")
        theirs = run(python, "of_lxml.py", str(place))
        show("lxml alone", theirs["ms"], theirs["ms"] / receiving, "parses, fetches 30 fields and 5 a line")
        counting = usage["cpu_seconds_per_million_events"]
        show(
            "Tieout, usage", counting, 1.0, "s a million events: reads, checks, counts once, corrects, states", unit="s"
        )
        copied = copy_and_group(arguments.events)
        show(
            "COPY + GROUP BY", copied, copied / counting, "s a million events: unique ids and totals by hour", unit="s"
        )
    return 0


def show(name: str, figure: float, ratio: float, does: str, *, unit: str = "ms") -> None:
    print(f"{name:22} {figure:10.3f} {unit:3} x {ratio:8.2f}   {does}", flush=True)


def environment(folder: Path) -> Path:
    """The Python that has the other programs, installed where they are not."""
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
    return python


def run(python: Path, script: str, *arguments: str) -> dict[str, Any]:
    """What one of the scripts beside this file prints last."""
    done = subprocess.run([python, HERE / script, *arguments], check=True, capture_output=True, text=True)
    printed: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return printed


def bench(*arguments: str) -> dict[str, Any]:
    """The figures of `tieout bench`."""
    words = [sys.executable, "-m", "tieout.cli", "bench", *arguments, "--json"]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    printed: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return printed


def write_for_others(sample: Sample, place: Path) -> None:
    """The same invoices as files, and as invoice-agent reads them with their orders and receipts."""
    (place / "files").mkdir()
    for name, content in sample.files:
        (place / "files" / name).write_bytes(content)
    orders = [document for document in sample.evidence if isinstance(document, Order)]
    receipts = [document for document in sample.evidence if isinstance(document, Receipt)]
    places = {(order.number, line.id): k for order in orders for k, line in enumerate(order.lines, 1)}
    written = {
        "orders": [order_of(order) for order in orders],
        "receipts": [receipt_of(receipt, k, places) for k, receipt in enumerate(receipts)],
        "invoices": [invoice_of(claim) for claim in sample.claims if isinstance(claim, Invoice)],
    }
    (place / "matching.json").write_text(json.dumps(written, default=str))


def copy_and_group(events: int) -> float:
    """Processor seconds for a million events: COPY into a stage, insert under unique ids, group by hour."""
    import psycopg

    from tieout.cli.bench_meter import Meters
    from tieout.cli.bench_usage import Shape, account, sample
    from tieout.cli.temporary import temporary_home

    shape = Shape(name=account, accounts=1000)
    rows = [json.loads(line) for block in sample(1, events, shape) for line in block.splitlines()]
    lines = [
        f"{row['id']}\t{row['identifier']}\t{row['meter']}\t{row['occurred_at']}\t{row['quantity']}\n"
        for row in rows
        if "id" in row
    ]
    with (
        temporary_home("peers", say=lambda _: None),
        psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as link,
    ):
        meters = Meters(link.info.backend_pid)
        link.execute(
            "create table peer_event (id text primary key, account text, meter text, at timestamptz, quantity numeric)"
        )
        link.execute("create temp table stage (like peer_event)")
        spent = -meters.server_seconds() - time.process_time()
        with link.cursor() as cursor, cursor.copy("copy stage from stdin") as copy:
            copy.write("".join(lines))
        link.execute("insert into peer_event select distinct on (id) * from stage on conflict do nothing")
        grouped = "select account, meter, date_trunc('hour', at), sum(quantity) from peer_event group by 1, 2, 3"
        link.execute(f"create table peer_hour as {grouped}")
        spent += meters.server_seconds() + time.process_time()
    return spent / events * 1_000_000


def order_of(order: Order) -> dict[str, Any]:
    """An order as invoice-agent has it: its lines are numbered."""
    lines = [
        {
            "line_no": k,
            "description": line.description or f"Item {line.id}",
            "quantity": line.quantity.value,
            "unit_price": (line.price or Decimal(0)) / line.price_per,
        }
        for k, line in enumerate(order.lines, 1)
    ]
    return {"po_number": order.number, "vendor": order.supplier.name, "currency": order.currency, "lines": lines}


def receipt_of(receipt: Receipt, nth: int, places: Mapping[tuple[str, str], int]) -> dict[str, Any]:
    """A receipt as invoice-agent has it: its lines name the order's by their place."""
    number = receipt.order_number or receipt.lines[0].order.document
    lines = [
        {"line_no": places.get((number, line.order.line), k), "quantity": line.accepted.value}
        for k, line in enumerate(receipt.lines, 1)
    ]
    return {"receipt_id": f"{receipt.number}-{nth}", "po_number": number, "lines": lines}


def invoice_of(invoice: Invoice) -> dict[str, Any]:
    """An invoice as invoice-agent has it."""
    lines = [
        {
            "description": line.description or f"Item {line.order.line}",
            "quantity": line.quantity.value if line.quantity else 1,
            "unit_price": (line.price or Decimal(0)) / line.price_per,
            "amount": plain(line.net),
        }
        for line in invoice.lines
    ]
    totals = invoice.totals
    return {
        "vendor": invoice.supplier.name,
        "invoice_number": invoice.number,
        "invoice_date": invoice.issue_date,
        "po_number": invoice.order_number or invoice.lines[0].order.document,
        "currency": invoice.currency,
        "line_items": lines,
        "subtotal": plain(totals.net),
        "tax": plain(totals.tax),
        "total": plain(totals.gross),
    }


def plain(amount: Money | None) -> Decimal:
    """An amount in its currency's unit."""
    return amount.amount if amount is not None else Decimal(0)


if __name__ == "__main__":
    sys.exit(main())
