"""Whose evidence it is: which documents count for a claim where several of our companies use one range of numbers.

A claim is tied out within the book of one company. What names another company is another's, though it bears the number that
the claim names. What names none counts only where it cannot be another's: no other company has anything under the
number that it is about, and the site that it names is one of the company's order's. All else is left out, and reported.
Within the company the same is asked of its source systems (`trade.systems`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from tieout.core.documents.kind import Document
from tieout.core.tie_out.dossier import Dossier, RecordedDocument
from tieout.core.values.key import ANY, Key
from tieout.core.values.made import made_often
from tieout.core.values.party import normal_reference
from tieout.core.values.sentence import Sentence, as_sentence
from tieout.trade.documents import (
    AccountingSetup,
    AccountMapping,
    Amendment,
    Contract,
    Customer,
    DespatchAdvice,
    DiscountHistory,
    Invoice,
    Order,
    PriceList,
    Product,
    Rebate,
    Receipt,
    Shipment,
    Subscription,
    Supplier,
)
from tieout.trade.selling_keys import issued_key
from tieout.trade.subjects import described, named_by, subjects_of
from tieout.trade.systems import collisions


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A document that bears a number which the claim names and does not count for it; `reason` says why, in a clause.

    `doubtful`: it names no company, so it may be the claim's all the same; else it is another company's.
    """

    recorded: RecordedDocument[Document]
    reason: str
    doubtful: bool

    def __str__(self) -> str:
        return self.words

    @property
    def words(self) -> Sentence:
        """Which document it is, and why it does not count."""
        document = self.recorded.document
        kind = Sentence(document.kind.replace("_", " "))
        return Sentence("{kind} {number}: {reason}", kind=kind, number=document.number, reason=as_sentence(self.reason))


@made_often
@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The evidence that counts for a claim, in the order of source keys, and what was left out.

    `book` is the claim's: the company that it names, else the only one that has the orders it names; "" where none is named.
    `own` is the company that it names, or whose source it came by. `systems` are the source systems that are meant under
    numbers that several of them use, `unclear` the orders of which nothing says which is meant, with the systems that have one.
    """

    book: str
    own: str
    evidence: tuple[RecordedDocument[Document], ...]
    left_out: tuple[LeftOut, ...] = ()
    systems: Mapping[str, str] = field(default_factory=dict)
    unclear: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def documents(self) -> tuple[Document, ...]:
        """The documents that count."""
        return tuple(recorded.document for recorded in self.evidence)

    @property
    def doubtful(self) -> tuple[LeftOut, ...]:
        """What may be the claim's and does not count, because it does not say whose it is."""
        return tuple(left for left in self.left_out if left.doubtful)

    def book_of(self, document: Document) -> str:
        """Whose a document is that counts (or the claim itself), "" where it does not say."""
        return next((recorded.book for recorded in self.evidence if recorded.document is document), self.own)

    def ledger(self, key: Key) -> Key:
        """A ledger, as that of the system which is meant where several systems use its number."""
        return key.of_system(self.systems[key.bare]) if key.bare in self.systems else key

    def issued(self, number: str) -> Key:
        """The ledger of an invoice of ours by its number, in the book of the company that issued it."""
        wanted = normal_reference(number)
        invoices = (recorded for recorded in self.evidence if isinstance(recorded.document, Invoice))
        book = next(
            (recorded.book for recorded in invoices if normal_reference(recorded.document.number) == wanted), self.own
        )
        return issued_key(number, book)

    def undecided(self, key: Key) -> str:
        """Which systems have an order of which nothing says which is meant: "sap1, sap2"; "" where that is clear."""
        return ", ".join(self.unclear.get(key.bare, ()))

    def elsewhere(self, key: Key) -> str:
        """Which companies have what was looked for under a key and left out: "AT01, CZ01"; "" if none has."""
        books = {left.recorded.book for left in self.left_out if key.bare in subjects_of(left.recorded.document)}
        return ", ".join(sorted(books - {ANY}))


