"""The demo: its documents follow from a seed, none is lost, its stories end as they should, its folder is its own."""

from __future__ import annotations

import fcntl
import io
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import psutil
import pytest
from rich.console import Console

from tests.support.access import SETUP
from tests.support.reading import read
from tests.support.server import Database
from tieout import app
from tieout.cli import demo_billing as billing
from tieout.cli import demo_selling as selling
from tieout.cli.demo import take_all
from tieout.cli.demo_books import Books
from tieout.cli.demo_files import DemoFiles, File, demo_files
from tieout.cli.demo_selling import SELLING_POLICY
from tieout.cli.demo_story import play
from tieout.cli.demo_table import AGAIN, POSTED, account, show
from tieout.config.demo_home import open_demo_home
from tieout.config.errors import CannotRunError
from tieout.config.postgres import destroy
from tieout.config.settings import TIEOUT
from tieout.connectors.voucher_folder import VoucherFolder
from tieout.connectors.voucher_folder.importer import Importer
from tieout.core.values.scope import Scope
from tieout.engine.rules import add_policy
from tieout.scenario.sample_billing import FAULTS as BILL_FAULTS
from tieout.scenario.sample_billing import bills
from tieout.scenario.sample_faults import FAULTS
from tieout.scenario.sample_sales import FAULTS as SALES_FAULTS
from tieout.scenario.sample_sales import sales
from tieout.store import claims
from tieout.store.screens.overview import overview
from tieout.trade.documents import Invoice

AT = datetime(2026, 3, 3, 10, 0, tzinfo=UTC)
SEED = 1


@pytest.fixture(scope="module")
def made() -> DemoFiles:
    return demo_files(SEED, 300, at=AT)


@pytest.fixture
def books(database: Database, tmp_path: Path) -> Books:
    engine, scope = app.engine(TIEOUT), Scope(tenant=f"demo-{uuid4().hex[:12]}")
    for text in (*app.default_policy_texts().values(), SELLING_POLICY):
        add_policy(scope, text, read=engine.read_policy, at=AT)
    folder = VoucherFolder(tmp_path / "exchange", queue="erp")
    folder.prepare()
    erp = Importer(tmp_path / "exchange")
    return Books(engine=engine, scope=scope, source=SETUP, targets={folder.queue: folder}, erp=erp, at=AT)


def test_the_same_seed_and_instant_give_the_same_bytes_and_another_seed_others() -> None:
    assert demo_files(SEED, 20, at=AT) == demo_files(SEED, 20, at=AT)
    assert demo_files(SEED, 20, at=AT).invoices != demo_files(SEED + 1, 20, at=AT).invoices


def test_every_format_and_every_fault_comes_up_under_names_of_their_own(made: DemoFiles) -> None:
    assert len(made.invoices) == 300
    readings = [reading for file in made.invoices for reading in read(file.content, name=file.name)]
    formats = Counter(reading.format.partition("-")[0] for reading in readings if reading.document.kind == "invoice")
    assert set(formats) == {"ubl", "cii", "factur", "canonical", "csv"}
    assert 20 <= formats["factur"] <= 45
    assert made.expected == set(FAULTS)
    lines = {len(reading.document.lines) for reading in readings if isinstance(reading.document, Invoice)}
    assert lines >= {3, 4, 5}
    for files in (made.masters, made.evidence, made.invoices):
        assert len({file.name for file in files}) == len(files)


def test_evidence_comes_mixed_too_and_is_read(made: DemoFiles) -> None:
    readings = [reading for file in (*made.masters, *made.evidence) for reading in read(file.content, name=file.name)]
    assert not [reading for reading in readings if reading.document.kind == "unreadable"]
    kinds = {(reading.document.kind, reading.format.partition("-")[0]) for reading in readings}
    assert kinds >= {(kind, format_) for kind in ("order", "receipt") for format_ in ("ubl", "canonical", "csv")}
    assert {kind for kind, _ in kinds} >= {"supplier", "product", "contract", "despatch_advice"}
    assert sum(reading.document.kind == "supplier" for reading in readings) == 25


