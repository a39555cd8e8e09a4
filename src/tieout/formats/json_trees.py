"""The trees of plain values in a file of JSON: one value, a list of them, or one a line; counted before they are read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from itertools import islice
from typing import Any, Final

from tieout.core.values.money import in_digits
from tieout.core.values.sentence import Sentence
from tieout.formats.format import Limits

REFERENCE: Final = "see docs/reference/canonical-json.md"
_LINE: Final = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n|$)")
_BLANKS: Final = re.compile(r"[ \t\n\r]*")
BOMS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


class Unfit(Exception):
    """What is wrong with one document, where, and the remedy."""

    def __init__(self, what: str, where: str = "", remedy: str = REFERENCE) -> None:
        super().__init__(what)
        self.what, self.where, self.remedy = what, where, remedy


def too_many(limits: Limits) -> Unfit:
    """What is wrong with a file of more documents than are read."""
    what = Sentence("the file holds more than {limit} documents", limit=limits.documents_max)
    return Unfit(what, remedy="send them in several files")


def utf8(content: bytes) -> bytes:
    """The bytes without a byte order mark, in UTF-8. Raises `Unfit`."""
    for mark, encoding in BOMS:
        if content.startswith(mark):
            try:
                return content[len(mark) :].decode(encoding).encode()
            except UnicodeDecodeError as error:
                raise Unfit(
                    Sentence("the file is not {encoding}: byte {byte}", encoding=encoding, byte=error.start),
                    remedy="save it as UTF-8",
                ) from error
    return content


def trees(content: bytes, limits: Limits) -> Iterator[tuple[str, Any]]:
    """Every document as a tree of plain values, or what is wrong with its line, and its place in the file. One after the other: whoever
    has enough stops."""
    if content.count(b",") > limits.values_max:
        what = Sentence("the file holds more than {limit} values", limit=f"{limits.values_max:,}")
        raise Unfit(what, remedy="send it in several files")
    first = list(islice(_lines(content), 2))
    if len(first) == 2 and all(line.lstrip().startswith(b"{") for _, line in first):
        yield from _by_line(content, limits)
    elif content.lstrip().startswith(b"["):
        yield from ((f"[{k}]", entry) for k, entry in enumerate(_entries(content)))
    else:
        yield "", _tree(content)


def _lines(content: bytes) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank, with their numbers."""
    lines = enumerate((match[0].rstrip(b"\r\n") for match in _LINE.finditer(content)), 1)
    return ((k, line) for k, line in lines if line.strip())


def _by_line(content: bytes, limits: Limits) -> Iterator[tuple[str, Any]]:
    if sum(1 for _ in islice(_lines(content), limits.documents_max + 1)) > limits.documents_max:
        raise too_many(limits)
    for k, line in _lines(content):
        try:
            yield f"line {k}", _tree(line)
        except Unfit as wrong:
            yield f"line {k}", Unfit(wrong.what, wrong.where.removeprefix("line 1, "), wrong.remedy)


def _tree(content: bytes) -> Any:
    """Plain values; no number becomes a float, and a repeated field is not silently dropped."""
    with _explaining():
        return _DECODER.decode(_text(content))


def _entries(content: bytes) -> Iterator[Any]:
    """The entries of a list, one after the other: a list of a million is not read to its end to be refused."""
    with _explaining():
        text = _text(content)
        place = _after_blanks(text, text.index("[") + 1)
        if text[place : place + 1] == "]":
            raise Unfit("the list is empty", remedy="put at least one document into it")
        while True:
            entry, place = _DECODER.raw_decode(text, place)
            yield entry
            place = _after_blanks(text, place)
            if text[place : place + 1] != ",":
                break
            place = _after_blanks(text, place + 1)
        if text[place : place + 1] != "]":
            raise json.JSONDecodeError("Expecting ',' delimiter", text, place)
        if (end := _after_blanks(text, place + 1)) != len(text):
            raise json.JSONDecodeError("Extra data", text, end)


def _text(content: bytes) -> str:
    return content.decode(json.detect_encoding(content), "surrogatepass")


def _after_blanks(text: str, place: int) -> int:
    match = _BLANKS.match(text, place)
    assert match is not None, "none at all are blanks too"
    return match.end()


@contextmanager
def _explaining() -> Iterator[None]:
    """What the reader of JSON raises, in words."""
    try:
        yield
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise Unfit(Sentence("not JSON: {reason}", reason=error.msg), place, "let a program write it") from error
    except UnicodeDecodeError as error:
        raise Unfit(Sentence("not UTF-8: byte {byte}", byte=error.start), remedy="save it as UTF-8") from error
    except RecursionError as error:
        raise Unfit("nested too deep for a document") from error
    except (ValueError, ArithmeticError) as error:
        raise Unfit(Sentence("not JSON: {error}", error=str(error)[:100]), remedy="write plain numbers") from error


def _number_in(text: str) -> Decimal:
    return in_digits(Decimal(text))


def _no_number(word: str) -> Any:
    raise Unfit(Sentence("{word} is not a number", word=word), remedy="leave the field out, or write a number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    tree = dict(pairs)
    if len(tree) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Unfit(
            Sentence("the field {name!r} appears twice in one object", name=twice), remedy="keep one of the two"
        )
    return tree


_DECODER: Final = json.JSONDecoder(parse_float=_number_in, parse_constant=_no_number, object_pairs_hook=_once)
