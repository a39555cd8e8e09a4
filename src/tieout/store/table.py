"""How rows go in: as arrays where they are few, else by COPY into a stage of this session, and from either as a set.

Never straight by COPY: PostgreSQL refuses that where row-level security binds the writer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeVar

from tieout.core.audit.records import Form
from tieout.core.values.scope import Scope
from tieout.store.link import copy, empty, execute, is_open, note_written, transaction
from tieout.store.packing import packed, packed_text, unpacked, unpacked_text

R = TypeVar("R")

FEW: Final = 60
"""Rows up to which arrays cost less than a stage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table as rows are written to it: its name, columns in the order of its row type, their PostgreSQL types.

    `key` are the columns by which `put` finds an existing row. `in_order`: rows are inserted in the order in which they are given, because
    a sequence numbers them. What goes into a table with a `form` goes into the log too. The values of `kinds` are stored packed, each with
    the dictionary that it names: `store.packing`. The log has digests of what is stored.
    """

    name: str
    columns: tuple[str, ...]
    types: tuple[str, ...]
    key: tuple[str, ...] = ("tenant", "id")
    in_order: bool = False
    form: Form | None = None
    kinds: Mapping[str, str] = field(default_factory=dict, hash=False)

    @classmethod
    def of(cls, name: str, key: tuple[str, ...] = ("tenant", "id"), /, **columns: str) -> Table:
        """A table from columns and their types, in the order of its row type."""
        return cls(name=name, columns=tuple(columns), types=tuple(columns.values()), key=key)

    def packing(self, **kinds: str) -> Table:
        """The table with these columns packed, each as a value of a kind."""
        assert kinds.keys() <= set(self.columns)
        return replace(self, kinds=kinds)

    def sealed(
        self,
        name: str,
        *,
        instant: str = "",
        without: tuple[str, ...] = (),
        only: tuple[str, tuple[str, ...]] | None = None,
        lasting: bool = True,
        erased: bool = False,
        veiled: Mapping[str, str] | None = None,
        of_erased: str = "",
    ) -> Table:
        """The table with a form of all its columns but those in `without`: see `core.audit.records.Form`."""  # fmt: skip
        columns = [
            (column, kind) for column, kind in zip(self.columns, self.types, strict=True) if column not in {"tenant", *without}
        ]  # fmt: skip
        form = Form(
            name=name,
            table=self.name,
            key=tuple(column for column in self.key if column != "tenant"),
            columns=tuple(column for column, _ in columns),
            types=tuple(kind for _, kind in columns),
            only=only,
            instant=instant,
            lasting=lasting and not erased,
            erased=erased,
            veiled=tuple((veiled or {}).items()),
            of_erased=of_erased,
        )
        return replace(self, form=form)

    def note(self, scope: Scope, rows: Sequence[Sequence[object]]) -> None:
        """These rows, with the table's columns in order, are as they are stored now: in the log of this transaction."""
        if self.form is not None and rows:
            places = [self.columns.index(column) for column in self.form.columns]
            note_written(scope, self.form, [[row[place] for place in places] for row in rows])

    def add(self, scope: Scope, rows: Sequence[Sequence[object]]) -> None:
        """Insert new rows. Raises a `Collision` if one exists already."""
        if rows:
            self._add(scope, self._packed(rows))

    def read(self, row: Callable[..., R], stored: Iterable[Sequence[Any]]) -> list[R]:
        """Rows with all columns of the table in order, as they were before they were packed. Raises `Damaged`."""
        places = [
            (self.columns.index(column), column, unpacked if self._kind(column) == "bytea" else unpacked_text)
            for column in self.kinds
        ]
        key = [self.columns.index(column) for column in self.key if column != "tenant"]
        rows = []
        for values in stored:
            plain = list(values)
            for place, column, unpack in places:
                if values[place] is not None:
                    plain[place] = unpack(values[place], self.name, column, *(values[part] for part in key))
            rows.append(row(*plain))
        return rows

    def packed(self, column: str, value: Any) -> Any:
        """A value as it is stored in a column."""
        if value is None or column not in self.kinds:
            return value
        return (packed if self._kind(column) == "bytea" else packed_text)(value, self.kinds[column])

    def _kind(self, column: str) -> str:
        return self.types[self.columns.index(column)]

    def _packed(self, rows: Sequence[Sequence[object]]) -> Sequence[Sequence[object]]:
        if not self.kinds:
            return rows
        columns = [
            [self.packed(column, value) for value in values] if column in self.kinds else values
            for column, values in zip(self.columns, zip(*rows, strict=True), strict=True)
        ]
        return list(zip(*columns, strict=True))

    def _add(self, scope: Scope, rows: Sequence[Sequence[object]]) -> None:
        if self.form is not None and not is_open():
            with transaction(scope):
                self._add(scope, rows)
            return
        with self._given(scope, rows) as (source, values):
            execute(scope, self._insert(source), values)
        self.note(scope, rows)

    def put(self, scope: Scope, rows: Sequence[Sequence[object]]) -> None:
        """Insert new rows and replace existing ones."""
        if rows:
            changed = [f"{column} = excluded.{column}" for column in self.columns if column not in self.key]
            kept = f"on conflict ({', '.join(self.key)}) do update set {', '.join(changed)}"
            with self._given(scope, self._packed(rows)) as (source, values):
                execute(scope, f"{self._insert(source)} {kept}", values)

    def replace(self, scope: Scope, rows: Sequence[Sequence[object]]) -> None:
        """Overwrite existing rows; others are ignored."""
        if rows:
            changed = [f"{column} = new.{column}" for column in self.columns if column not in self.key]
            matched = [f"old.{column} = new.{column}" for column in self.key]
            with self._given(scope, self._packed(rows)) as (source, values):
                sql = f"update {self.name} as old set {', '.join(changed)} from {source} where {' and '.join(matched)}"
                execute(scope, sql, values)

    def _insert(self, source: str) -> str:
        names = ", ".join(self.columns)
        return f"insert into {self.name} ({names}) select {names} from {source}"

    @contextmanager
    def _given(self, scope: Scope, rows: Sequence[Sequence[object]]) -> Iterator[tuple[str, Sequence[object]]]:
        """What stands after "from" for these rows, called `new`, with its values."""
        if len(rows) <= FEW:
            arrays = ", ".join(f"%s::{kind}[]" for kind in self.types)
            values = [list(column) for column in zip(*rows, strict=True)]
            yield f"unnest({arrays}) as new ({', '.join(self.columns)})", values
            return
        stage = f"pg_temp.stage_{self.name}_{len(self.columns)}"
        columns, types, staged = self.columns, self.types, rows
        if self.in_order:  # a stage whose pages have been used before is filled in any order, and is read page by page
            columns, types = (*columns, "nth"), (*types, "int4")
            staged = [(*row, nth) for nth, row in enumerate(rows)]
        defined = ", ".join(f"{column} {kind}" for column, kind in zip(columns, types, strict=True))
        execute(scope, f"create temp table if not exists {stage.removeprefix('pg_temp.')} ({defined})")
        copy(scope, f"copy {stage} from stdin (format binary)", types, staged)
        yield (f"(select * from {stage} order by nth) as new" if self.in_order else f"{stage} as new"), ()
        empty(scope, stage, len(rows))