def test_six_are_damaged_one_in_every_way(made: DemoFiles) -> None:
    reasons = [
        reading.remarks[0].message
        for file in made.invoices
        for reading in read(file.content, name=file.name)
        if reading.document.kind == "unreadable"
    ]
    assert len(reasons) == 6
    for word in ("empty", "encoding", "DOCTYPE", "broken: Couldn't find end", "only a picture", "no business document"):
        assert sum(word in reason for reason in reasons) == 1, (word, reasons)


def test_every_file_is_accounted_for_and_every_fault_is_detected(books: Books) -> None:
    made = demo_files(SEED, 64, at=AT)
    evidence, receipted = take_all(books, made)
    totals = account(books.scope, receipted)
    assert totals.files == totals.accounted == len(made.invoices) == 64
    assert evidence > 300
    counts = claims.counts(books.scope)
    assert sum(counts.values()) == 64 - totals.fates.get(AGAIN, 0)
    assert totals.fates[POSTED] == counts["posted"] == len(books.erp.ledger())
    codes = {row.code for row in overview(books.scope).codes}
    assert made.expected <= codes
    assert "DOC-UNREAD" in codes
    out = io.StringIO()
    show(totals, overview(books.scope), app.taxonomy(), Console(file=out, width=160))
    assert "64 files in, 64 accounted for." in out.getvalue()


def test_a_second_delivery_of_everything_changes_nothing(books: Books) -> None:
    made = demo_files(SEED, 20, at=AT)
    _, receipted = take_all(books, made)
    before = claims.counts(books.scope), books.erp.ledger()
    again = books.take_in([*made.masters, *made.evidence, *made.invoices])
    books.tie_out()
    books.post()
    assert {answer.fate for answer in again} == {"known"}
    assert (claims.counts(books.scope), books.erp.ledger()) == before
    assert account(books.scope, receipted).files == 20


def test_a_file_that_nothing_came_of_stops_the_demo(books: Books) -> None:
    _, receipted = take_all(books, demo_files(SEED, 20, at=AT))
    lost = replace(receipted[0], documents=(), fate="accepted")
    with pytest.raises(AssertionError, match="and has no claim"):
        account(books.scope, [lost, *receipted[1:]])


def test_the_story_waits_clears_by_itself_and_is_booked_once(books: Books, tmp_path: Path) -> None:
    out = io.StringIO()
    kept: list[File] = []
    story = play(books, Console(file=out, width=120), exchange=tmp_path / "exchange", keep=kept.append)
    printed = " ".join(out.getvalue().split())
    assert "WAITING AP-QTY-INSP, with Receiving/WMS-4 until Tue 10 Mar 2026 13:00 UTC" in printed
    assert "manual touches: 0" in printed
    assert "net 12,000.00 EUR, tax 2,280.00 EUR, gross 14,280.00 EUR" in printed
    assert story.file.name in printed
    assert story.file.is_file()
    assert [(entry.number, entry.net) for entry in books.erp.ledger()] == [("KF-2201", "12000.00")]
    assert [file.name for file in kept][-2:] == ["KF-2201.xml", "UD-77.json"]


