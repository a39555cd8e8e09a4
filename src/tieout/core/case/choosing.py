"""The fields that a resolution asks for: complete and readable; a missing or unreadable one is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from tieout.core.case.commands import Resolve
from tieout.core.findings.resolution import Field, FieldKind, Resolution
from tieout.core.values.errors import Malformed, Refused
from tieout.core.values.money import Money
from tieout.core.values.sentence import Sentence

OF_THE_COMMAND: Final = frozenset({"note", "reference"})
"""Fields that every `Resolve` has; they are given there."""

_READ: Final[Mapping[FieldKind, Callable[[str], object]]] = MappingProxyType(
    {"text": str, "reference": str, "place": str, "date": date.fromisoformat, "amount": Money.parse}
)


_NOT_READ: Final = {
    "date": "{field}: {value!r} is not a date as 2026-01-31",
    "amount": "{field}: {value!r} is not an amount as 12.50 EUR",
}


def given_with(chosen: Resolution, command: Resolve) -> tuple[tuple[str, str], ...]:
    """What was given in the resolution's own fields, in their order, blanks left out. Raises `Refused`:

    CASE-FIELD for a field that the resolution does not have, that is missing or that cannot be read.
    """
    own = {field.name: field for field in chosen.fields if field.name not in OF_THE_COMMAND}
    given = {name: value.strip() for name, value in command.fields}
    unknown = sorted(given.keys() - own.keys())
    if unknown:
        raise Refused(
            "CASE-FIELD",
            "'{resolution}' does not ask for {field!r}",
            resolution=Sentence(chosen.name),
            field=unknown[0],
        )
    for field in own.values():
        _require(chosen, field, given.get(field.name, ""))
    if any(field.name == "note" and field.required for field in chosen.fields) and not command.note.strip():
        raise Refused("CASE-TEXT", "'{resolution}': give a reason or text", resolution=Sentence(chosen.name))
    return tuple((name, given[name]) for name in own if given.get(name))


def _require(chosen: Resolution, field: Field, value: str) -> None:
    if not value:
        if field.required:
            raise Refused(
                "CASE-FIELD",
                "'{resolution}' needs {field}",
                resolution=Sentence(chosen.name),
                field=Sentence(field.label),
            )
        return
    try:
        _READ[field.kind](value)
    except (ValueError, Malformed) as error:
        raise Refused("CASE-FIELD", _NOT_READ[field.kind], field=Sentence(field.label), value=value) from error
