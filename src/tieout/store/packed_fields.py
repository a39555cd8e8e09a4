"""Columns of models whose values are stored packed: whoever reads a model has them as they were.

For migrations they are the plain columns that they are in the database.
"""

from __future__ import annotations

from typing import Any

from django.db import models

from tieout.store.packing import packed, packed_text, unpacked, unpacked_text


def _table(field: models.Field[Any, Any]) -> str:
    return str(field.model._meta.db_table)  # noqa: SLF001  Django's name


class PackedField(models.BinaryField):  # type: ignore[type-arg]  # Django's fields take none when they run
    """Bytes, packed as a value of a kind."""

    def __init__(self, *args: Any, kind: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind

    def deconstruct(self) -> Any:
        """As the column is in the database."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.BinaryField", args, kwargs

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> bytes | None:  # noqa: ARG002  Django's shape
        """What was packed."""
        return None if value is None else unpacked(bytes(value), _table(self), self.name)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """As it is stored."""
        stored = None if value is None else packed(bytes(value), self.kind)
        return super().get_db_prep_value(stored, connection, prepared)


class PackedTextField(models.TextField):  # type: ignore[type-arg]  # Django's fields take none when they run
    """A text, packed as a value of a kind."""

    def __init__(self, *args: Any, kind: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind

    def deconstruct(self) -> Any:
        """As the column is in the database."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> str | None:  # noqa: ARG002  Django's shape
        """What was packed."""
        return None if value is None else unpacked_text(value, _table(self), self.name)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """As it is stored."""
        stored = None if value is None else packed_text(value, self.kind)
        return super().get_db_prep_value(stored, connection, prepared)
