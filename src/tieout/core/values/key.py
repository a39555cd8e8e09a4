"""The look-up key: the name under which evidence is found, the book (one of our companies) it is in, and whose number it is."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Final, NoReturn, Self

ANY: Final = ""
"""The book of a look-up in every book, and of a document that names no company: whose it is has to follow from the rest."""


_NUMBER_MAX: Final = 400
"""Characters of a number: an index of the store holds 2,704 bytes, and a character has up to four."""


def _shortened(number: str) -> str:
    """A number of the greatest length: two long numbers that differ are never one."""
    digest = sha256(number.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return f"{number[: _NUMBER_MAX - 33]}~{digest}"


_ESCAPES: Final = (("%", "%25"), ("/", "%2F"), ("@", "%40"))


def _escaped(book: str) -> str:
    for sign, escape in _ESCAPES:
        book = book.replace(sign, escape)
    return book


def _read(book: str) -> str:
    for sign, escape in reversed(_ESCAPES):
        book = book.replace(escape, sign)
    return book


class Key(str):
    """`kind` and `number` of what is looked for, in the `book` of one of our companies; `ANY` where no company is named.

    `system` is the source system that gave the number, where several systems of one company use it; else "".

    Two companies may use the same numbers, so the number alone identifies nothing. As text it is "order@DE01/4500012", and
    "order/4500012" without a book, which is also how keys were written before they had one. A key is a string, so that it
    hashes, sorts and serialises as quickly as one; but no plain string is a key. `number` is kept as it is, with its slashes.
    With a system it is "order@DE01@sap1/4500012", and "order@@sap1/4500012" without a book.
    """

    __slots__ = ("bare", "book", "kind", "number", "system")
    bare: str
    """ "order/4500012": the text under which the store finds it, the same in every book."""
    book: str
    kind: str
    number: str
    system: str

    def __new__(cls, book: str, kind: str, number: str, system: str = "") -> Self:
        """The key; `kind` has neither "/" nor "@" in it. Of a number that no index holds, the beginning and a hash stand for it."""
        if len(number) > _NUMBER_MAX:
            number = _shortened(number)
        bare = f"{kind}/{number}" if kind else ""
        whose = f"@{_escaped(book)}" if book or system else ""
        if system:
            whose = f"{whose}@{_escaped(system)}"
        key = str.__new__(cls, f"{kind}{whose}/{number}" if whose else bare)
        _set_bare(key, bare)
        _set_book(key, book)
        _set_kind(key, kind)
        _set_number(key, number)
        _set_system(key, system)
        return key

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"Key is immutable: {name}")

    def __reduce__(self) -> tuple[type[Self], tuple[str, str, str, str]]:
        return type(self), (self.book, self.kind, self.number, self.system)

    def __repr__(self) -> str:
        return f"Key({str(self)!r})"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The key of a text; one without a book looks in every book."""
        head, _, number = text.partition("/")
        kind, _, whose = head.partition("@")
        book, _, system = whose.partition("@")
        return cls(_read(book), kind, number, _read(system))

    def in_book(self, book: str) -> Self:
        """The same kind and number in another book."""
        return type(self)(book, self.kind, self.number, self.system)

    def of_system(self, system: str) -> Self:
        """The same kind and number, as given by a source system."""
        return self if system == self.system else type(self)(self.book, self.kind, self.number, system)

    def meets(self, book: str) -> bool:
        """Whether a look-up with this key reaches documents of a book; a document without a book is reached by every look-up."""
        return not self.book or not book or self.book == book


# What sets the parts of a new key: a claim looks up some forty of them, and the slots themselves set them fastest.
_Setter = Callable[[Key, str], None]
_set_bare: Final[_Setter] = Key.__dict__["bare"].__set__
_set_book: Final[_Setter] = Key.__dict__["book"].__set__
_set_kind: Final[_Setter] = Key.__dict__["kind"].__set__
_set_number: Final[_Setter] = Key.__dict__["number"].__set__
_set_system: Final[_Setter] = Key.__dict__["system"].__set__

NOWHERE: Final = Key(ANY, "", "")
"""The key of something that no document answers: a timer alone."""
