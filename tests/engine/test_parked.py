"""What could not be read is parked and read again (S-31, MID-06): each reading takes the place of the one before, once."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection

from tests.engine import samples
from tests.engine.samples import AT, company, engine, tie_out_all
from tests.support.access import SETUP
from tests.support.peek import peek
from tieout import app
from tieout.core.documents.kind import Document as AnyDocument
from tieout.core.documents.reading import Reading
from tieout.core.documents.unreadable import Unreadable
from tieout.core.documents.versions import rank, read_again
from tieout.core.values.ids import SourceKey
from tieout.core.values.scope import Scope
from tieout.engine.plugged import Engine
from tieout.engine.prepare import FileToRead, mapped
from tieout.engine.receive import Incoming, Receipted, receive
from tieout.engine.replay import Replayed, replay
from tieout.formats import canonical_json
from tieout.store.models import Case, Claim, Document

if TYPE_CHECKING:
    from tests.support.server import Database

LATER = AT + timedelta(minutes=5)


class Map:
    """The map of a system "portal" whose messages are canonical JSON; it cannot read those that bear a mark."""

    def __init__(self) -> None:
        self.broken = b"v2"
        self.words = "v2 came"

    def __call__(self, content: bytes, name: str) -> tuple[Reading, ...]:
        mark, kind, body = content.split(b"\n", 2)
        if self.broken and mark == self.broken:
            document: AnyDocument = Unreadable(
                number=name, reason=self.words, code="INT-SCHEMA", sender="portal", expected="v1", actual="v2", process="payables",
            )  # fmt: skip
            return (Reading(document=document, format="portal"),)
        return (Reading(document=canonical_json.decode(app.kinds(), kind.decode(), body), format="portal"),)


def portal(map_: Map) -> Engine:
    motor = engine()
    return replace(motor, maps={"portal": mapped(app.kinds(), map_)})


def message(document: AnyDocument, mark: str = "v1", *, version: str = "1", name: str = "77") -> Incoming:
    content = b"\n".join([mark.encode(), document.kind.encode(), canonical_json.encode(document)])
    source = SourceKey(system="portal", kind="paper", external_id=name, version=version)
    return Incoming(content=content, name=f"{name}.json", source=source)


def take(motor: Engine, scope: Scope, *messages: Incoming) -> tuple[Receipted, ...]:
    return receive(motor, scope, messages, source=SETUP, at=AT)


def claims(scope: Scope) -> dict[str, tuple[str, str]]:
    return {claim.key: (claim.kind, claim.status) for claim in peek(Claim).filter(tenant=scope.tenant)}


def test_a_parked_invoice_is_held_by_its_code_and_reads_after_the_mapping_is_corrected(database: Database) -> None:
    map_ = Map()
    motor = portal(map_)
    scope = company(motor)
    evidence = [samples.order(), samples.receipt()]
    samples.take(motor, scope, *evidence)
    take(motor, scope, message(samples.invoice(), "v2"))
    tie_out_all(motor, scope)
    assert claims(scope) == {"portal/paper/77@1": ("unreadable", "held")}
    case = peek(Case).get(tenant=scope.tenant)
    assert (case.code, case.queue, case.closed_at) == ("INT-SCHEMA", "integration", None)
    map_.broken = b""
    assert replay(motor, scope, system="elsewhere", at=LATER) == Replayed()
    assert replay(motor, scope, system="portal", at=LATER) == Replayed(tried=1, read=1)
    tie_out_all(motor, scope, at=LATER)
    assert claims(scope) == {
        "portal/paper/77@1": ("unreadable", "superseded"),
        "portal/paper/77@1~2": ("invoice", "posting"),
    }
    case.refresh_from_db()
    assert case.closed_at is not None
    assert replay(motor, scope, at=LATER) == Replayed()


def test_the_next_version_takes_the_place_of_a_later_reading(database: Database) -> None:
    map_ = Map()
    motor = portal(map_)
    scope = company(motor)
    take(motor, scope, message(samples.invoice(quantity=5), "v2"))
    map_.broken = b""
    replay(motor, scope, at=LATER)
    take(motor, scope, message(samples.invoice(quantity=6), version="2"))
    assert claims(scope) == {
        "portal/paper/77@1": ("unreadable", "superseded"),
        "portal/paper/77@1~2": ("invoice", "superseded"),
        "portal/paper/77@2": ("invoice", "received"),
    }


def test_a_version_that_came_before_the_replay_stays_in_force(database: Database) -> None:
    map_ = Map()
    motor = portal(map_)
    scope = company(motor)
    take(motor, scope, message(samples.invoice(quantity=5), "v2"))
    take(motor, scope, message(samples.invoice(quantity=6), version="2"))
    map_.broken = b""
    assert replay(motor, scope, at=LATER) == Replayed(), "nothing is parked any more"
    assert claims(scope)["portal/paper/77@2"] == ("invoice", "received")


def test_still_unreadable_for_another_reason_is_one_claim_that_says_so(database: Database) -> None:
    map_ = Map()
    motor = portal(map_)
    scope = company(motor)
    take(motor, scope, message(samples.invoice(), "v2"))
    map_.words = "another field is missing"
    assert replay(motor, scope, at=LATER) == Replayed(tried=1, read=0)
    assert claims(scope) == {
        "portal/paper/77@1": ("unreadable", "superseded"),
        "portal/paper/77@1~2": ("unreadable", "received"),
    }
    assert replay(motor, scope, at=LATER) == Replayed(tried=1, read=0)
    assert len(claims(scope)) == 2


def test_parked_evidence_becomes_evidence_and_its_claim_ends(database: Database) -> None:
    map_ = Map()
    motor = portal(map_)
    scope = company(motor)
    take(motor, scope, message(samples.order(), "v2", name="o"))
    samples.take(motor, scope, samples.receipt(), samples.invoice())
    tie_out_all(motor, scope)
    status = {key.split("/")[0]: state for key, (_, state) in claims(scope).items()}
    assert status == {"portal": "held", "file": "held"}
    map_.broken = b""
    replay(motor, scope, at=LATER)
    tie_out_all(motor, scope, at=LATER)
    status = {key.split("/")[0]: state for key, (_, state) in claims(scope).items()}
    assert status == {"portal": "superseded", "file": "posting"}, "the invoice waited for that order"


def test_a_readable_later_version_ends_the_claim_of_unreadable_evidence(database: Database) -> None:
    motor = portal(Map())
    scope = company(motor)
    take(motor, scope, message(samples.order(), "v2", name="o"))
    take(motor, scope, message(samples.order(), version="2", name="o"))
    assert claims(scope) == {"portal/paper/o@1": ("unreadable", "superseded")}


def test_a_file_that_reads_now_takes_the_place_of_its_unreadable_claim(database: Database) -> None:
    motor = engine()
    scope = company(motor)
    samples.take(motor, scope, samples.order(), samples.receipt())
    receive(motor, scope, [Incoming(content=b"nothing", name="scan.tif")], source=SETUP, at=AT)
    tie_out_all(motor, scope)
    assert [state for _, state in claims(scope).values()] == ["rejected"]

    def reader(files: list[FileToRead]) -> list:
        return samples.read([file._replace(content=samples.file(samples.invoice()).content) for file in files])

    assert replay(replace(motor, read=reader), scope, system="file", at=LATER) == Replayed(tried=1, read=1)
    tie_out_all(motor, scope, at=LATER)
    assert sorted(claims(scope).values()) == [("invoice", "posting"), ("unreadable", "superseded")]


def test_a_file_of_which_one_part_reads_still_says_what_does_not(database: Database) -> None:
    map_ = Map()
    motor = engine()
    scope = company(motor)
    first = Reading(document=samples.order("1"), format="t", part=1)
    odd = [Reading(document=Unreadable(number=f"row {k}", reason="?"), format="t", part=k) for k in (2, 3)]
    assert map_.broken

    def reader(*readings: Reading) -> Engine:
        from tieout.engine.prepare import prepared

        return replace(
            motor, read=lambda files: [tuple(prepared(app.kinds(), reading) for reading in readings) for _ in files]
        )

    receive(reader(first, *odd), scope, [Incoming(content=b"table", name="t.csv")], source=SETUP, at=AT)
    assert len(claims(scope)) == 2
    second = Reading(document=samples.order("2"), format="t", part=2)
    assert replay(reader(first, second, odd[1]), scope, at=LATER) == Replayed(tried=1, read=0)
    assert sorted(state for _, state in claims(scope).values()) == ["received", "superseded"]
    orders = peek(Document).filter(tenant=scope.tenant, kind="order", superseded_at=None)
    assert sorted(orders.values_list("number", flat=True)) == ["1", "2"]


def test_two_replays_at_the_same_moment_are_one(database: Database) -> None:
    map_ = Map()
    motor = portal(map_)
    scope = company(motor)
    take(motor, scope, *[message(samples.invoice(f"I{k}"), "v2", name=str(k)) for k in range(20)])
    map_.broken = b""

    def once(_: int) -> Replayed:
        try:
            return replay(motor, scope, at=LATER)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        assert sum(done.read for done in pool.map(once, range(3))) == 20
    statuses = claims(scope)
    assert len(statuses) == 40
    assert sorted({kind for kind, state in statuses.values() if state == "received"}) == ["invoice"]


def test_versions_are_counted_for_a_system_that_counts_none(database: Database) -> None:
    motor = portal(Map())
    scope = company(motor)
    for quantity in (5, 5, 6, 5):
        take(motor, scope, message(samples.invoice(quantity=quantity), version=""))
    assert [(key, state) for key, (_, state) in sorted(claims(scope).items())] == [
        ("portal/paper/77@1", "superseded"),
        ("portal/paper/77@2", "superseded"),
        ("portal/paper/77@3", "received"),
    ]
    answers = take(motor, scope, *[message(samples.invoice(quantity=n), version="", name="88") for n in (1, 2, 2)])
    assert [answer.fate for answer in answers] == ["accepted", "accepted", "known"]


def test_a_later_version_that_says_the_same_as_what_is_posted_is_no_new_claim(database: Database) -> None:
    from tieout.store.models import Action

    motor = portal(Map())
    scope = company(motor)
    samples.take(motor, scope, samples.order(), samples.receipt())
    take(motor, scope, message(samples.invoice()))
    tie_out_all(motor, scope)
    peek(Action).filter(tenant=scope.tenant).update(state="leased")
    extra = message(samples.invoice(), version="2")
    take(motor, scope, replace(extra, content=json.dumps("x").encode() + extra.content))
    assert claims(scope) == {"portal/paper/77@1": ("invoice", "posting")}


def test_readings_rank_within_their_version() -> None:
    assert read_again("9") == "9~2"
    assert read_again("9~2") == "9~3"
    order = ["alpha", "alpha~2", "beta", "9", "9~2", "9~10", "10"]
    assert sorted(order, key=rank) == order
    assert rank("v1~beta") == (-1, "v1~beta", 1), "a version of theirs may hold the sign"
