"""Run a demonstration with a made-up company: some 300 supplier invoices, its sales, its billing run, three step-by-step examples.

It has a folder and a database of its own, and each demo starts with an empty one. To continue with the same data later, start
`tieout up` on that folder (`make up DEMO=1`).
"""

from __future__ import annotations

import argparse
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tieout.cli.terminal import number, say
from tieout.wording.catalogue import marked, text

if TYPE_CHECKING:
    from rich.console import Console

    from tieout.cli.demo_books import Books
    from tieout.cli.demo_files import DemoFiles, File
    from tieout.config.table import Settings
    from tieout.engine.receive import Receipted

TENANT: Final = "harbour"
COMPANY: Final = "Harbour Supply SE"
USER: Final = "demo"
_COUNT_MIN: Final = 20
_ERP_SECONDS: Final = 2.0
_BEFORE: Final = timedelta(minutes=2)  # the business clock is advanced by seconds, and must not overtake the real one


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How much, from which seed, where, and whether to start the web interface."""
    parser.add_argument("--once", action="store_true", help="stop after the tables and the step-by-step examples")
    parser.add_argument("--seed", type=int, default=1, help="another seed makes other documents")
    parser.add_argument("--count", type=int, default=300, help="how many supplier invoices")
    parser.add_argument(
        "--home", type=Path, default=Path("var/demo"), help="the folder of the demo; it is emptied first"
    )
    parser.add_argument("--port", type=int, help="port of the web interface; a free one is taken if it is in use")


def run(arguments: argparse.Namespace) -> int:
    """Run the demo, then serve the web interface until SIGTERM or SIGINT, unless --once is given."""
    from tieout.cli.check_show import console
    from tieout.cli.demo_progress import DatabaseStage
    from tieout.cli.ending import ended_by_signals
    from tieout.config.boot import booted
    from tieout.config.demo_home import open_demo_home
    from tieout.core.values.errors import Malformed

    if arguments.count < _COUNT_MIN:
        raise Malformed(
            "{count} are too few",
            where="--count",
            remedy="take {least} or more",
            count=arguments.count,
            least=_COUNT_MIN,
        )
    home = open_demo_home(arguments.home, say=say)
    database = DatabaseStage()
    with ended_by_signals(), database, booted(say=database.say) as settings:
        database.end()
        out = console()
        _play(settings, out, home=home, seed=arguments.seed, count=arguments.count)
        if not arguments.once:
            _serve(settings, out, wanted=settings.http_port if arguments.port is None else arguments.port)
    return 0


def _play(settings: Settings, out: Console, *, home: Path, seed: int, count: int) -> None:
    from tieout import app
    from tieout.cli import demo_billing as billing
    from tieout.cli import demo_selling as selling
    from tieout.cli.demo_files import demo_files
    from tieout.cli.demo_progress import stage
    from tieout.cli.demo_story import play
    from tieout.cli.demo_table import account, show
    from tieout.store.screens.overview import overview

    at = datetime.now(UTC) - _BEFORE
    with stage(marked("Writing documents"), count) as advance:
        made = demo_files(seed, count, at=at, advance=advance)
        inbox = _lay_out(made, home / "inbox")
    books = _books(settings, at=at)
    evidence, receipted = take_all(books, made)
    totals = account(books.scope, receipted)
    in_inbox = len(list((inbox / "invoices").iterdir()))
    assert in_inbox == totals.files, f"{in_inbox} files are in {inbox / 'invoices'}, {totals.files} were received"
    head = text(
        "{company}: {invoices} supplier invoices against {others} other documents",
        company=COMPANY,
        invoices=number(in_inbox),
        others=number(evidence),
    )
    out.print(head, style="bold")
    out.print(text("from {folder}", folder=_short(inbox)), style="dim", highlight=False, markup=False)
    out.print()
    payables = app.pack_named("payables").claims
    show(totals, overview(books.scope, kinds=payables), app.taxonomy(), out)
    out.print()
    play(books, out, exchange=settings.exchange, keep=lambda file: _write(home / "story", [file]))
    out.print()
    more = max(count * 2 // 5, _COUNT_MIN)

    def keep(name: str, files: Sequence[File]) -> None:
        _write(inbox / name, files)

    selling.play(books, out, seed=seed, count=more, keep=keep)
    out.print()
    billing.play(books, out, seed=seed, count=more, keep=keep)


def take_all(books: Books, made: DemoFiles) -> tuple[int, list[Receipted]]:
    """Everything is received, tied out and posted, with progress.

    Returns how many evidence documents were received, and the result for every invoice file. Raises `AssertionError` for an
    evidence file that was not read.
    """
    from tieout.cli.demo_progress import stage

    evidence = (*made.masters, *made.evidence)
    with stage(marked("Receiving evidence"), len(evidence)) as advance:
        answers = books.take_in(evidence, advance=advance)
    with stage(marked("Receiving invoices"), len(made.invoices)) as advance:
        receipted = books.take_in(made.invoices, advance=advance)
    with stage(marked("Tying out"), books.dirty()) as advance:
        books.tie_out(advance=advance)
    with stage(marked("Posting"), books.to_post()) as advance:
        books.post(advance=advance)
    for answer in answers:
        assert answer.documents, f"nothing was read from {answer.name}"
        assert not any(document.unreadable for document in answer.documents), f"{answer.name} cannot be read"
    return sum(len(answer.documents) for answer in answers), receipted


def _books(settings: Settings, *, at: datetime) -> Books:
    """The organisation of the demo, with the shipped policies and a user who may do everything."""
    from tieout import app
    from tieout.cli.demo_books import Books
    from tieout.cli.demo_selling import SELLING_POLICY
    from tieout.cli.whose import source_of
    from tieout.core.access.role import ROLES
    from tieout.core.values.scope import Scope
    from tieout.engine.rules import add_policy
    from tieout.identity.people import admit
    from tieout.identity.tenants import call_tenant

    admit(USER, tenant=TENANT, roles=[role.id for role in ROLES])
    call_tenant(TENANT, COMPANY)
    scope = Scope(tenant=TENANT, actor="setup")
    engine = app.engine(settings)
    for content in (*app.default_policy_texts().values(), SELLING_POLICY):
        add_policy(scope, content, read=engine.read_policy, at=at)
    return Books(
        engine=engine,
        scope=scope,
        source=source_of(engine, scope),
        targets=app.targets(settings),
        erp=app.stand_in_erp(settings),
        at=at,
    )


def _lay_out(made: DemoFiles, inbox: Path) -> Path:
    _write(inbox / "masters", made.masters)
    _write(inbox / "evidence", made.evidence)
    _write(inbox / "invoices", made.invoices)
    return inbox


def _write(folder: Path, files: Sequence[File]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        (folder / file.name).write_bytes(file.content)


def _short(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def _serve(settings: Settings, out: Console, *, wanted: int) -> None:
    from tieout import app
    from tieout.cli.serving import serve
    from tieout.cli.workers import workers
    from tieout.identity.links import make_link
    from tieout.identity.people import person

    port = _free(settings.http_address, wanted)
    token = make_link(person(USER), at=datetime.now(UTC), minutes=settings.sign_in_minutes)

    def opened(_line: str) -> None:
        out.print()
        out.print(text("The web interface is open. Sign in once with this address:"), style="bold")
        out.print(f"http://{settings.http_address}:{port}/enter/{token}", highlight=False, markup=False, soft_wrap=True)
        out.print(text("Ctrl-C stops it. What you do there is kept until the next demo."), style="dim")
        out.file.flush()

    erp = app.stand_in_erp(settings)
    try:
        with _repeated(lambda: erp.run(at=datetime.now(UTC))), workers(settings.workers, say=say):
            serve(settings, port=port, say=opened)
    except KeyboardInterrupt:
        pass
    say(text("Stopped."))


def _free(address: str, wanted: int) -> int:
    """The wanted port, or a free one where that is taken."""
    for port in (wanted, 0):
        try:
            with socket.create_server((address, port)) as tried:
                return int(tried.getsockname()[1])
        except OSError:
            continue
    return wanted


@contextmanager
def _repeated(act: Callable[[], object]) -> Iterator[None]:
    """The act every two seconds, in a thread of its own, while the block runs."""
    ended = threading.Event()

    def go_on() -> None:
        while not ended.wait(_ERP_SECONDS):
            act()

    thread = threading.Thread(target=go_on, name="erp", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
