"""People, a filled tenant, and an application object that records what it is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from tests.support.peek import peek
from tests.web.books import ROWS, Books, finding, invoice, order, receipt
from tieout.app import catalogue, kinds, packs, taxonomy
from tieout.core.access.authority import Authority, authority
from tieout.core.access.role import BUILT_IN, Role
from tieout.core.access.source import Source, person_source
from tieout.core.case.asking import ask_draft, rejection_draft
from tieout.core.case.commands import Circumstances, Command
from tieout.core.case.offering import Offers, offers
from tieout.core.documents.kind import Kinds
from tieout.core.findings.catalogue import Catalogue
from tieout.core.findings.code import Code
from tieout.core.tie_out.correspondence import Address, Correspondence
from tieout.core.values.errors import Refused
from tieout.core.values.scope import Scope
from tieout.core.values.sentence import Sentence
from tieout.engine.letters import Letters
from tieout.engine.receive import Incoming, Receipted
from tieout.identity.models import Entity, Grant, Tenant, User
from tieout.store.screens.case import case

UBL = b'<?xml version="1.0"?><Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"><ID>INV</ID></Invoice>'


BRANDT = Correspondence(
    side="supplier",
    name="Brandt Fasteners GmbH",
    number="70012",
    language="en",
    addresses=(Address(value="ar@brandt.example"), Address(value="0088:4012345000009", kind="electronic")),
    ours="Us Ltd",
    about=((Sentence("Invoice"), "INV-2026-1187"),),
)
"""A supplier with two addresses on record."""


@dataclass
class RecordingApplication:
    """Remembers commands; refuses all while `refusal` is set."""

    refusal: Refused | None = None
    asked: list[tuple[Scope, UUID, Command]] = field(default_factory=list)
    versions: list[int | None] = field(default_factory=list)
    other_side: Correspondence = BRANDT
    received: list[Incoming] = field(default_factory=list)
    codes: Mapping[str, Code] = field(default_factory=taxonomy)
    catalogue: Catalogue = field(default_factory=catalogue)
    processes: Mapping[str, str] = field(
        default_factory=lambda: {kind: pack.name for pack in packs() for kind in pack.claims}
    )

    def receive(self, scope: Scope, papers: Sequence[Incoming], *, at: datetime) -> tuple[Receipted, ...]:
        self.received += papers
        return tuple(Receipted(name=file.name, source_file=uuid4(), fate="accepted") for file in papers)

    @property
    def kinds(self) -> Kinds:
        return kinds()

    @property
    def roles(self) -> Mapping[str, Role]:
        return BUILT_IN

    def source(self, scope: Scope, *, at: datetime) -> Source:
        return person_source(scope, ("invoice",), on=at.date())

    def authority(self, scope: Scope, *, entity: str, queue: str, at: datetime) -> Authority:
        return authority(scope.grants, entity=entity, queue=queue, on=at.date())

    def offers(self, scope: Scope, case_id: UUID, *, at: datetime) -> Offers:
        page = case(scope, case_id)
        if page is None:
            return Offers()
        given = Circumstances(catalogue=self.catalogue, entity=page.claim.state.entity, other_side=self.other_side)
        return offers(page.state, at=at, by=scope, given=given)

    def letters(
        self, scope: Scope, case_id: UUID, *, at: datetime, reason: str = "", resolutions: Iterable[str] = ()
    ) -> Letters:
        page = case(scope, case_id)
        if page is None:
            return Letters()
        given = Circumstances(catalogue=self.catalogue, other_side=self.other_side)
        drafts = {"": ask_draft(page.state, None, at=at, given=given)}
        for name in resolutions:
            chosen = self.catalogue.resolution(name)
            drafts[name] = (
                rejection_draft(page.state, reason, given=given)
                if chosen.effect == "reject"
                else ask_draft(page.state, chosen, at=at, given=given)
            )
        other = self.other_side
        lacking = "" if other.on_record else other.lacking
        return Letters(other=other, addresses=other.addresses, lacking=lacking, drafts=drafts)

    def submit(self, scope: Scope, case_id: UUID, command: Command, *, at: datetime, seen: int | None = None) -> object:
        if self.refusal:
            raise self.refusal
        self.asked.append((scope, case_id, command))
        self.versions.append(seen)
        return None


@dataclass
class Examples:
    """Ids of what the tenant holds."""

    books: Books
    order: UUID
    receipt: UUID
    claim: UUID
    document_id: UUID
    waiting: UUID
    held: UUID


def person(
    tenant: str, *roles: str, name: str = "ana", entity: Entity | None = None, password: str | None = None
) -> User:
    """A user with roles in a tenant."""
    company, _ = Tenant.objects.get_or_create(code=tenant, defaults={"name": tenant})
    user = User.objects.create_user(f"{name}-{uuid4().hex[:8]}", password=password, first_name=name.capitalize())
    for role in roles:
        Grant.objects.create(user=user, tenant=company, role=role, entity=entity)
    return user


def fill(tenant: str, analyst: Any = "") -> Examples:
    """A tenant with S-01 waiting, a price variance held and overdue, one taken, one cleared."""
    books = Books(tenant=tenant)
    the_order, the_receipt = books.document_id(order()), books.document_id(receipt())
    inspected = finding(
        "AP-QTY-INSP", "50 EA of line 1 are in quality inspection", queue="receiving/WMS-4", stage="wait",
        waits=books.waiting("AP-QTY-INSP", hours=30).until, expected="1150 EA", actual="1200 EA", variance="50 EA", limit="0 EA",
    )  # fmt: skip
    priced = finding(
        "AP-PRC-OVER", "Line 2 bills 19.20 EUR for a BX, the order says 18.50 EUR: 0.70 EUR over", queue="purchasing",
        where="2", stake="28.00", expected="18.50 EUR", actual="19.20 EUR", variance="0.70 EUR", limit="2 % and 0.25",
    )  # fmt: skip
    inputs = ("test/order/4500017@1", "test/receipt/GR-90211@1")
    first = books.claim(invoice(), "waiting", (inspected,), content=UBL, inputs=inputs)
    waiting = books.case(
        first,
        (inspected,),
        books.routed("AP-QTY-INSP", "receiving/WMS-4", hours=30),
        books.waiting("AP-QTY-INSP", hours=30),
    )
    second = books.claim(
        invoice("INV-2026-1190"), "held", (priced,), content=UBL.replace(b"INV", b"TWO"), inputs=inputs, rows=ROWS[1:]
    )
    held = books.case(
        second,
        (priced,),
        books.routed("AP-PRC-OVER", "purchasing", hours=-26),
        books.taken(str(analyst.pk) if analyst else "x"),
    )
    third = books.claim(invoice("R-77-2026", "Ölmühle & Söhne KG"), "posted")
    books.case(third, (inspected,), books.routed("AP-QTY-INSP", "receiving/WMS-4", hours=1), books.cleared())
    from tieout.store.models import Claim

    document_id = peek(Claim).get(tenant=tenant, id=first).document
    return Examples(
        books=books,
        order=the_order,
        receipt=the_receipt,
        claim=first,
        document_id=document_id,
        waiting=waiting,
        held=held,
    )
