"""An in-memory ledger that keeps the contract, as a counterpart, and ledgers that each break one promise of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from threading import Lock
from typing import Any

from tieout.connectors.contract import SORTS, Counterpart, Fault, Held, payment_says
from tieout.core.outbox.action import Action, Answer, Done, Rejected, Unknown
from tieout.core.outbox.connection import Connection, Purpose, SettingSpec
from tieout.core.outbox.payload import opened_payload
from tieout.core.values.errors import Malformed


class Unanswered(Exception):
    """The call was made, but there was no answer."""


class Away(Exception):
    """Nothing answers at this address."""


@dataclass
class Books:
    """An external ledger: documents by company, each with its number; it books a reference once."""

    documents: list[tuple[str, Held]] = field(default_factory=list)
    fault: Fault | None = None
    lock: Lock = field(default_factory=Lock)
    strict: bool = True

    def look(self, place: str, reference: str) -> list[Held]:
        self._reached()
        if self.fault == "nonsense":
            raise Unanswered("<html>")
        return [held for where, held in self.documents if (where, held.reference) == (place, reference)]

    def book(self, place: str, reference: str, says: dict[str, str]) -> str:
        self._reached()
        if self.fault == "refuses":
            raise Malformed("period 11 is closed")
        if self.fault == "request lost":
            raise Unanswered("timed out")
        with self.lock:
            twice = 2 if self.fault == "books twice" else 1
            for _ in range(twice):
                number = self._booked(place, reference, says, strict=self.strict and twice == 1)
        if self.fault in {"answer lost", "nonsense"}:
            raise Unanswered("timed out")
        return number

    def _reached(self) -> None:
        if self.fault == "down":
            raise Away("connection refused")
        if self.fault == "busy":
            raise Unanswered("503")

    def _booked(self, place: str, reference: str, says: dict[str, str], *, strict: bool) -> str:
        before = [held for where, held in self.documents if (where, held.reference) == (place, reference)]
        if before and strict:
            return before[0].number
        number = str(5_100_000_001 + len(self.documents))
        self.documents.append((place, Held(reference=reference, number=number, says=says)))
        return number


class LedgerTarget:
    """A target that keeps the contract. Subclasses break it."""

    def __init__(self, books: Books, place: str, queue: str) -> None:
        self.books, self.place, self.queue = books, place, queue

    def find(self, actions: Sequence[Action]) -> Sequence[Answer | None]:
        return [self._looked(action) for action in actions]

    def _looked(self, action: Action) -> Answer | None:
        try:
            held = self.books.look(self.place, str(action.id))
        except Unanswered as trouble:
            return Unknown(hint=str(trouble))
        except Away as trouble:
            return Unknown(hint=str(trouble), down=True)
        if len(held) > 1:
            return Unknown(hint="two of them", ambiguous=True)
        return Done(ref=held[0].number) if held else None

    def perform(self, actions: Sequence[Action]) -> Sequence[Answer]:
        return [self._done(action) for action in actions]

    def _done(self, action: Action) -> Answer:
        try:
            says = self.says(action)
        except Malformed as problem:
            return Rejected(reason=problem.message, code="MAP")
        try:
            return Done(ref=self.books.book(self.place, str(action.id), says))
        except Malformed as refusal:
            return Rejected(reason=refusal.message)
        except Unanswered as trouble:
            return Unknown(hint=str(trouble))
        except Away as trouble:
            return Unknown(hint=str(trouble), down=True)

    def says(self, action: Action) -> dict[str, str]:
        """What is booked of a payload."""
        content = self.opened(action)
        if action.kind not in {"post_voucher", "post_debit_note"} or "currency" not in content:
            raise Malformed("no posting")
        booked = {name: str(content[name]) for name in ("kind", "number", "entity", "currency")}
        if action.kind == "post_debit_note":
            return booked | {"net": content["amount"]}
        return booked | {name: content[name] for name in ("net", "tax", "gross")} | payment_says(content)

    def opened(self, action: Action) -> dict[str, Any]:
        return opened_payload(action)


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerConnector:
    """The ledger's connector."""

    system: str = "ledger"
    purpose: Purpose = "posting"
    keeps_its_own: bool = False
    kinds: frozenset[str] = frozenset()
    settings: tuple[SettingSpec, ...] = (SettingSpec(name="address", doc="where it is"),)

    def target(self, connection: Connection, secret: str) -> LedgerTarget:
        raise AssertionError("the counterpart opens its own")

    def source(self, connection: Connection, secret: str) -> None:
        """Nothing is pulled."""

    def reader(self, connection: Connection) -> None:
        """Nothing is pulled."""


