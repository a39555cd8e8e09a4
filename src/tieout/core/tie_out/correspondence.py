"""The other side of a claim as messages to it need it: who they are, where a message may go, in which language, and what it is about.

The pack says it, from the claim's document and the master records; letters are written from it (`core.case.letters`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, Protocol

from tieout.core.findings.code import Code
from tieout.core.findings.wording import Occurrence, told
from tieout.core.values.money import Money
from tieout.core.values.sentence import Sentence

AddressKind = Literal["email", "electronic"]
Fact = tuple[str, str | date | Money]
"""What a letter states of its document: the label, which is a message, and the value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a message may go: an e-mail address, or an electronic address with its scheme ("0088:4012345000009").

    `on_record`: it stands in our record of them. Otherwise the claim's own document states it: a proposal, which a person confirms,
    and to which nothing goes that puts the document itself in doubt.
    """

    value: str
    kind: AddressKind = "email"
    on_record: bool = True


class Tongue(Protocol):
    """A language in which letters are written."""

    def say(self, sentence: str) -> str:
        """A sentence of ours, with its values."""
        ...

    def finding(self, finding: Occurrence, codes: Mapping[str, Code]) -> str:
        """What the other side reads of a finding; "" where that is not told."""
        ...

    def value(self, value: str | date | Money) -> str:
        """A value by itself."""
        ...


class PlainEnglish:
    """English with values in their canonical spelling: what is written where no language is handed in."""

    def say(self, sentence: str) -> str:
        """The sentence as it is."""
        return str(sentence)

    def finding(self, finding: Occurrence, codes: Mapping[str, Code]) -> str:
        """The code's words for the other side."""
        return told(finding, codes)

    def value(self, value: str | date | Money) -> str:
        """Its canonical spelling."""
        return value.isoformat() if isinstance(value, date) else str(value)


PLAIN_ENGLISH: Final[Tongue] = PlainEnglish()


@dataclass(frozen=True, slots=True, kw_only=True)
class Correspondence:
    """The other side by name (`side` is what people call it), its `number` in our records ("" without a record), its `language`
    as the record states it ("de"), and its addresses, those on record first, the preferred one at the head.

    `lacking` is why there is none on record, and what is to be done: a sentence. `ours` is our company's name; `about` is what letters
    state of the document. `sender`: the document came from them; otherwise it is ours, and nobody outside is informed that it is
    rejected.
    """

    side: str = "counterparty"
    sender: bool = True
    name: str = ""
    number: str = ""
    language: str = ""
    addresses: tuple[Address, ...] = ()
    lacking: str = ""
    ours: str = ""
    about: tuple[Fact, ...] = ()
    tongue: Tongue = PLAIN_ENGLISH

    @property
    def on_record(self) -> tuple[Address, ...]:
        """The addresses that stand in our record."""
        return tuple(address for address in self.addresses if address.on_record)


NOBODY: Final = Correspondence(
    lacking=Sentence(
        "this process keeps no address of whoever sends its documents: ask by telephone or mail, and write a note"
    )
)
"""For claims whose other side nobody is known of."""


def nobody() -> Correspondence:
    """Nobody."""
    return NOBODY
