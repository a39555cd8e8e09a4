"""How rows go in: straight by COPY, or by COPY into a stage of this session and from there as a set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tieout.core.values.scope import Scope
from tieout.store.link import copy, execute


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table as COPY sees it: its name, columns in the order of its row type, their PostgreSQL types.

    `key` are the columns by which `put` finds the row that is there already.
    """

    name: str
    columns: tuple[str, ...]
    types: tuple[str, ...]
    key: tuple[str, ...] = ("tenant", "id")

    @classmethod
    def of(cls, name: str, key: tuple[str, ...] = ("tenant", "id"), /, **columns: str) -> Table:
        """A table from columns and their types, in the order of its row type."""
        return cls(name=name, columns=tuple(columns), types=tuple(columns.values()), key=key)

    def add(self, scope: Scope, rows: Sequence[Sequence[object]]) -> None:
        """Insert new rows. Raises a `Collision` if one is there already."""
        if rows:
            copy(scope, f"copy {self.name} ({', '.join(self.columns)}) from stdin (format binary)", self.types, rows)

    def put(self, scope: Scope, rows: Sequence[Sequence[object]]) -> None:
        """Insert new rows and replace those that are there."""
        if rows:
            self._stage(scope, rows)
            changed = [f"{column} = excluded.{column}" for column in self.columns if column not in self.key]
            execute(
                scope,
                f"insert into {self.name} ({', '.join(self.columns)}) select {', '.join(self.columns)} "
                f"from pg_temp.stage_{self.name} on conflict ({', '.join(self.key)}) do update set {', '.join(changed)}",
            )
            self._clear(scope)

    def replace(self, scope: Scope, rows: Sequence[Sequence[object]]) -> None:
        """Overwrite rows that are known to be there; others are left out."""
        if rows:
            self._stage(scope, rows)
            changed = [f"{column} = new.{column}" for column in self.columns if column not in self.key]
            matched = [f"old.{column} = new.{column}" for column in self.key]
            execute(
                scope,
                f"update {self.name} as old set {', '.join(changed)} from pg_temp.stage_{self.name} as new "
                f"where {' and '.join(matched)}",
            )
            self._clear(scope)

    def _stage(self, scope: Scope, rows: Sequence[Sequence[object]]) -> None:
        defined = ", ".join(f"{column} {kind}" for column, kind in zip(self.columns, self.types, strict=True))
        execute(scope, f"create temp table if not exists stage_{self.name} ({defined}) on commit delete rows")
        copy(scope, f"copy pg_temp.stage_{self.name} from stdin (format binary)", self.types, rows)

    def _clear(self, scope: Scope) -> None:
        execute(scope, f"truncate pg_temp.stage_{self.name}")
