"""Administration and access in the log: each change of a row of identity, by whom, and each sign-in, also one that failed.

The entry is written in the transaction that writes the row. Of users and links, who belong to no organisation, it goes into the
installation's log.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from tieout.core.audit.records import Form, Key
from tieout.core.values.scope import Scope
from tieout.identity.forms import SHOWN
from tieout.store.form_rows import note_rows, rows_now
from tieout.store.link import note_written, transaction


class AdministrationLog:
    """`identity.notices.Log`, as the log keeps it."""

    def shown(self, scope: Scope, form: Form, key: Key) -> dict[str, Any]:
        """What is stated in plain of a row as it is now, {} where there is none."""
        return _shown(form, rows_now(scope, form, [key]))

    def changed(self, scope: Scope, form: Form, key: Key, before: Mapping[str, Any], *, at: datetime) -> None:
        """The row is as it is now, or gone."""
        with transaction(scope):
            after = self.shown(scope, form, key)
            change = (
                {"table": form.table, "key": list(key), "before": before, "after": after} if before != after else None
            )
            note_rows(scope, form, [key], at=at, change=change)

    def happened(self, scope: Scope, what: Mapping[str, Any], *, at: datetime) -> None:
        """Something that no row states."""
        with transaction(scope):
            note_written(scope, None, change=what, at=at)


def _shown(form: Form, rows: Mapping[Key, Sequence[Any]]) -> dict[str, Any]:
    for row in rows.values():
        values = dict(zip(form.columns, row, strict=True))
        return {
            column: values[column] if isinstance(values[column], bool | int | list | None) else str(values[column])
            for column in SHOWN.get(form.name, ())
        }
    return {}
