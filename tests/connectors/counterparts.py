"""The other sides of our own connectors, as counterparts: an importing ERP, a mail gateway, an invoice gateway, a billing system."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from tests.support.billing import KEY, Books, Front
from tests.support.reading import read
from tieout.connectors.contract import SORTS, Counterpart, Fault, Held, Sample, Sort, payment_says, sample_of
from tieout.connectors.exchange_files import EXCHANGE_MARKER
from tieout.connectors.invoice_folder.connection import CONNECTOR as INVOICES
from tieout.connectors.message_folder.connection import CONNECTOR as MESSAGES
from tieout.connectors.stripe_billing import Access, StripeBilling
from tieout.connectors.stripe_billing.connection import CONNECTOR as STRIPE
from tieout.connectors.voucher_folder.connection import CONNECTOR as VOUCHERS
from tieout.connectors.voucher_folder.importer import Fault as ImportFault
from tieout.connectors.voucher_folder.importer import Importer
from tieout.core.outbox.connection import Connection, Connector
from tieout.core.outbox.target import Target
from tieout.core.values.ids import derive
from tieout.trade.documents import Invoice

AT: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Folder(Counterpart):
    """A folder per company; `down`: the share is not mounted."""

    under = ""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.fault: Fault | None = None
        for place in self.places:
            self.exchange(place).mkdir(parents=True)
            (self.exchange(place) / EXCHANGE_MARKER).touch()
            self.prepare(place)

    def prepare(self, place: str) -> None:
        """Make the folders that an ERP or a gateway uses."""
        self.open(place)

    def exchange(self, place: str) -> Path:
        return self.root / place

    def folder(self, place: str) -> Path:
        return self.exchange(place) / self.under

    def open(self, place: str) -> Target:
        connector: Connector = self.connector
        settings = {"folder": str(self.folder(place))}
        return connector.target(Connection(name=place, system="x", queue=f"q-{place}", settings=settings), "")

    def suffer(self, fault: Fault | None) -> None:
        for place in self.places:
            away = self.root / f"{place}-away"
            if fault == "down":
                self.exchange(place).rename(away)
                self.exchange(place).mkdir()  # what is left of a share that is not mounted
            elif away.exists():
                self.exchange(place).rmdir()
                away.rename(self.exchange(place))
        self.fault = fault


class VoucherExchange(Folder):
    """An ERP that imports vouchers from a folder, as `importer.py` does."""

    connector = VOUCHERS
    takes = frozenset(SORTS["posting"])
    suffers = frozenset({"down", "answer lost", "nonsense", "refuses", "books twice"})

    def prepare(self, place: str) -> None:
        VOUCHERS.target(
            Connection(name=place, system="x", queue="q", settings={"folder": str(self.folder(place))}), ""
        ).prepare()

    def work(self) -> None:
        for place in self.places:
            if self.fault == "down":
                continue
            orders: dict[Fault | None, ImportFault] = {
                "answer lost": "silent",
                "nonsense": "torn_answer",
                "refuses": "reject",
                "books twice": "two_numbers",
            }
            Importer(self.folder(place), fault=lambda _, order=orders.get(self.fault, "none"): order).run(at=AT)

    def suffer(self, fault: Fault | None) -> None:
        super().suffer(fault)
        if fault is None:
            for place in self.places:
                self._answer_what_was_kept_back(place)

    def _answer_what_was_kept_back(self, place: str) -> None:
        """The ERP answers what it has booked without an answer, or with an incomplete one."""
        ack = self.folder(place) / "ack"
        for entry in Importer(self.folder(place)).ledger():
            answer = ack / f"{entry.reference}.json"
            if (answer.exists() and "document" in answer.read_text()) or (ack / "read" / entry.reference[:2]).exists():
                continue
            accepted = {"reference": entry.reference, "status": "accepted", "document": entry.document}
            answer.write_text(json.dumps(accepted))

    def held(self, place: str) -> Sequence[Held]:
        return [
            Held(
                reference=entry.reference,
                number=entry.document,
                says={
                    "kind": self._voucher(place, entry.reference)["kind"],
                    "entity": self._voucher(place, entry.reference)["entity"],
                    "number": entry.number,
                    "currency": entry.currency,
                    "net": entry.net,
                    "tax": entry.tax,
                    "gross": self._voucher(place, entry.reference).get("gross", ""),
                    **payment_says(self._voucher(place, entry.reference)),
                },
            )
            for entry in Importer(self.folder(place)).ledger()
        ]

    def _voucher(self, place: str, reference: str) -> dict[str, Any]:
        """The voucher as the ERP has archived it."""
        archived = json.loads((self.folder(place) / "archive" / f"{reference}.json").read_text(encoding="utf-8"))
        voucher: dict[str, Any] = archived["voucher"]
        return voucher


class MessageGateway(Folder):
    """A gateway that takes messages away and delivers them. It gives no answers, so only its folder can be missing."""

    connector = MESSAGES
    takes = frozenset(SORTS["message"])
    suffers = frozenset({"down"})
    under = "messages"

    def __init__(self, root: Path) -> None:
        self.delivered: dict[str, list[Held]] = {place: [] for place in self.places}
        super().__init__(root)

    def work(self) -> None:
        for place in self.places:
            for path in sorted((self.folder(place) / "outbox").glob("*.json")):
                self.delivered[place].append(self._held(path))
                path.rename(self.folder(place) / "taken" / path.name)

    def held(self, place: str) -> Sequence[Held]:
        drafts = [self._held(path) for path in sorted((self.folder(place) / "drafts").glob("*.json"))]
        return [*self.delivered[place], *drafts]

    @staticmethod
    def _held(path: Path) -> Held:
        content = json.loads(path.read_text(encoding="utf-8"))
        says = {name: str(content[name]) for name in ("text", "number", "entity")}
        says["draft"] = str(content["draft"]).lower()
        return Held(reference=path.stem, number=f"{path.parent.name}/{path.name}", says=says)


class InvoiceExchange(Folder):
    """A gateway that delivers invoices to an access point, once per reference, and answers."""

    connector = INVOICES
    takes = frozenset(SORTS["delivery"])
    suffers = frozenset({"down", "answer lost", "nonsense", "refuses", "books twice"})
    under = "invoices"

    def __init__(self, root: Path) -> None:
        self.delivered: dict[str, list[Held]] = {place: [] for place in self.places}
        self.answers: list[tuple[Path, dict[str, str]]] = []
        super().__init__(root)

    def work(self) -> None:
        for place in self.places:
            for envelope in sorted((self.folder(place) / "peppol").glob("*.json")):
                if envelope.stem not in {held.reference for held in self.delivered[place]}:
                    self._deliver(place, envelope)
        if self.fault is None:
            for path, content in self.answers:
                path.write_text(json.dumps(content))
            self.answers.clear()

    def _deliver(self, place: str, envelope: Path) -> None:
        answer = self.folder(place) / "answers" / envelope.name
        if self.fault == "refuses":
            content = {"reference": envelope.stem, "status": "rejected", "reason": "no order number", "code": "REF"}
            answer.write_text(json.dumps(content))
            return
        number = f"AP-{len(self.delivered[place]) + 1}"
        document = read(envelope.with_suffix(".xml").read_bytes(), name="x.xml")[0].document
        assert isinstance(document, Invoice)
        assert document.totals.payable is not None
        says = {
            "number": document.number,
            "currency": document.currency,
            "gross": str(document.totals.payable.amount),
            "credit": str(document.is_credit).lower(),
        }
        self.delivered[place].append(Held(reference=envelope.stem, number=number, says=says))
        content = {"reference": envelope.stem, "status": "accepted", "document": number}
        if self.fault == "nonsense":
            answer.write_text('{"reference": "')
        if self.fault == "books twice":
            answer.write_text(json.dumps(content))
            answer.with_suffix(".2.json").write_text(json.dumps({**content, "document": f"{number}-2"}))
        if self.fault in {"nonsense", "answer lost", None}:
            self.answers.append((answer, content))

    def held(self, place: str) -> Sequence[Held]:
        return self.delivered[place]


class BillingSystem(Counterpart):
    """An account with Stripe's interface for each company: `localstripe`, with its missing features added in front of it."""

    connector = STRIPE
    takes = frozenset({"plain"})
    suffers = frozenset({"down", "busy", "request lost", "answer lost", "nonsense", "refuses"})

    def __init__(self, address: str) -> None:
        self.accounts = {place: Front(address) for place in self.places}
        self._drafts: dict[str, tuple[str, Sample]] = {}
        self._opened: list[Access] = []
        self._customers: dict[str, tuple[Books, str, str]] = {}
        behind = self.accounts[self.places[0]].behind
        behind.delete("/_config/data")
        for place, front in self.accounts.items():
            books = Books(front)
            customer = books.customer(f"Customer of {place}")
            plan = books.plan(f"gold-{place.lower()}")
            self._customers[place] = books, customer, books.subscription(customer, plan, 3, (books.rate(),))

    def close(self) -> None:
        for access in self._opened:
            access.close()
        for front in self.accounts.values():
            front.behind.close()

    def open(self, place: str) -> Target:
        access = Access("http://billing", KEY, transport=self.accounts[place])
        self._opened.append(access)
        return StripeBilling(access, queue=f"stripe-{place}", name=f"stripe-{place}")

    def sample(self, number: str, sort: Sort = "plain", place: str = "") -> Sample:
        """A draft in the account, and the action that makes it final. Other sorts refer to a draft too, which they must leave unchanged."""
        place = place or self.places[0]
        books, customer, subscription = self._customers[place]
        model = sample_of("posting", number, sort, place=place, queue=f"stripe-{place}")
        draft = books.draft(customer, subscription)
        total = f"{books.invoice(draft)['total'] / 100:.2f}"
        content = json.loads(model.action.payload)
        if sort != "debit":
            kind = content["kind"].replace("credit_note", "billing_credit_note").replace("invoice", "billing_invoice")
            content |= {"kind": kind.replace("billing_billing", "billing"), "gross": total}
        if sort in {"cents", "large", "discount", "whole units", "collected", "card", "prepaid", "deducted"}:
            content["gross"] = "1.00"  # a draft over another total is another invoice than the one that tied out
        action = replace(
            model.action,
            id=derive("contract", draft, sort),
            claim=f"stripe-{place}/invoice/{draft}@1",
            payload=json.dumps(content),
        )
        sample = Sample(action=action, says={"number": draft, "currency": "EUR", "gross": total})
        self._drafts[draft] = place, sample
        return sample

    def held(self, place: str) -> Sequence[Held]:
        front = self.accounts[place]
        documents = []
        for name in front.finalised:
            message = front.behind.get(f"/v1/invoices/{name}").json()
            says = {
                "number": name,
                "currency": message["currency"].upper(),
                "gross": f"{message['total'] / 100:.2f}",
            }
            reference = self._drafts[name][1].reference
            documents.append(Held(reference=reference, number=f"INV-{name[-6:].upper()}", says=says))
        return documents

    def suffer(self, fault: Fault | None) -> None:
        ways = {"down": "down", "busy": "broken", "request lost": "before", "answer lost": "after"}
        for front in self.accounts.values():
            way: Any = ways.get(fault or "", "")
            only = fault in {"request lost", "answer lost"}
            front.fault = _only_finalising(way) if only else (lambda *_, way=way: way)
            front.refusal = "The customer's location isn't recognized." if fault == "refuses" else ""
            front.changed = (lambda message: message.pop("status", None)) if fault == "nonsense" else (lambda _: None)


def _only_finalising(way: Any) -> Callable[[str, str], Any]:
    return lambda method, path: way if path.endswith("/finalize") else ""
