"""A company with its engine, an ERP that says master data and movements, and people who work over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.engine.samples import AT
from tests.support.peek import peek
from tieout import app
from tieout.config.settings import TIEOUT
from tieout.core.access.source import Source
from tieout.core.documents.kind import Document
from tieout.core.values.money import Money
from tieout.core.values.scope import Scope
from tieout.engine import application
from tieout.engine.receive import Incoming, receive
from tieout.engine.rules import add_policy
from tieout.engine.tie_out import tie_out
from tieout.formats import canonical_json
from tieout.identity.models import Entity, Tenant, User
from tieout.identity.people import give
from tieout.store.link import transaction
from tieout.store.models import Case, Claim
from tieout.store.models import Document as Stored

R = TypeVar("R")
ERP = Source(name="erp", kinds=frozenset({"supplier", "order", "receipt", "product", "inspection_result", "contract"}))


@dataclass
class Company:
    """All of it: `clients` are the signed-in people, by name."""

    tenant: str
    application: application.EngineApplication
    clients: dict[str, Client] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)

    @property
    def scope(self) -> Scope:
        """The company's own, as a worker has it."""
        return Scope(tenant=self.tenant)

    def person(
        self, name: str, *roles: str, entity: str = "", queue: str = "", limit: str = "", until: date | None = None
    ) -> Client:
        """Somebody with roles, signed in; asked again, with further roles."""
        login = f"{name}-{self.tenant}"
        by = Scope(tenant=self.tenant, actor="console:test")
        for role in roles:
            money = Money.parse(limit) if limit else None
            give(by, login, role, entity=entity, queue=queue, limit=money, until=until, at=AT)
        if name not in self.clients:
            self.users[name] = User.objects.get(username=login)
            self.clients[name] = Client()
            self.clients[name].force_login(self.users[name])
        return self.clients[name]

    def login(self, name: str) -> str:
        """The user name of somebody, as systems write it into documents."""
        return self.users[name].get_username()

    def erp(self, *documents: Document, source: Source = ERP) -> None:
        """Documents that the ERP sends, and what they make possible."""
        files = [
            Incoming(content=canonical_json.encode(document), name=f"{document.kind}.json") for document in documents
        ]
        receive(self.application.engine, self.scope, files, source=source, at=AT)
        self.tie_out()

    def upload(self, name: str, *documents: Document, files: dict[str, bytes] | None = None) -> Any:
        """Somebody hands files in by the API: each document as a file of its own, or these files."""
        content = files or {
            f"{k}-{document.kind}.json": canonical_json.encode(document) for k, document in enumerate(documents)
        }
        sent = [SimpleUploadedFile(name, content) for name, content in content.items()]
        answer = self.clients[name].post("/api/files", {"files": sent})
        self.tie_out()
        return answer

    def tie_out(self) -> None:
        """Until nothing changes."""
        while tie_out(self.application.engine, self.scope, at=AT):
            pass

    def rows(self, table: type[R], **wanted: Any) -> list[R]:
        """The company's rows of a table, as they stand."""
        with transaction(self.scope):
            return list(peek(table).filter(tenant=self.tenant, **wanted).order_by("pk"))  # type: ignore[attr-defined]

    def claim(self, number: str, kind: str = "invoice") -> Claim:
        """The claim of a number."""
        [claim] = self.rows(Claim, number=number, kind=kind)
        return claim

    def case(self, number: str, code: str) -> Case:
        """The open case of a claim that this code leads."""
        [case] = self.rows(Case, number=number, code=code, closed_at=None)
        return case

    def command(self, name: str, case: Case, command: str, **arguments: Any) -> tuple[int, dict[str, Any]]:
        """Somebody gives a command over HTTP."""
        answer = self.clients[name].post(
            f"/api/cases/{case.id}/commands",
            json.dumps({"name": command, "arguments": arguments}),
            content_type="application/json",
        )
        return answer.status_code, answer.json()

    def accept(self, name: str, case: Case, **more: Any) -> tuple[int, dict[str, Any]]:
        """Somebody accepts the first finding of a case."""
        finding = self.clients[name].get(f"/api/cases/{case.id}").json()["findings"][0]
        return self.command(
            name,
            case,
            "accept_variance",
            code=finding["code"],
            where=finding["where"],
            evidence_hash=finding["evidence_hash"],
            reason="agreed with the supplier",
            **more,
        )

    def held(self) -> list[Stored]:
        """The records of what was not taken."""
        return self.rows(Stored, format="refused", superseded_at=None)

    def evidence(self) -> set[tuple[str, str]]:
        """Key and hash of every document in force that is no claim."""
        claims = self.application.processes.keys()
        rows = self.rows(Stored, superseded_at=None)
        return {(row.key, row.sha256) for row in rows if row.kind not in claims}


@contextmanager
def company(*entities: str) -> Iterator[Company]:
    """A company of these entities under the shipped policy, while the block runs."""
    tenant = f"t-{uuid4().hex[:12]}"
    organisation = Tenant.objects.create(code=tenant, name="Harbour Supply")
    for code in entities:
        Entity.objects.create(tenant=organisation, code=code, name=code, currency="EUR")
    opened = application.EngineApplication(engine=app.engine(TIEOUT), codes=app.taxonomy())
    before = list(application._open)
    application.open_application(opened)
    made = Company(tenant=tenant, application=opened)
    add_policy(made.scope, app.default_policy_text(), read=opened.engine.read_policy, at=AT)
    yield made
    application._open[:] = before
