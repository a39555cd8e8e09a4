"""Documents of somebody else: another organisation, and a sister company of one's own, each full of things that can be asked for.

Whatever is theirs carries a word of theirs (numbers, names, people, files) or an amount that nobody else has; the number of
their order is everybody's, so that nothing is distinguished by luck.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from uuid import UUID

from django.test import Client
from psycopg import sql

from tests.api.company import ERP, Company, company
from tests.engine import samples
from tests.support.server import PEEK
from tieout.core.documents.kind import Document
from tieout.core.values.party import Identifier, Party
from tieout.core.values.scope import Scope
from tieout.identity.models import Entity, Grant, Source, User
from tieout.identity.sources import allow
from tieout.store.models import Document as Stored
from tieout.trade.documents import Invoice, type_of_kind

ORDER = "4500012"
EVERYTHING = ("ap_analyst", "approver", "controller", "engineer", "auditor")
PRICES = {"Ownfirm": "11.00", "Sisterly": "13.57", "Strangeco": "17.29"}
"""The words of the three, and what each was billed a piece over an order at 10.00."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """One company's: `client` is somebody who may do everything there and nothing elsewhere."""

    company: Company
    entity: str
    word: str
    client: Client
    user: User
    claim: UUID
    case: UUID
    received: str
    documents: dict[str, UUID]
    source_files: tuple[UUID, ...]
    clerks_grant: UUID
    ending: UUID
    source: UUID
    company_row: UUID
    finding: dict[str, str]
    invoice: Invoice

    @property
    def tenant(self) -> str:
        """Whose tenant."""
        return self.company.tenant

    @property
    def marks(self) -> tuple[str, ...]:
        """What only their books say: their word, what they were billed in all, and what of it is too much."""
        over = self.invoice.totals.net.amount - samples.invoice().totals.net.amount
        return (self.word, str(self.invoice.totals.gross.amount), str(self.invoice.totals.net.amount), str(over))

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of everything of theirs."""
        own = (
            self.claim,
            self.case,
            *self.documents.values(),
            *self.source_files,
            self.clerks_grant,
            self.ending,
            self.source,
            self.user.pk,
        )
        return tuple(map(str, own))

    def shown_in(self, body: str) -> list[str]:
        """Which of their marks a body has; figures are read without what parts thousands."""
        plain = body.replace(",", "").replace("\u00a0", " ")
        return [mark for mark in self.marks if mark in plain]


def everything(tenant: str) -> list[tuple[str, str, str]]:
    """Every row of a tenant in every table that names one: table, company where it names one, the row as text."""
    from django.db import connections

    with connections[PEEK].cursor() as cursor:
        cursor.execute(
            """
            select c.relname, max(a.attname) filter (where a.attname in ('tenant', 'tenant_id')),
                bool_or(a.attname = 'entity')
            from pg_class c join pg_attribute a on a.attrelid = c.oid and not a.attisdropped
            where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace group by c.relname
            having bool_or(a.attname in ('tenant', 'tenant_id')) order by c.relname
            """
        )
        parts = [
            sql.SQL("select {}::text, {}, to_jsonb(t)::text from {} t where {} = {}").format(
                sql.Literal(table),
                sql.SQL("t.entity::text") if has_entity else sql.SQL("''"),
                sql.Identifier(table),
                sql.Identifier(column),
                sql.Literal(tenant),
            )
            for table, column, has_entity in cursor.fetchall()
        ]
        cursor.execute(sql.SQL(" union all ").join(parts).as_string(cursor.connection))
        return sorted(cursor.fetchall())


def rows_of(books: Books, *, whole_tenant: bool) -> list[tuple[str, str, str]]:
    """Every row of these books; of a company that shares its tenant: rows that name it, or any id of its own."""
    rows = everything(books.tenant)
    if whole_tenant:
        return rows
    return [row for row in rows if row[1] == books.entity or any(id_ in row[2] for id_ in books.ids)]


def fill(made: Company, entity: str, word: str, *, person: str, entity_grant: bool) -> Books:
    """Order, receipt and supplier of a company from its ERP, an invoice that is dearer from its analyst, and a case of it."""
    within = entity if entity_grant else ""
    client = made.person(person, *EVERYTHING, entity=within)
    clerk = f"clerk{word}"
    made.person(clerk, "ap_analyst", "auditor", "buyer", entity=entity)
    by = Scope(tenant=made.tenant, actor="console:test")
    source = allow(by, f"erp-{word}", kinds=sorted(ERP.kinds), entities=[entity], possible=type_of_kind)
    party = Party(name=f"{word} GmbH", country="DE", identifiers=(Identifier(scheme="vat", value=_vat(word)),))
    theirs: Sequence[Document] = (
        replace(
            samples.supplier(), number=f"S-{word}", name=party.name, identifiers=party.identifiers, entities=(entity,)
        ),
        replace(samples.order(ORDER), supplier=party, entity=entity, terms=f"{word} terms"),
        replace(samples.receipt(f"R-{word}", ORDER), supplier=party, entity=entity),
    )
    made.erp(*theirs, source=replace(ERP, name=source.name, entities=frozenset({entity})))
    billed = replace(samples.invoice(f"{word}-1", ORDER, price=PRICES[word]), supplier=party, entity=entity)
    assert made.upload(clerk, billed).status_code == 200
    assert made.held() == []
    claim = made.claim(f"{word}-1")
    case = made.case(f"{word}-1", "AP-PRC-OVER")
    finding = client.get(f"/api/cases/{case.id}").json()["findings"][0]
    stored = [row for row in made.rows(Stored) if row.entity == entity or row.id == claim.document]
    return Books(
        company=made,
        entity=entity,
        word=word,
        client=client,
        user=made.users[clerk],
        claim=claim.id,
        case=case.id,
        received=claim.received_at.isoformat(),
        documents={row.kind: row.id for row in stored},
        source_files=tuple({row.source_file for row in stored if row.source_file}),
        clerks_grant=Grant.objects.get(user=made.users[clerk], role="ap_analyst").pk,
        ending=Grant.objects.get(user=made.users[clerk], role="auditor").pk,
        source=Source.objects.get(tenant_id=made.tenant, name=source.name).pk,
        company_row=Entity.objects.get(tenant_id=made.tenant, code=entity).pk,
        finding={name: finding[name] for name in ("code", "where", "evidence_hash")},
        invoice=billed,
    )


def _vat(word: str) -> str:
    return {"Ownfirm": "DE136695976", "Sisterly": "DE129273398", "Strangeco": "DE811569869"}[word]


@contextmanager
def three() -> Iterator[tuple[Books, Books, Books]]:
    """Own books, those of a sister company in the same tenant, those of another tenant; each with somebody for it alone."""
    with company("de01", "at01") as ours, company("ch07") as strange:
        own = fill(ours, "de01", "Ownfirm", person="dora", entity_grant=True)
        sister = fill(ours, "at01", "Sisterly", person="alma", entity_grant=True)
        other = fill(strange, "ch07", "Strangeco", person="olga", entity_grant=False)
        yield own, sister, other
