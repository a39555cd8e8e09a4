"""Measuring a billing run: usage events are counted and stated, then every account's invoice is tied out against them.

The accounts, their subscriptions and the accounting setup are received beforehand and not counted. The events are those of
the last hours of the month that is billed; the feed closes every hour of it, so that every statement is complete.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tieout.cli.bench_run import Measured, run_in
from tieout.cli.bench_samples import billing
from tieout.cli.bench_usage import Shape, UsageMeasured, count_in
from tieout.cli.bench_workers import workers
from tieout.scenario.sample_billing import METERS, account_of, period_billed

if TYPE_CHECKING:
    from tieout.core.values.scope import Scope

_HOURS: Final = 4
_KEYS: Final = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingMeasured:
    """A whole run: the usage, the invoices, and how many of these the pure kernel judges in a processor second."""

    usage: UsageMeasured
    run: Measured
    core: float


def measure_billing(seed: int, *, invoices: int, lines: int, events: int, at: datetime) -> BillingMeasured:
    """A run on a database in a folder of its own, which is removed afterwards (or on DATABASE_URL, under a tenant of its own)."""
    from tieout.cli.bench_run import measure_core
    from tieout.config.boot import booted, use_home

    core = measure_core(billing(seed, min(invoices, 3_000), lines=lines, at=at), at=at)
    home = Path(tempfile.mkdtemp(prefix="tieout-bench-"))
    home.chmod(0o755)
    use_home(home / "home")
    try:
        with booted(say=lambda _: None) as settings:
            from tieout import app
            from tieout.core.values.scope import Scope
            from tieout.engine.parallel import parallel_reader
            from tieout.engine.rules import add_policy
            from tieout.identity.people import admit

            with parallel_reader(app.kinds()) as reader, workers() as working:
                engine = app.engine(settings, read=reader)
                scope = Scope(tenant=f"bench-{datetime.now(UTC):%Y%m%d%H%M%S}")
                admit("bench", tenant=scope.tenant, roles=())
                for text in app.default_policy_texts().values():
                    add_policy(scope, text, read=engine.read_policy, at=datetime.now(UTC))
                app.targets(settings)
                run = run_in(engine, scope, working, app.stand_in_erp(settings))
                run.prepare(billing(seed, invoices, lines=lines, at=at, used={}))
                usage = count_in(engine, scope, seed, events, _shape(invoices, at))
                used = dict(_used(scope, invoices, at))
                working.tie_out(scope)
                sample = billing(seed, invoices, lines=lines, at=at, used=used)
                return BillingMeasured(usage=usage, run=run.measure(sample), core=core)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _shape(accounts: int, at: datetime) -> Shape:
    first, last = period_billed(at.date())
    begins = datetime.combine(first, time(), tzinfo=UTC)
    ends = datetime.combine(last + timedelta(days=1), time(), tzinfo=UTC)
    return Shape(
        name=account_of,
        accounts=accounts,
        meters=METERS,
        start=ends - timedelta(hours=_HOURS),
        hours=_HOURS,
        closes_from=begins,
        closed=int((ends - begins) / timedelta(hours=1)),
    )


def _used(scope: Scope, accounts: int, at: datetime) -> Iterator[tuple[tuple[str, str], Decimal]]:
    """The quantities of the published statements, by account and meter."""
    from tieout.formats import canonical_json
    from tieout.store import documents
    from tieout.trade.documents import UsageStatement
    from tieout.trade.selling_keys import usage_key

    first, _ = period_billed(at.date())
    keys = (usage_key(meter, account_of(k), first) for k in range(accounts) for meter in METERS)
    for some in _parts(keys):
        ids = [row.id for row in documents.find(scope, some) if row.in_force]
        for body in documents.bodies(scope, ids).values():
            statement = canonical_json.decode_as(UsageStatement, bytes(body))
            yield (statement.account, statement.meter), statement.quantity


def _parts(keys: Iterable[str]) -> Iterator[list[str]]:
    part: list[str] = []
    for key in keys:
        part.append(key)
        if len(part) == _KEYS:
            yield part
            part = []
    if part:
        yield part
