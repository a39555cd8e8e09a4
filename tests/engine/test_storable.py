"""Whatever is read can be stored: one bad document becomes one case, and the twenty that came with it are claims."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine import samples
from tests.engine.bad_documents import BAD, LONG, good, plain
from tests.engine.samples import AT, company, engine, tie_out_all
from tests.support.access import SETUP
from tests.support.peek import peek
from tests.support.soak import SOAKING
from tieout import app
from tieout.core.documents.unreadable import Unreadable
from tieout.core.values.ids import SourceKey
from tieout.core.values.scope import Scope
from tieout.engine import prepare
from tieout.engine.plugged import Engine
from tieout.engine.prepare import reader_here
from tieout.engine.rebuild import differences
from tieout.engine.receive import Incoming, Receipted, read_left_over, receive
from tieout.engine.steps import Steps, onward
from tieout.formats import canonical_json
from tieout.store import source_files
from tieout.store.models import Case, Claim, Document
from tieout.trade.documents import SupplierAccount
from tieout.trade.documents.invoice import BankAccount

if TYPE_CHECKING:
    from tests.support.server import Database

LATER: Final = AT + timedelta(minutes=10)
GOOD: Final = 20


def motor(steps: Steps = onward) -> Engine:
    """An engine that reads files as the program does, in this process."""
    return replace(engine(steps), read=reader_here(app.kinds()))


def batch(bad: bytes, first: int = 0) -> list[Incoming]:
    """Twenty sound invoices, and a bad one between them."""
    files = [Incoming(content=good(first + n), name=f"good-{first + n}.json") for n in range(GOOD)]
    return [*files[:7], Incoming(content=bad, name="bad.json"), *files[7:]]


def kinds_of(answers: tuple[Receipted, ...]) -> list[str]:
    return sorted(document.kind for answer in answers for document in answer.documents)


def test_one_bad_document_takes_no_other_with_it(database: Database) -> None:
    ours = motor()
    scope = company(engine())
    for k, bad in enumerate(BAD.values()):
        answers = receive(ours, scope, batch(bad, k * GOOD), source=SETUP, at=AT)
        assert kinds_of(answers) == ["invoice"] * GOOD + ["unreadable"], list(BAD)[k]
    assert peek(Claim).filter(tenant=scope.tenant, kind="invoice").count() == GOOD * len(BAD)


def test_every_bad_document_is_a_case_that_says_where_and_why(database: Database) -> None:
    ours = motor()
    scope = company(engine())
    receive(ours, scope, [Incoming(content=bad, name="bad.json") for bad in BAD.values()], source=SETUP, at=AT)
    tie_out_all(ours, scope)
    assert not peek(Claim).filter(tenant=scope.tenant, dirty=True).exists()
    assert peek(Case).filter(tenant=scope.tenant, code="DOC-UNREAD").count() == len(BAD)
    refusals = [canonical_json.decode_as(Unreadable, row.body) for row in rows(scope, "unreadable")]
    assert all(refusal.where and refusal.reason and refusal.remedy for refusal in refusals)
    places = {refusal.where.partition(", ")[2] for refusal in refusals}
    assert {"lines[0].net", "lines[0].price", "number", "order_number", "lines[0].order.document"} <= places


def rows(scope: Scope, kind: str) -> list[Document]:
    return list(peek(Document).filter(tenant=scope.tenant, kind=kind))


class Died(BaseException):
    """A process that ends here."""


def die(step: str, /) -> None:
    if step == "receive.accepted":
        raise Died


def test_what_a_dead_reader_left_is_read_by_whoever_looks_or_hands_it_in_again(database: Database) -> None:
    ours = motor()
    scope = company(engine())
    for k, bad in enumerate(BAD.values()):
        with suppress(Died):
            receive(motor(die), scope, batch(bad, k * GOOD), source=SETUP, at=AT)
    assert not peek(Claim).filter(tenant=scope.tenant).exists()
    first = batch(next(iter(BAD.values())))
    answers = receive(ours, scope, first, source=SETUP, at=AT)
    assert {(answer.fate, answer.read) for answer in answers} == {("known", "now")}
    assert kinds_of(answers) == ["invoice"] * GOOD + ["unreadable"]
    answers = receive(ours, scope, first, source=SETUP, at=AT)
    assert {(answer.fate, answer.read, answer.documents) for answer in answers} == {("known", "before", ())}
    assert read_left_over(ours, scope, at=LATER) == (GOOD + 1) * (len(BAD) - 1)
    claims = peek(Claim).filter(tenant=scope.tenant)
    assert claims.filter(kind="invoice").count() == GOOD * len(BAD)
    assert claims.filter(kind="unreadable").count() == len(BAD)
    assert source_files.unread(scope, before=LATER, limit=1) == []


@pytest.mark.parametrize("count", [0, 20])
def test_what_does_not_fit_all_the_same_is_found_by_halving(
    database: Database, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setattr(prepare, "beyond", lambda *_: None)
    monkeypatch.setattr(prepare, "named_beyond", lambda *_: None)
    ours = motor()
    scope = company(engine())
    bad = [BAD["number of 16,000 characters"], BAD["total beyond 64 bits"]]
    files = [Incoming(content=good(n), name=f"{n}.json") for n in range(count)]
    files[3:3] = [Incoming(content=content, name="bad.json") for content in bad]
    answers = receive(ours, scope, files, source=SETUP, at=AT)
    assert kinds_of(answers) == ["invoice"] * count + ["unreadable"] * 2
    assert {answer.read for answer in answers} == {"now"}
    tie_out_all(ours, scope)
    assert peek(Case).filter(tenant=scope.tenant, code="DOC-UNREAD").count() == 2
    assert [answer.read for answer in receive(ours, scope, files, source=SETUP, at=AT)] == ["before"] * (count + 2)


def test_names_that_no_column_holds_are_shortened_and_stay_apart(database: Database) -> None:
    ours = motor()
    scope = company(engine())
    keys = [
        SourceKey(system="portal\0", kind="invoice", external_id=LONG + end, version=LONG) for end in ("1", "2\ud800")
    ]
    files = [
        Incoming(content=good(n), name=f"{LONG}\udcff", source=key, media_type="x\0") for n, key in enumerate(keys)
    ]
    answers = receive(ours, scope, files, source=SETUP, at=AT)
    assert kinds_of(answers) == ["invoice"] * 2
    assert [answer.fate for answer in receive(ours, scope, files, source=SETUP, at=AT)] == ["known"] * 2
    unread = receive(ours, scope, [Incoming(content=b"?", name=f"{LONG}\udcff")], source=SETUP, at=AT)
    assert kinds_of(unread) == ["unreadable"]


AMOUNTS = st.sampled_from(
    ["0.00 EUR", "-0.01 EUR", "92233720368547758.07 EUR", "-92233720368547758.07 EUR", "1E+16 EUR", "1E+17 EUR"]
)
FIGURES = st.sampled_from(["0", "-1", "999999999999999999", "1E-30", "-1E+17", "1E+18", "0.000000000001", "1E-12"])
DAYS = st.sampled_from(["0001-01-01", "1900-01-01", "2026-05-03", "9999-12-31", "8999-12-31"])
TEXTS = st.sampled_from(
    ["", " ", "\0", "\ud800", "\u202e", "a" * 999, "é" * 500, "é" * 501, LONG, "%", "/@", "\\", '"' * 3000]
)
COUNTS = st.sampled_from([0, 1, -1, 2**31, 2**63, 999_999_999])


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """An invoice, order or receipt with a few of its values at or beyond their limits."""
    document = draw(st.sampled_from([samples.invoice("X"), samples.order("4500012"), samples.receipt("X")]))
    tree = plain(document)
    places = list(_places(tree, ()))
    for path in draw(st.lists(st.sampled_from(places), min_size=1, max_size=4)):
        around: Any = tree
        for step in path[:-1]:
            around = around[step]
        around[path[-1]] = draw(_like(around[path[-1]], path))
    return json.dumps(tree).encode()


def _places(value: Any, path: tuple[Any, ...]) -> Any:
    if isinstance(value, dict | list):
        for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _places(inner, (*path, step))
    elif path[-1] not in {"kind", "currency"}:
        yield path


def _like(value: Any, path: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    """Values of the same sort; the text says which that is."""
    if isinstance(value, str) and value.endswith(" EUR"):
        return AMOUNTS
    if isinstance(value, str) and value.endswith(" EA"):
        return FIGURES.map(lambda figure: f"{figure} EA")
    if isinstance(value, str) and value[:4].isdigit() and value[4:5] == "-":
        return DAYS.map(lambda day: f"{day}T00:00:00Z") if "T" in value else DAYS
    if isinstance(value, int) and not isinstance(value, bool):
        return COUNTS
    if value is None:
        name = str(path[-1])
        return DAYS if name.endswith(("_date", "_on", "_from", "_until", "due")) else st.none()
    if any(word in str(path[-1]) for word in ("price", "percent")):
        return FIGURES
    return TEXTS if isinstance(value, str) else st.just(value)


@settings(max_examples=400 if SOAKING else 20)
@given(contents=st.lists(damaged(), min_size=8, max_size=8))
def test_whatever_is_prepared_is_recorded_and_tied_out(database: Database, contents: list[bytes]) -> None:
    ours = motor()
    scope = company(engine())
    evidence = [samples.order(), samples.receipt(), samples.invoice()]
    files = [Incoming(content=canonical_json.encode(document)) for document in evidence]
    files += [Incoming(content=content) for content in contents]
    answers = receive(ours, scope, files, source=SETUP, at=AT)
    assert all(answer.documents or answer.fate == "known" for answer in answers)
    for at in (AT, AT + timedelta(days=400)):
        tie_out_all(ours, scope, at=at)
    assert not peek(Claim).filter(tenant=scope.tenant, dirty=True).exists()
    assert list(differences(scope)) == []


def test_a_day_at_the_end_of_all_calendars_is_computed_with(database: Database) -> None:
    """What has no end is dated 9999-12-31 in many systems: an account that is approved only then cannot be paid to."""
    ours = motor()
    scope = company(engine())
    never = SupplierAccount(number="DE89370400440532013000", approved_on=date(9999, 12, 31))
    supplier = replace(samples.supplier(), accounts=(never,))
    paid_to = replace(samples.invoice(), accounts=(BankAccount(number=never.number),))
    files = [samples.order(), samples.receipt(), supplier, paid_to]
    receive(ours, scope, [Incoming(content=canonical_json.encode(one)) for one in files], source=SETUP, at=AT)
    tie_out_all(ours, scope)
    assert peek(Case).filter(tenant=scope.tenant, code="MD-BANK-CHG").count() == 1


def test_discount_terms_of_an_invoice_of_the_last_day_of_all_calendars(database: Database) -> None:
    ours = motor()
    scope = company(engine())
    last = replace(samples.invoice(), issue_date=date(9999, 12, 31), terms="2 % 10 days, net 30 days")
    receive(ours, scope, [Incoming(content=canonical_json.encode(last))], source=SETUP, at=AT)
    tie_out_all(ours, scope)
    assert peek(Claim).get(tenant=scope.tenant, kind="invoice").status in {"held", "rejected", "waiting"}