class LedgerCounterpart(Counterpart):
    """A ledger in memory, and a target of some sort for it."""

    connector = LedgerConnector()
    takes = frozenset(SORTS["posting"])
    suffers = frozenset({"down", "busy", "request lost", "answer lost", "nonsense", "refuses", "books twice"})

    def __init__(self, target: Callable[..., LedgerTarget] = LedgerTarget, *, strict: bool = True) -> None:
        self.books, self._target = Books(strict=strict), target

    def open(self, place: str) -> LedgerTarget:
        return self._target(self.books, place, f"ledger-{place}")

    def held(self, place: str) -> Sequence[Held]:
        return [held for where, held in self.books.documents if where == place]

    def suffer(self, fault: Fault | None) -> None:
        self.books.fault = fault


# Each of these breaks one promise of the contract.


class LosesRefusals(LedgerTarget):
    """A refusal is taken for a temporary failure."""

    def _done(self, action: Action) -> Answer:
        answer = super()._done(action)
        return Unknown(hint=answer.reason) if isinstance(answer, Rejected) and not answer.code else answer


class TakesSilenceForRefusal(LedgerTarget):
    """A time-out is taken for a refusal."""

    def _done(self, action: Action) -> Answer:
        answer = super()._done(action)
        return Rejected(reason=answer.hint) if isinstance(answer, Unknown) else answer


class TakesSilenceForDone(LedgerTarget):
    """A time-out is taken for done."""

    def _done(self, action: Action) -> Answer:
        answer = super()._done(action)
        return Done(ref="pending") if isinstance(answer, Unknown) else answer


class SeesNothingWhenItIsDown(LedgerTarget):
    """What cannot be looked up is taken for never seen: it is sent again."""

    def _looked(self, action: Action) -> Answer | None:
        answer = super()._looked(action)
        return None if isinstance(answer, Unknown) and not answer.ambiguous else answer


class TakesTheFirstOfTwo(LedgerTarget):
    """Two documents under one reference count as done."""

    def _looked(self, action: Action) -> Answer | None:
        held = [document for _, document in self.books.documents if document.reference == str(action.id)]
        return Done(ref=held[0].number) if held and self.books.fault == "books twice" else super()._looked(action)


class CountsInFractions(LedgerTarget):
    """Amounts go through a binary fraction."""

    def says(self, action: Action) -> dict[str, str]:
        return {
            name: f"{float(text):.2f}" if name in {"net", "tax", "gross"} else text
            for name, text in super().says(action).items()
        }


class AddsUpLines(LedgerTarget):
    """The net amount is added up from lines as binary fractions."""

    def says(self, action: Action) -> dict[str, str]:
        booked = super().says(action)
        lines = json.loads(action.payload).get("lines")
        return booked | ({"net": str(sum(float(line["net"]) for line in lines))} if lines else {})


class ForgetsTheSign(LedgerTarget):
    """A negative line is added."""

    def says(self, action: Action) -> dict[str, str]:
        booked = super().says(action)
        lines = json.loads(action.payload).get("lines") or ()
        wrong = sum((abs(Decimal(line["net"])) for line in lines), Decimal(0))
        return booked | ({"net": str(wrong)} if lines else {})


class BooksCreditsAsInvoices(LedgerTarget):
    """A credit note is booked as an invoice."""

    def says(self, action: Action) -> dict[str, str]:
        booked = super().says(action)
        return booked | {"kind": booked["kind"].replace("credit_note", "invoice")}