@pytest.mark.mission("DOM-DAR1", "DOM-O2C", "EXC-10", "S-17", "S-18")
def test_an_invoice_waits_for_its_carrier_and_goes_out_by_itself(books: Books) -> None:
    """S-17, S-18, DOM-DAR1, DOM-O2C, EXC-10: the second story, with waits due to policy apart from errors."""
    out = io.StringIO()
    kept: dict[str, int] = {}
    made = list(sales(SEED, 60, at=AT))
    story = selling.play(
        books,
        Console(file=out, width=170),
        seed=SEED,
        count=60,
        keep=lambda name, files: kept.update({name: len(files)}),
    )
    printed = " ".join(out.getvalue().split())
    assert {sale.fault for sale in made} >= set(SALES_FAULTS)
    rows = overview(books.scope, kinds=(*selling.KINDS, *selling.ORDERS)).codes
    assert {row.code for row in rows} >= set(SALES_FAULTS) - {"AR-SHP-NOEVENT"}
    assert story.claim.state.status == "posted"
    assert "manual touches: 0" in printed
    assert re.search(r"AR-CUST-RULE │ Waiting under customer's billing rule │ by policy", printed)
    leaks = [sale for sale in made if sale.fault == "BIL-LEAK"]
    assert kept == {"selling": 4}
    assert story.leak.minor > 0
    assert leaks
    late = sum(
        line.price * line.quantity.value for sale in leaks for line in sale.order.lines if line.price is not None
    )
    held = [row for row in rows if row.code == "BIL-LEAK" and row.queue == "revenue-operations"]
    assert [money.amount for row in held for money in row.at_stake] == [late]


@pytest.mark.mission("KPI-10", "S-26")
def test_a_late_feed_holds_its_accounts_and_no_others(books: Books) -> None:
    """S-26, KPI-10: the third story; every other invoice of the run is sent before the feed arrives."""
    out = io.StringIO()
    made = list(bills(SEED, 60, at=AT))
    story = billing.play(books, Console(file=out, width=170), seed=SEED, count=60, keep=lambda name, files: None)
    late = [bill for bill in made if bill.fault == "BIL-USG-LATE"]
    assert {bill.fault for bill in made} >= set(BILL_FAULTS)
    assert {page.state.number for page in story.waited} == {bill.invoice.number for bill in late}
    assert {page.state.status for page in story.waited} == {"posted"}
    booked = [entry.number for entry in books.erp.ledger()]
    clean = [bill.invoice.number for bill in made if not bill.fault]
    assert all(booked.count(number) == 1 for number in clean)
    assert f"{len(late)} invoices were sent automatically" in out.getvalue()
    unknown = [bill.invoice.number for bill in made if bill.fault == "BIL-READY-CUST"]
    assert not set(unknown) & set(booked)


def test_the_command_plays_in_a_folder_of_its_own_and_leaves_no_process(tmp_path: Path) -> None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("TIEOUT_", "DJANGO_"))}
    command = [sys.executable, "-m", "tieout.cli", "demo", "--once", "--count", "20", "--home", str(tmp_path / "demo")]
    ran = subprocess.run(command, env=environ, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "20 files in, 20 accounted for." in ran.stdout
    assert "The ERP posted it as" in ran.stdout
    assert "\x1b" not in ran.stdout
    assert not [
        process
        for process in psutil.process_iter(["cmdline"])
        if str(tmp_path) in " ".join(process.info["cmdline"] or ())
    ]
    destroy(tmp_path / "demo")


@pytest.fixture
def environ() -> Iterator[None]:
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.mark.usefixtures("environ")
def test_its_folder_is_emptied_and_nobody_elses(tmp_path: Path) -> None:
    lines: list[str] = []
    home = open_demo_home(tmp_path / "demo", say=lines.append)
    assert lines == []
    assert os.environ["TIEOUT_HOME"] == str(home)
    assert "DATABASE_URL" not in os.environ
    (home / "inbox").mkdir()
    (home / "inbox" / "old.xml").touch()
    open_demo_home(home, say=lines.append)
    assert not (home / "inbox").exists()
    assert len(lines) == 1
    with (home / "postgres.users").open("a") as users:
        fcntl.flock(users, fcntl.LOCK_SH)  # as every program with an open database does
        with pytest.raises(CannotRunError, match="A demo is running"):
            open_demo_home(home, say=lines.append)
    books = tmp_path / "books"
    books.mkdir()
    (books / "secret_key").touch()
    with pytest.raises(CannotRunError, match="something else than a demo"):
        open_demo_home(books, say=lines.append)
    assert (books / "secret_key").exists()
