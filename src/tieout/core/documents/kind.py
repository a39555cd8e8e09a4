"""A document: a canonical, immutable business record. What the kernel asks of each, and how a pack describes its kinds.

The kernel never asks which kind of document it holds: what it needs of one (its keys, its other side, its amounts), the
kind's own functions say. A correction is a new version that supersedes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final, Literal, Protocol

from tieout.core.documents.remark import Remark
from tieout.core.documents.sheet import Related, Sheet
from tieout.core.values.errors import Malformed
from tieout.core.values.key import Key
from tieout.core.values.money import Money
from tieout.core.values.party import Party, normal_reference


class Document(Protocol):
    """Any canonical document: a frozen dataclass with a kind and a number."""

    @property
    def kind(self) -> str:
        """The kind's name ("receipt")."""
        ...

    @property
    def number(self) -> str:
        """The number that its sender gave it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """The amounts of a document, in its currency ("" where it has none); None where it states none."""

    net: Money | None = None
    tax: Money | None = None
    payable: Money | None = None
    currency: str = ""


Role = Literal["claim", "evidence", "master", "authority"]
"""What a document is to the controls: it asks for money to move; it is tied out against; it is a record that many
documents rest on; it is a person's acceptance or approval, which no file ever is."""

NOBODY: Final = Party()
NO_AMOUNTS: Final = Amounts()


def number_alone(document: Document) -> str:
    """The number as an identity, for kinds whose numbers we give ourselves; "" where there is none."""
    return normal_reference(document.number) if document.number.strip() else ""


def _no_keys(_: Any) -> Iterable[Key]:
    return ()


def _nobody(_: Any) -> Party:
    return NOBODY


def _no_amounts(_: Any) -> Amounts:
    return NO_AMOUNTS


def _no_traits(_: Any) -> tuple[str, ...]:
    return ()


def _no_remarks(_: Any) -> tuple[Remark, ...]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentKind:
    """One kind of document as its pack describes it. All functions are pure and take the document.

    `words` is the kind for people ("Goods receipt"). `type` is its class, `role` what it is to the controls. `keys` are the
    look-up keys under which others find it; `identity` is what it calls itself within its kind ("" where it cannot: then
    nothing ever takes its place); `counterparty` is its other side; `traits` is what a look-alike is compared with it by, each
    "sort/value"; `remarks` is what its own figures contradict.
    `sheet` lays it out for people; without one every field is shown as it is. `related` is what it is connected with; without
    one, what is found under its own keys. `other_side` is what people call its other side ("employee"), "" where it has none.
    `takes_back`: it takes back what another document asked for. `by_hand`: a person may hand it in; all other kinds come from
    sources that are named for them.
    """

    name: str
    words: str
    type: type
    role: Role = "evidence"
    keys: Callable[[Any], Iterable[Key]] = _no_keys
    identity: Callable[[Any], str] = number_alone
    counterparty: Callable[[Any], Party] = _nobody
    amounts: Callable[[Any], Amounts] = _no_amounts
    traits: Callable[[Any], tuple[str, ...]] = _no_traits
    remarks: Callable[[Any], tuple[Remark, ...]] = _no_remarks
    sheet: Callable[[Any], Sheet] | None = None
    related: Callable[[Any], Related] | None = None
    other_side: str = ""
    takes_back: bool = False
    by_hand: bool = False

    def __post_init__(self) -> None:
        """Asserts that people hand in claims alone: evidence comes from sources that are named for it."""
        assert self.role == "claim" or not self.by_hand, f"{self.name} is no claim: nobody hands it in by hand"

    def entity(self, document: Document) -> str:
        """The company of ours that the document names, or ""."""
        return str(getattr(document, "entity", ""))

    def issued_on(self, document: Document) -> date | None:
        """Its date, where it has one."""
        day: date | None = getattr(document, "issue_date", None)
        return day


class Kinds(Mapping[str, DocumentKind]):
    """The kinds that this installation knows, by name. Asserts that no two packs mean different things by one name."""

    def __init__(self, kinds: Iterable[DocumentKind]) -> None:
        by_name: dict[str, DocumentKind] = {}
        for kind in kinds:
            first = by_name.setdefault(kind.name, kind)
            assert first == kind, f"two packs describe the kind {kind.name} differently"
        self._by_name = MappingProxyType(by_name)

    def __getitem__(self, name: str) -> DocumentKind:
        return self._by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)

    def __hash__(self) -> int:
        return hash(frozenset(self._by_name))

    def __reduce__(self) -> tuple[type[Kinds], tuple[tuple[DocumentKind, ...]]]:
        """Processes that read files are handed their kinds."""
        return Kinds, (tuple(self._by_name.values()),)

    def named(self, name: str) -> DocumentKind:
        """The kind of this name. Raises `Malformed` with the names that there are."""
        kind = self._by_name.get(name)
        if kind is None:
            raise Malformed(
                "{name!r} is not a kind of document",
                remedy="use one of {kinds}",
                name=name,
                kinds=", ".join(self._by_name),
            )
        return kind

    def of(self, document: Document) -> DocumentKind:
        """The kind of a document. Raises `Malformed` where no installed pack has it."""
        return self.named(document.kind)

    def published(self, document: Document) -> tuple[Key, ...]:
        """The look-up keys under which others find a document, without repeats."""
        return tuple(dict.fromkeys(self.of(document).keys(document)))
