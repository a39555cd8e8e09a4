"""Pages on books that have grown, in whichever build runs this file: fills a home, or reads pages of one and prints what they cost.

It is run as a program of its own, `python bench_pages_probe.py JSON`, by this build's Python and by that of another build, and uses
only what both have. Pages are asked for through Django's test client: routing, views, statements and templates are counted, the
HTTP server is not.
"""

from __future__ import annotations

import importlib.util
import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

_TENANT: Final = "bench"
_PERSON: Final = "bench"
_INVOICES: Final = 400
_FEW: Final = 40
_ROLES: Final = ("ap_analyst", "approver", "controller")
_HOST: Final = "localhost"


def main(given: str) -> None:
    """`given`: JSON of `what` ("fill" or "read"), `home`, and what either needs."""
    asked: dict[str, Any] = json.loads(given)
    from tieout.config.boot import booted, use_home

    use_home(Path(asked["home"]))
    with booted(say=lambda _: None) as settings:
        answer = _fill(settings, **asked["fill"]) if "fill" in asked else _read(settings, **asked["read"])
    print(json.dumps(answer))


def _fill(settings: Any, *, cases: int, documents: int) -> dict[str, int]:
    """Real claims through all stages, then copies until there are so many open cases and documents."""
    from tieout import app
    from tieout.cli.bench_run import run_in
    from tieout.cli.bench_samples import payables
    from tieout.cli.bench_workers import workers
    from tieout.config.postgres.place import ADMIN
    from tieout.core.values.scope import Scope
    from tieout.engine.parallel import parallel_reader
    from tieout.engine.rules import add_policy
    from tieout.identity.people import admit

    at, scope = datetime.now(UTC), Scope(tenant=_TENANT)
    with parallel_reader(app.kinds()) as reader, workers(1) as working:
        engine = app.engine(settings, read=reader)
        admit(_PERSON, tenant=_TENANT, roles=_ROLES)
        for text in app.default_policy_texts().values():
            add_policy(scope, text, read=engine.read_policy, at=at)
        app.targets(settings)
        run = run_in(engine, scope, working, app.stand_in_erp(settings))
        sample = payables(1, min(_INVOICES, max(cases, _FEW)), lines=5, at=at)
        run.prepare(sample)
        run.measure(sample)
    once = _sizes(scope)
    copies = max(-(-cases // max(once["open"], 1)) - 1, 0)
    plain = max(-(-documents // once["documents"]) - 1 - copies, 0)
    _multiplied().multiply(settings.database_url, admin=ADMIN, tenant=_TENANT, copies=copies, plain=plain)
    return _sizes(scope)


def _sizes(scope: Any) -> dict[str, int]:
    from tieout.store.link import query

    sql = """
        select (select count(*) from store_case where tenant = %(tenant)s and closed_at is null),
               (select count(*) from store_document where tenant = %(tenant)s),
               (select count(*) from store_claim where tenant = %(tenant)s),
               (select count(*) from store_event where tenant = %(tenant)s)
    """
    rows = query(scope, sql, {"tenant": scope.tenant})
    return dict(zip(("open", "documents", "claims", "events"), rows[0], strict=True))


def _multiplied() -> Any:
    """`tieout.store.multiplied` of the build that this file is of, whichever runs it."""
    path = Path(__file__).parents[1] / "store" / "multiplied.py"
    spec = importlib.util.spec_from_file_location("multiplied", path)
    assert spec is not None, f"{path} is a module"
    assert spec.loader is not None, f"{path} can be loaded"
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _read(settings: Any, *, times: int, only: list[str] | None = None) -> dict[str, dict[str, float]]:
    """What each page costs: processor milliseconds of Python and of PostgreSQL, and bytes, of one request; the first is not counted."""
    from django.test import Client

    from tieout.app import open_application
    from tieout.cli.bench_meter import Meters
    from tieout.identity.models import User
    from tieout.store.link import backend_pid

    open_application(settings)
    client = Client(headers={"host": _HOST})
    client.force_login(User.objects.get(username=_PERSON))
    meters = Meters(backend_pid())
    figures = {}
    for name, ask in _pages(client).items():
        if only and name not in only:
            continue
        if name == "measures again":
            _made()
        elif name != "measures":
            ask()
        asked = times if name != "measures" else 1
        ours, theirs, begun = time.process_time(), meters.server_seconds(), time.perf_counter()
        sizes = [ask() for _ in range(asked)]
        figures[name] = {
            "cpu_ms_python": round(1000 * (time.process_time() - ours) / asked, 2),
            "cpu_ms_postgresql": round(1000 * (meters.server_seconds() - theirs) / asked, 2),
            "elapsed_ms": round(1000 * (time.perf_counter() - begun) / asked, 2),
            "bytes": sizes[-1],
        }
    return figures


def _made() -> None:
    """Waits for the report that the first request has asked for, in builds that make it beside the requests."""
    from tieout.core.values.scope import Scope
    from tieout.web import measured

    if hasattr(measured, "made"):
        assert measured.made(Scope(tenant=_TENANT), process="", days=90), "the report is there"


def _pages(client: Any) -> dict[str, Callable[[], int]]:
    import re

    def page(path: str) -> bytes:
        answer = client.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        return bytes(answer.content)

    first = page("/queue/").decode()
    cases = list(dict.fromkeys(re.findall(r'href="(/(?:cases?|queue)/[0-9a-f-]{36}/[^"]*)"', first)))
    following = re.findall(r'href="([^"]*after=[^"]*)"', first)
    assert cases, "the list shows cases"
    turn = iter(range(1_000_000))

    def case() -> int:
        return len(page(cases[next(turn) % len(cases)].replace("&amp;", "&")))

    pages = {
        "overview": lambda: len(page("/")),
        "list": lambda: len(page("/queue/")),
        "case": case,
        "claims": lambda: len(page("/claims/")),
        "measures": lambda: len(page("/measures/")),
        "measures again": lambda: len(page("/measures/")),
    }
    if following:
        where = following[0].replace("&amp;", "&")
        pages["next page"] = lambda: len(page(where if where.startswith("/") else f"/queue/{where}"))
    return pages


if __name__ == "__main__":
    main(sys.argv[1])