class DropsThePayment(LedgerTarget):
    """What the voucher says of its payment is not kept."""

    def says(self, action: Action) -> dict[str, str]:
        booked = super().says(action)
        return {name: text for name, text in booked.items() if name not in {"blocked", "to_pay", "ways", "settles"}}


class PaysItAll(LedgerTarget):
    """The whole gross amount is to be paid, whatever was paid before, and nothing is blocked."""

    def says(self, action: Action) -> dict[str, str]:
        booked = super().says(action)
        return booked | ({"to_pay": booked["gross"], "blocked": "false"} if "gross" in booked else {})


class LosesTheMandate(LedgerTarget):
    """That the seller collects it is kept, and by which mandate is not."""

    def says(self, action: Action) -> dict[str, str]:
        return {name: text for name, text in super().says(action).items() if name != "mandate"}


class KeepsAnotherCreditor(LedgerTarget):
    """The creditor's number is cut to the length of a column."""

    def says(self, action: Action) -> dict[str, str]:
        return {name: text[:12] if name == "creditor" else text for name, text in super().says(action).items()}


class LosesTheCard(LedgerTarget):
    """It was paid by card, and by which card is not kept."""

    def says(self, action: Action) -> dict[str, str]:
        return {name: text for name, text in super().says(action).items() if name != "card"}


class ClearsWithoutTax(LedgerTarget):
    """A prepayment is set against the invoice without the tax within it."""

    def says(self, action: Action) -> dict[str, str]:
        return {
            name: text.partition(" tax ")[0] if name == "settles" else text
            for name, text in super().says(action).items()
        }


class HasOneCompany(LedgerTarget):
    """All connections post to the first company's ledger."""

    def __init__(self, books: Books, place: str, queue: str) -> None:
        super().__init__(books, "N1", queue)


class HasOneQueue(LedgerTarget):
    """All connections share one queue."""

    def __init__(self, books: Books, place: str, queue: str) -> None:
        super().__init__(books, place, "ledger")


class LooksForTheNumber(LedgerTarget):
    """It looks up the invoice's number and not our reference."""

    def _looked(self, action: Action) -> Answer | None:
        answer = super()._looked(action)
        if answer is not None or action.kind != "post_voucher":
            return answer
        try:
            number = json.loads(action.payload).get("number")
        except (ValueError, AttributeError):
            return None
        same = [document for _, document in self.books.documents if document.says["number"] == number]
        return Done(ref=same[0].number) if same else None


class ShiftsAnswers(LedgerTarget):
    """Answers come in the order of the ledger."""

    def find(self, actions: Sequence[Action]) -> Sequence[Answer | None]:
        order = [document.reference for _, document in self.books.documents]
        first = sorted(actions, key=lambda action: order.index(str(action.id)) if str(action.id) in order else 99)
        return super().find(first)


class NamesItAnew(LedgerTarget):
    """The number differs between look-ups."""

    def _looked(self, action: Action) -> Answer | None:
        answer = super()._looked(action)
        return replace(answer, ref=f"{answer.ref}-A") if isinstance(answer, Done) else answer


class AsksNoVersion(LedgerTarget):
    """The version of a payload is ignored."""

    def opened(self, action: Action) -> dict[str, Any]:
        try:
            content = json.loads(action.payload)
        except ValueError as error:
            raise Malformed("no JSON") from error
        if not isinstance(content, dict):
            raise Malformed("no object")
        return content


class GivesUpABatch(LedgerTarget):
    """One payload that cannot be read refuses the whole batch."""

    def perform(self, actions: Sequence[Action]) -> Sequence[Answer]:
        try:
            for action in actions:
                self.says(action)
        except Malformed as problem:
            return [Rejected(reason=problem.message, code="MAP") for _ in actions]
        return super().perform(actions)


class BooksByAsking(LedgerTarget):
    """Looking it up creates it."""

    def _looked(self, action: Action) -> Answer | None:
        answer = super()._looked(action)
        if answer is None:
            self._done(action)
        return answer


class SwallowsMessages(LedgerTarget):
    """What it cannot book is reported as done."""

    def says(self, action: Action) -> dict[str, str]:
        try:
            return super().says(action)
        except Malformed:
            return {"number": "?"}
