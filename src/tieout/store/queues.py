"""The rows of queues: made when first used, locked while their counts change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from tieout.core.audit.records import Form
from tieout.core.outbox.queue import Queue
from tieout.core.values.scope import Scope
from tieout.store.form_rows import note_rows
from tieout.store.link import query, scoped
from tieout.store.models import Queue as Row
from tieout.store.sentences import with_words, words_text

_SETTINGS: Final = (
    "batch_max", "per_minute", "lease", "answer_within", "quiet", "attempts_max", "retry_first", "retry_last", "breaker_after",
    "breaker_first", "breaker_last",
)  # fmt: skip
"""What people set; the other columns are observed."""
QUEUE: Final = Form(
    name="queue/1",
    table="store_queue",
    key=("name",),
    columns=("name", *_SETTINGS),
    types=("text", *("int4" for _ in _SETTINGS)),
    lasting=False,
)
_NAMES: Final = tuple(field.name for field in fields(Queue))


@scoped
def lock_queue(scope: Scope, name: str) -> Queue:
    """The queue, made if it is new; its row is locked until the transaction ends."""
    rows = Row.objects.filter(tenant=scope.tenant, name=name).select_for_update()
    values = rows.values(*_NAMES, "words").first()
    if values is None:
        Row.objects.bulk_create([Row(tenant=scope.tenant, name=name)], ignore_conflicts=True)
        values = rows.values(*_NAMES, "words").get()
        _note(scope, name)
    return _queue(values)


@scoped
def save_queue(scope: Scope, queue: Queue) -> None:
    """Writes the queue. In the transaction that locked it."""
    columns = {name: getattr(queue, name) for name in _NAMES}
    columns |= {"trouble": str(queue.trouble), "words": words_text(trouble=queue.trouble)}
    rows: Any = Row.objects.filter(tenant=scope.tenant, name=columns.pop("name"))
    before = rows.values(*_SETTINGS).first()
    rows.update(**columns)
    after = {name: columns[name] for name in _SETTINGS}
    if before is not None and before != after:
        _note(scope, queue.name, change={"table": QUEUE.table, "key": [queue.name], "before": before, "after": after})


def _note(scope: Scope, name: str, *, change: Mapping[str, Any] | None = None) -> None:
    ((at,),) = query(scope, "select statement_timestamp()")
    note_rows(scope, QUEUE, [(name,)], at=at, change=change)


@scoped
def queues(scope: Scope) -> list[Queue]:
    """All queues that the tenant ever used, by name."""
    rows: Any = Row.objects.filter(tenant=scope.tenant).order_by("name").values(*_NAMES, "words")
    return [_queue(row) for row in rows]


def _queue(row: Any) -> Queue:
    """The queue of a row; its trouble is a sentence again."""
    values = {name: row[name] for name in _NAMES}
    return Queue(**values | with_words(row["words"], trouble=row["trouble"]))
