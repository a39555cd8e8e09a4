"""The look-up key: under which name evidence is found, and in whose book."""

from __future__ import annotations

from typing import Final, NoReturn, Self

ANY: Final = ""
"""The book of a question that goes to every book, and of an answer that names none: whose it is has to follow from the rest."""


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

    Two companies use one range of numbers: the number alone names nothing. As text it is "order@DE01/4500012", and
    "order/4500012" without a book, which is also what keys were before they had one. It is its own text, so that it
    hashes, sorts and is written as quickly as one; but no text is a key. `number` is kept as it is, slashes and all.
    """

    __slots__ = ("bare", "book", "kind", "number")
    bare: str
    """ "order/4500012": the text under which the store finds it, the same in every book."""
    book: str
    kind: str
    number: str

    def __new__(cls, book: str, kind: str, number: str) -> Self:
        """The key; `kind` has neither "/" nor "@" in it."""
        bare = f"{kind}/{number}" if kind else ""
        key = str.__new__(cls, f"{kind}@{_escaped(book)}/{number}" if book else bare)
        object.__setattr__(key, "bare", bare)
        object.__setattr__(key, "book", book)
        object.__setattr__(key, "kind", kind)
        object.__setattr__(key, "number", number)
        return key

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"Key is immutable: {name}")

    def __reduce__(self) -> tuple[type[Self], tuple[str, str, str]]:
        return type(self), (self.book, self.kind, self.number)

    def __repr__(self) -> str:
        return f"Key({str(self)!r})"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The key of a text; one without a book asks in every book."""
        head, _, number = text.partition("/")
        kind, _, book = head.partition("@")
        return cls(_read(book), kind, number)

    def in_book(self, book: str) -> Self:
        """The same kind and number in another book."""
        return type(self)(book, self.kind, self.number)

    def meets(self, book: str) -> bool:
        """Whether the question that this key is goes to what stands in a book; what stands in none is met by every question."""
        return not self.book or not book or self.book == book


NOWHERE: Final = Key(ANY, "", "")
"""The key of what is under no key: a timer alone."""
