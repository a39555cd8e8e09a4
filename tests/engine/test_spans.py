"""Spans say how much and how it ended, and nothing that is money, a name or a text."""

from __future__ import annotations

import timeit
from collections.abc import Iterator
from datetime import datetime
from uuid import uuid4

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from tests.engine.samples import AT
from tests.support.access import SETUP
from tests.support.server import Database
from tieout import app
from tieout.config.table import read
from tieout.core.case.commands import Note
from tieout.core.values.errors import Refused
from tieout.core.values.scope import Scope
from tieout.engine import spans
from tieout.engine.due import due
from tieout.engine.receive import Incoming, receive
from tieout.engine.submit import submit
from tieout.engine.tie_out import tie_out


@pytest.fixture
def exported(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(spans, "TRACER", provider.get_tracer("test"))
    yield exporter
    provider.shutdown()


def test_the_write_path_leaves_spans_with_counts_and_ids_alone(
    database: Database, exported: InMemorySpanExporter
) -> None:
    engine, scope = app.engine(read({})), Scope(tenant=f"t-{uuid4().hex[:12]}")
    receive(
        engine,
        scope,
        [Incoming(content=b"Supplier Secretname, 4711.23 EUR", name="secretname.txt", media_type="")],
        source=SETUP,
        at=AT,
    )
    tie_out(engine, scope, at=AT)
    due(engine, scope, at=AT)
    case = uuid4()
    with pytest.raises(Refused):
        submit(engine, scope, case, Note(text="secretname"), at=AT)
    made = {span.name: dict(span.attributes or {}) for span in exported.get_finished_spans()}
    assert made["engine.receive"] == {
        "tieout.tenant": scope.tenant,
        "tieout.files": 1,
        "tieout.accepted": 1,
        "tieout.documents": 1,
    }
    assert made["engine.tie_out"]["tieout.taken"] == 1
    assert made["engine.due"]["tieout.taken"] == 0
    assert made["engine.submit"] == {
        "tieout.tenant": scope.tenant, "tieout.case": str(case), "tieout.command": "Note", "tieout.refused": "CASE-UNKNOWN",
    }  # fmt: skip
    texts = "".join(f"{span.to_json()}" for span in exported.get_finished_spans())
    assert "ecretname" not in texts
    assert "4711" not in texts


def test_a_fault_is_named_by_its_sort_alone(exported: InMemorySpanExporter) -> None:
    @spans.traced("engine.test", asked=lambda at: {"year": at.year}, answered=lambda _: {})
    def act(at: datetime) -> None:
        raise AssertionError("4711.23 EUR of Secretname")

    with pytest.raises(AssertionError):
        act(AT)
    (span,) = exported.get_finished_spans()
    assert span.status.description == "AssertionError"
    assert not span.events
    assert dict(span.attributes or {}) == {"tieout.year": AT.year}


def test_without_a_provider_nothing_is_asked_and_a_call_costs_next_to_nothing() -> None:
    asked: list[int] = []

    @spans.traced("engine.test", asked=lambda: asked.append(1) or {}, answered=lambda _: asked.append(2) or {})
    def act() -> int:
        return 7

    assert act() == 7
    assert asked == []
    # a batch takes a thousand times as long as this generous limit
    assert min(timeit.repeat(act, number=200, repeat=5)) / 200 < 0.0005
