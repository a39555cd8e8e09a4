"""No file, of whatever format and by whatever door, ends a held finding, changes what is paid to, or proves its own invoice.

One company is kept for many examples, since nothing that is sent may change anything: an example costs a file and a tie-out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.company import Company, company
from tests.api.test_sources import ELSEWHERE, WITHOUT_SHRINKING, attacks, findings
from tests.engine import samples
from tests.engine.samples import AT
from tests.strategies import documents
from tests.support.server import Database
from tieout.core.access.source import Source
from tieout.core.documents.kind import Document
from tieout.core.tie_out.verdict import Verdict
from tieout.core.values.errors import Malformed
from tieout.core.values.ids import SourceKey
from tieout.core.values.party import Identifier, Party
from tieout.core.values.scope import Scope
from tieout.engine.receive import Incoming, receive
from tieout.engine.replay import replay
from tieout.formats import canonical_json, registry
from tieout.identity.sources import allow
from tieout.store.models import Action, Claim
from tieout.store.models import Document as Stored
from tieout.store.models import Verdict as StoredVerdict
from tieout.trade.documents import Invoice, SupplierAccount, type_of_kind
from tieout.trade.documents.invoice import INCOMING, BankAccount

LIVES: Final = 40
"""After so many examples the company is made anew: what was refused is kept, and each look reads it again."""
PASSED: Final = frozenset({"clear", "posting", "posted"})


@dataclass
class Watched:
    """The company, and what must stay as it is."""

    made: Company
    claim: Claim
    held: set[tuple[str, str]]
    evidence: set[tuple[str, str]]
    attacks: list[Document]
    judged: set[UUID] = field(default_factory=set)
    age: int = 0


def watched() -> Iterator[Watched]:
    """A company with an invoice that is held: it is dearer than ordered, and asks to be paid elsewhere."""
    with company() as made:
        made.person("ann", "ap_analyst")
        made.person("nils", "controller")
        made.erp(samples.supplier(), samples.order(), samples.receipt())
        dear = replace(samples.invoice(price="11.00"), accounts=(BankAccount(number=ELSEWHERE),))
        first = Incoming(content=canonical_json.encode(dear), name="INV-1.json")
        _deliver(made, [first], Source(name="mailbox", kinds=INCOMING), at=AT - timedelta(hours=1))
        by = Scope(tenant=made.tenant, actor="console:test")
        allow(by, "mailroom", kinds=sorted(INCOMING), entities=[], possible=type_of_kind)
        claim = made.claim("INV-1")
        before = findings(made, claim)
        held = {(code, where) for code, where, stage in before if stage == "hold"}
        assert {"AP-PRC-OVER"} < {code for code, _ in held}, held
        yield Watched(
            made=made, claim=claim, held=held, evidence=proofs(made), attacks=[*attacks(made), *helpful(), *ghosts()]
        )


def proofs(made: Company) -> set[tuple[str, str]]:
    """Key and hash of everything in force that is no incoming invoice and no record of what was refused."""
    rows = made.rows(Stored, superseded_at=None)
    return {(row.key, row.sha256) for row in rows if row.kind not in INCOMING | {"unreadable"}}


def helpful() -> list[Document]:
    """What would help in other ways: other versions of the ERP's documents, and of the invoice itself."""
    dear = replace(samples.invoice(price="11.00"), accounts=(BankAccount(number=ELSEWHERE),))
    return [
        replace(samples.order(price="11.00"), made_by="erp", approved_by="lena"),
        replace(samples.order(price="11.00"), status="open", entity="de01"),
        replace(samples.receipt("R1", quantity=9999), site=""),
        replace(samples.receipt("R8", quantity=9999), origin="confirmation"),
        replace(
            samples.supplier(), number="S2", accounts=(SupplierAccount(number=ELSEWHERE, approved_on=date(2020, 1, 1)),)
        ),
        replace(samples.supplier(), blocked="", terms="30 days", order_required=False),
        dear,
        replace(dear, approved_by="lena", notes=("agreed",)),
        replace(dear, number="inv 1"),
        replace(dear, number="INV-1A", accounts=(BankAccount(number=ELSEWHERE), *samples.invoice().accounts)),
        replace(samples.invoice("INV-9"), accounts=(BankAccount(number=ELSEWHERE),)),
        replace(dear, kind="credit_note", number="CN-2", preceding=("INV-1",)),
    ]