def choose(dossier: Dossier) -> Chosen:
    """What of the dossier's evidence counts for its claim. Pure; the order of the evidence does not matter."""
    chosen = _of_company(dossier)
    several = collisions(dossier.claim, chosen.evidence, posted_at=dossier.posted_at)
    if several is None:
        return chosen
    evidence, left_out = [], list(chosen.left_out)
    for recorded in chosen.evidence:
        reason, doubtful = several.why_not(recorded)
        if reason:
            left_out.append(LeftOut(recorded=recorded, reason=reason, doubtful=doubtful))
        else:
            evidence.append(recorded)
    return replace(
        chosen,
        evidence=tuple(evidence),
        left_out=tuple(left_out),
        systems=several.systems,
        unclear=several.unclear,
    )


def _of_company(dossier: Dossier) -> Chosen:
    """What counts by the company alone."""
    claim = dossier.claim
    evidence = _by_site(tuple(sorted(dossier.evidence, key=lambda recorded: (recorded.key, recorded.sha256))))
    own = book = claim.book or dossier.entity
    sight = None
    if {recorded.book for recorded in evidence} - {ANY, book}:
        sight = _Sight(evidence, claim, book)
        book = sight.book
    somewhere = bool(book or sight) and any(map(_is_somewhere, evidence))
    if not sight and not somewhere:
        return Chosen(book=book, own=own, evidence=evidence)
    reasons = [(recorded, sight.why_not(recorded) if sight else "") for recorded in evidence]
    if somewhere:
        sites = _sites((*evidence, claim))
        reasons = [(recorded, reason or _elsewhere(recorded, sites)) for recorded, reason in reasons]
    left_out = tuple(
        LeftOut(recorded=recorded, reason=reason, doubtful=not (recorded.book and book))
        for recorded, reason in reasons
        if reason
    )
    return Chosen(
        book=book, own=own, evidence=tuple(recorded for recorded, reason in reasons if not reason), left_out=left_out
    )


class _Sight:
    """The companies that have something of their own under each number; made only where there are several."""

    def __init__(
        self, evidence: Iterable[RecordedDocument[Document]], claim: RecordedDocument[Document], book: str
    ) -> None:
        self.books: dict[str, set[str]] = {}
        """Who has something under a number: the order itself, or a movement of it."""
        self.owners: dict[str, set[str]] = {}
        """Who has the order, contract or customer itself, ANY among them where one names no company."""
        for recorded in (*evidence, claim) if book else evidence:
            subjects = subjects_of(recorded.document)
            for subject in subjects if recorded.book and not isinstance(recorded.document, _SHARED) else ():
                self.books.setdefault(subject, set()).add(recorded.book)
            if isinstance(recorded.document, Order | Subscription | Customer):
                self.owners.setdefault(subjects[0], set()).add(recorded.book)
        named = {company for subject in named_by(claim.document) for company in self.books.get(subject, ())}
        self.book = book or (named.pop() if len(named) == 1 else ANY)
        contracts = [self.owners.get(subject, set()) for subject in named_by(claim.document)]
        self.former = {company for owners in contracts if len(owners) == 1 for company in owners}
        """Whose the claim's contracts are: one that another company has taken over is still in the book of the former."""

    def why_not(self, recorded: RecordedDocument[Document]) -> str:
        """Why a document is, or may be, another company's; "" where it cannot be."""
        document = recorded.document
        if isinstance(document, _OF_THEMSELVES) or (self.book and _extended(document, self.book)):
            return ""
        subjects = subjects_of(document)
        if not subjects:
            near = not recorded.book or not self.book or recorded.book == self.book
            return "" if near else Sentence("is {book}'s", book=recorded.book)
        if isinstance(document, Amendment) and recorded.book not in self.owners.get(subjects[0], set()):
            return ""  # it names the company that takes the contract over
        if isinstance(document, Order | Subscription | Customer):
            subjects = subjects[:1]
        for subject in subjects:
            others = self._others(recorded.book, subject)
            if others and recorded.book and self.book:
                return Sentence("is {book}'s", book=recorded.book)
            if others:
                whose = Sentence("is {book}'s", book=recorded.book) if recorded.book else Sentence("names no company")
                return Sentence(
                    "{whose}, and {subject} is there in {books}",
                    whose=whose,
                    subject=described(subject),
                    books=", ".join(sorted(self.books[subject])),
                )
        return ""

    def _others(self, book: str, subject: str) -> set[str]:
        """The companies that speak against a document in a book, or in none, about a number."""
        books = self.books.get(subject, set())
        if not self.book:
            return books - {book} if book or len(books) > 1 else set()
        owners, kind = self.owners.get(subject, set()), subject.partition("/")[0]
        mine = {self.book}
        if len(owners) == 1 and kind in _REPORTED_BY_CHECKS and ANY not in owners:
            mine |= owners  # the only one stays in evidence: a check reports whose it is
        if kind == "customer":
            mine |= self.former
        return ({book} if book else books) - mine


