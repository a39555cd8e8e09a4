"""Lists of texts as one parameter: keys are looked up by the thousand, and the driver would look at each text by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from psycopg.adapt import Dumper

_TEXT_ARRAY: Final = 1009
"""PostgreSQL's own number of the type `text[]`."""


class Texts:
    """A list of texts as PostgreSQL reads it."""

    __slots__ = ("literal",)

    def __init__(self, literal: bytes) -> None:
        self.literal = literal


class TextsDumper(Dumper):
    """Sends `Texts`; each connection is notified of it."""

    oid = _TEXT_ARRAY

    def dump(self, obj: Texts) -> bytes:
        """As it is."""
        return obj.literal


def with_texts(values: Sequence[object] | Mapping[str, object]) -> Sequence[object] | Mapping[str, object]:
    """The values of a statement, each list of texts as `Texts`; all others as they are."""
    if isinstance(values, Mapping):
        return values
    return [_texts(value) if type(value) is list and value else value for value in values]


def _texts(values: list[object]) -> object:
    if not all(type(value) is str for value in values):
        return values
    whole = '","'.join(values)  # type: ignore[arg-type]  # all are texts
    if "\x00" in whole:
        return values  # the driver refuses it
    if "\\" in whole or whole.count('"') > 2 * (len(values) - 1):
        whole = '","'.join(str(value).replace("\\", "\\\\").replace('"', '\\"') for value in values)
    return Texts(f'{{"{whole}"}}'.encode())