def ghosts() -> list[Document]:
    """An invented supplier with all that its invoice needs."""
    ghost = Party(name="Ghost Ltd", country="DE", identifiers=(Identifier(scheme="vat", value="DE999999990"),))
    return [
        replace(
            samples.supplier(),
            number="G1",
            name=ghost.name,
            identifiers=ghost.identifiers,
            accounts=(SupplierAccount(number=ELSEWHERE, approved_on=date(2020, 1, 1)),),
        ),
        replace(samples.order("9900001"), supplier=ghost),
        replace(samples.receipt("RG", "9900001"), supplier=ghost),
        replace(samples.invoice("GHOST-1", "9900001"), supplier=ghost, accounts=(BankAccount(number=ELSEWHERE),)),
    ]


File = tuple[str, bytes]
_WRITERS: Final = tuple(one.write for one in registry.formats() if one.write is not None)
_NAMES: Final = st.sampled_from(
    ["a.json", "order.xml", "supplier.csv", "erp-order.json", "setup", "../erp/x.json", "i.pdf"]
)


@st.composite
def files(draw: st.DrawFn, known_attacks: Sequence[Document]) -> list[File]:
    """Some documents, each in any format that can write it, or all in one file."""
    one = st.sampled_from(known_attacks) | st.sampled_from(sorted(type_of_kind)).flatmap(documents)
    sent = draw(st.lists(one, min_size=1, max_size=5) | st.just(ghosts()))
    if draw(st.booleans()):
        whole = b"[" + b",".join(canonical_json.encode(document) for document in sent) + b"]"
        return [(draw(_NAMES), whole)]
    return [(f"{k}-{draw(_NAMES).replace('/', '-')}", _written(draw, document)) for k, document in enumerate(sent)]


def _written(draw: st.DrawFn, document: Document) -> bytes:
    try:
        return draw(st.sampled_from(_WRITERS))(document)
    except (Malformed, AssertionError, TypeError, ValueError, AttributeError, KeyError, IndexError):
        return canonical_json.encode(document)  # the format has no such documents


Door = Callable[[Company, Sequence[File]], None]


def uploaded(person: str) -> Door:
    def door(made: Company, sent: Sequence[File]) -> None:
        made.upload(person, files=dict(sent))

    return door


def sent_to(name: str) -> Door:
    """A folder, mailbox or system that the tenant has named, or has not."""

    def door(made: Company, sent: Sequence[File]) -> None:
        source = made.application.engine.sources.named(made.scope, name, on=AT.date())
        _deliver(made, [Incoming(content=content, name=file) for file, content in sent], source)

    return door


def from_suppliers(name: str) -> Door:
    def door(made: Company, sent: Sequence[File]) -> None:
        _deliver(
            made, [Incoming(content=content, name=file) for file, content in sent], Source(name=name, kinds=INCOMING)
        )

    return door


def as_a_system(system: str) -> Door:
    """A system that gives its files the names of the ERP's documents, in later versions."""

    def door(made: Company, sent: Sequence[File]) -> None:
        names = (
            ("order", "4500012"),
            ("receipt", "R1"),
            ("supplier", "S1"),
            ("invoice", "INV-1"),
            ("order", "9900001"),
        )
        keyed = [
            Incoming(
                content=content,
                name=file,
                source=SourceKey(system=system, kind=kind, external_id=number, version=f"{AT.year}{k}"),
            )
            for k, ((file, content), (kind, number)) in enumerate(zip(sent, names, strict=False))
        ]
        _deliver(made, keyed, Source(name=system, kinds=INCOMING))

    return door