_REPORTED_BY_CHECKS: Final = frozenset({"order", "subscription", "customer"})


def _extended(document: Document, book: str) -> bool:
    """Whether a record names a company among those for which it holds."""
    match document:
        case Supplier():
            return book in document.entities
        case Customer():
            return any(record.entity == book for record in document.erp)
        case _:
            return False


_SHARED: Final = (AccountMapping, Amendment, Contract, PriceList, Product, Rebate)
"""What one company may have agreed in addition to what holds for all: it does not show that a number is used twice."""
_OF_THEMSELVES: Final = (AccountingSetup, DiscountHistory)
"""Whose number is the company's own."""


def _is_somewhere(recorded: RecordedDocument[Document]) -> bool:
    """Whether it is a movement of goods at a site of no named company."""
    document = recorded.document
    return not recorded.book and isinstance(document, Receipt | DespatchAdvice | Shipment) and bool(document.site)


def _elsewhere(recorded: RecordedDocument[Document], sites: Mapping[str, frozenset[str]]) -> str:
    """Why a movement that names no company is not of its order: its site is none of the order's. "" where the order has none."""
    if _is_somewhere(recorded):
        site = getattr(recorded.document, "site", "")
        for subject in subjects_of(recorded.document):
            if sites.get(subject) and site not in sites[subject]:
                return Sentence(
                    "names no company, and its site {site} is none of {subject}", site=site, subject=described(subject)
                )
    return ""


def _by_site(evidence: tuple[RecordedDocument[Document], ...]) -> tuple[RecordedDocument[Document], ...]:
    """The evidence; a movement that names no company belongs to the one at whose sites alone its order is expected, where several
    companies have orders of that number and all of them say where.
    """
    placed = {recorded.book for recorded in evidence if isinstance(recorded.document, Order)}
    if len(placed) < 2 or not any(map(_is_somewhere, evidence)):
        return evidence
    wanted: dict[str, dict[str, set[str]]] = {}
    for recorded in evidence:
        order = recorded.document
        if isinstance(order, Order):
            for subject in subjects_of(order):
                sites = wanted.setdefault(subject, {}).setdefault(recorded.book, set())
                sites.update(site for site in (order.site, *(line.site for line in order.lines)) if site)
    return tuple(
        replace(recorded, book=book) if _is_somewhere(recorded) and (book := _whose(recorded, wanted)) else recorded
        for recorded in evidence
    )


def _whose(recorded: RecordedDocument[Document], wanted: Mapping[str, Mapping[str, set[str]]]) -> str:
    """The one company whose orders are expected at a movement's site; "" where that cannot be told."""
    site, companies = getattr(recorded.document, "site", ""), set()
    for subject in subjects_of(recorded.document):
        books = wanted.get(subject, {})
        if len(books) > 1:
            if ANY in books or not all(books.values()):
                return ""
            companies.add(", ".join(sorted(book for book, sites in books.items() if site in sites)))
    return (
        companies.pop()
        if len(companies) == 1 and companies <= {book for books in wanted.values() for book in books}
        else ""
    )


def _sites(evidence: Iterable[RecordedDocument[Document]]) -> Mapping[str, frozenset[str]]:
    """Where the goods of each order of a company are expected, as the order says; without companies a site is any site."""
    by_order: dict[str, frozenset[str]] = {}
    for recorded in evidence:
        order = recorded.document
        if isinstance(order, Order) and recorded.book:
            sites = frozenset(site for site in (order.site, *(line.site for line in order.lines)) if site)
            for subject in subjects_of(order) if sites else ():
                by_order[subject] = by_order.get(subject, frozenset()) | sites
    return by_order


def source_of(key: str) -> str:
    """A claim's source key without its version."""
    return key.rpartition("@")[0] or key


def number_in(key: str) -> str:
    """The document's name in a claim's source key: how others that use up a ledger are shown."""
    return source_of(key).rpartition("/")[2]