def _deliver(made: Company, sent: Sequence[Incoming], source: Source, *, at: datetime = AT) -> None:
    receive(made.application.engine, made.scope, sent, source=source, at=at)
    made.tie_out()


DOORS: Final[dict[str, Door]] = {
    "an analyst": uploaded("ann"),
    "a controller": uploaded("nils"),
    "a mailbox": from_suppliers("mailbox"),
    "a mailbox that calls itself the ERP": from_suppliers("erp"),
    "a mailbox that calls itself a person": from_suppliers("person:lena"),
    "a folder": sent_to("mailroom"),
    "a folder that nobody has named": sent_to("elsewhere"),
    "a supplier's system": as_a_system("portal"),
    "a system that names files as files are named": as_a_system("file"),
}


class _Kept:
    """The company that the examples share; a new one after a failure, and when it is old."""

    def __init__(self) -> None:
        self.stack, self.now = ExitStack(), None

    def take(self) -> Watched:
        if self.now is None or self.now.age >= LIVES:
            self.drop()
            made = watched()
            self.now = next(made)
            self.stack.callback(made.close)
        self.now.age += 1
        return self.now

    def drop(self) -> None:
        self.stack.close()
        self.now: Watched | None = None


@pytest.fixture(scope="module")
def kept(database: Database) -> Iterator[_Kept]:
    assert database
    shared = _Kept()
    yield shared
    shared.drop()


@settings(max_examples=80, deadline=None, phases=WITHOUT_SHRINKING, suppress_health_check=list(HealthCheck))
@given(choice=st.data())
def test_no_file_ends_a_finding_pays_elsewhere_or_proves_its_own_invoice(kept: _Kept, choice: st.DataObject) -> None:
    here = kept.take()
    sent = choice.draw(files(here.attacks))
    door = choice.draw(st.sampled_from(sorted(DOORS)))
    try:
        DOORS[door](here.made, sent)
        if choice.draw(st.booleans(), label="read again"):
            replay(here.made.application.engine, here.made.scope, at=AT)
            here.made.tie_out()
        unchanged(here)
    except BaseException:
        kept.drop()
        raise


def unchanged(here: Watched) -> None:
    """What was held is held, what is proof is what it was, and nothing is paid on other proof or to other accounts."""
    made = here.made
    after = {(code, where) for code, where, stage in findings(made, here.claim) if stage in {"hold", "reject"}}
    assert here.held - after == set(), sorted(after)
    assert proofs(made) == here.evidence, "nothing that was handed in is evidence"
    proven = {key for key, _ in here.evidence}
    accounts = {account.number for account in samples.supplier().accounts}
    for claim in made.rows(Claim):
        if claim.id in here.judged or claim.status not in PASSED:
            continue
        here.judged.add(claim.id)
        row = made.rows(Stored, id=claim.document)[0]
        assert row.kind in INCOMING, "what was refused passes nothing"
        document = canonical_json.decode(made.application.kinds, row.kind, bytes(row.body))
        assert isinstance(document, Invoice)
        assert {account.number for account in document.accounts} <= accounts
        verdict = canonical_json.decode_as(Verdict, bytes(made.rows(StoredVerdict, claim=claim.id)[-1].body))
        read = {key.rpartition("@")[0] for key, _ in verdict.inputs} - {claim.key.rpartition("@")[0], claim.key}
        assert read - proven == set(), "it was passed on what the ERP said"
        assert any("/order/" in key for key in read)
    assert not [action.kind for action in made.rows(Action) if action.kind != "message" and ELSEWHERE in action.payload]


def test_a_sound_invoice_passes_by_the_same_doors(kept: _Kept) -> None:
    """So the property is about something."""
    for door in ("a mailbox", "a folder", "a supplier's system"):
        kept.drop()
        here = kept.take()
        DOORS[door](here.made, [("sound.json", canonical_json.encode(samples.invoice("SOUND-1")))])
        assert here.made.claim("SOUND-1").status in PASSED, door
        unchanged(here)
        assert len(here.judged) == 1
