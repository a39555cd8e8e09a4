"""Whether rows are as the log says that they were written: one line names table, row and column of each difference.

Runs in the caller's transaction of one moment, and holds of the log only what differs, and the keys of rows that are written
more than once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from tieout.core.audit.records import INSTALLATION, Difference, Form, Key, Records, differences, records_of, salt_digest
from tieout.core.values.scope import Scope
from tieout.core.values.sentence import Sentence
from tieout.store import sealed
from tieout.store.form_rows import rows_now
from tieout.store.sealed import RecordsRow


@dataclass(slots=True)
class _OfForm:
    """What has been compared of a form. `keys` stays empty where rows are written once: their number says whether there are others.

    `gone` are differences of rows that a later entry says were erased.
    """

    form: Form
    named: int = 0
    keys: set[Key] = field(default_factory=set)
    wrong: dict[Key, Difference] = field(default_factory=dict)
    gone: dict[Key, Difference] = field(default_factory=dict)

    def put(self, keys: Sequence[Key], wrong: Sequence[Difference]) -> None:
        """The last entry that names a row decides."""
        self.named += len(keys)
        if not self.form.lasting:
            self.keys.update(keys)
            for key in keys:
                self.wrong.pop(key, None)
        self.wrong |= {one.key: one for one in wrong}

    def take_away(self, keys: Sequence[Key]) -> None:
        """These rows are gone, and nothing is wrong with that; of rows that are written once, if what is left of them is named."""
        self.keys.difference_update(keys)
        for key in keys:
            difference = self.wrong.pop(key, None)
            if difference is not None and self.form.lasting:
                self.gone[key] = difference

    def is_about(self, other: Form) -> bool:
        """Whether both forms are about the same rows: another choice of columns is another form."""
        mine = self.form
        return (mine.table, mine.only, mine.of_erased) == (other.table, other.only, other.of_erased)


def row_differences(scope: Scope, forms: Mapping[str, Form]) -> Iterator[Sentence]:
    """One line for each row that is not what the log says, that is missing, or that the log does not name."""
    of_installation = scope.tenant == INSTALLATION
    by_form = {name: _OfForm(form=form) for name, form in forms.items() if (not form.tenant) == of_installation}
    needed: dict[tuple[str, Key], set[UUID]] = {}
    for page in sealed.entries(scope):
        read = []
        for row in page:
            entry = _entry(row, forms)
            if isinstance(entry, Sentence):
                yield entry
            else:
                read.append((row, entry))
                _put_needed(needed, row, entry, forms)
        _compare(scope, read, by_form)
    yield from map(_wrong_salt, sorted(set().union(*needed.values())))
    states = list(by_form.values())
    for state in states:
        left = {
            key for other in states if other.form.erased and other.form.table == state.form.table for key in other.keys
        }
        state.wrong |= {key: one for key, one in state.gone.items() if key not in left}
    for state in states:
        yield from _of_form(scope, state, forms, states)


def shown_differences(scope: Scope) -> Iterator[Sentence]:
    """Entries about rows whose columns `at` and `actor`, which lists show, are not what their hash covers."""
    for page in sealed.entries(scope):
        for row in page:
            try:
                content = json.loads(row.payload)
                covered = {"at": datetime.fromisoformat(content["at"]), "actor": content["actor"]}
            except (ValueError, KeyError, TypeError):
                continue  # it is not what its hash says: the chain's verifier names it
            for what, stored in (("at", row.at), ("actor", row.actor)):
                if stored != covered[what]:
                    yield Sentence(
                        "{name}: {what} is {stored} in its column, {expected} in what its hash covers",
                        name=Sentence("event {seq} of {stream}", seq="1", stream=str(row.stream)),
                        what=what, stored=str(stored), expected=str(covered[what]),
                    )  # fmt: skip


def _entry(row: RecordsRow, forms: Mapping[str, Form]) -> Records | Sentence:
    try:
        entry = records_of(row.payload, forms)
    except ValueError:
        return Sentence(
            "store_event {row}: payload names rows that this release cannot compare", row=f"1 of {row.stream}"
        )
    if row.salt is not None and salt_digest(row.salt) != entry.salt:
        return _wrong_salt(row.stream)
    return entry


def _wrong_salt(stream: UUID) -> Sentence:
    return Sentence("store_event {row}: salt is not the one that the entry was written with", row=f"1 of {stream}")


def _put_needed(
    needed: dict[tuple[str, Key], set[UUID]], row: RecordsRow, entry: Records, forms: Mapping[str, Form]
) -> None:
    """Which entries lack a salt that they need, by the rows that they judge: `engine.erase_person` destroys the salt of an entry
    only where later entries name all its rows. One without rows never lost its salt in this way, and needs it."""
    if needed:
        for part in entry.written:
            if not forms[part.form].lasting:
                for key in (*part.keys, *part.gone):
                    needed.pop((part.form, key), None)
    if row.salt is None:
        judged = [(part.form, key) for part in entry.written for key in part.keys]
        for name in judged or [("", ())]:
            needed.setdefault(name, set()).add(row.stream)


def _compare(scope: Scope, page: Sequence[tuple[RecordsRow, Records]], by_form: Mapping[str, _OfForm]) -> None:
    for name, state in by_form.items():
        wanted = {key for _, entry in page for part in entry.written if part.form == name for key in part.keys}
        rows = rows_now(scope, state.form, wanted) if wanted else {}
        for row, entry in page:
            for part in entry.written:
                if part.form == name and row.salt is not None:
                    state.put(part.keys, list(differences(state.form, part, rows, row.salt)))
                if part.gone and part.form in by_form and state.is_about(by_form[part.form].form):
                    state.take_away(part.gone)


def _of_form(scope: Scope, state: _OfForm, forms: Mapping[str, Form], states: Sequence[_OfForm]) -> Iterator[Sentence]:
    same = [other for other in states if other.is_about(state.form)]
    others: list[Key] = []
    if state is same[0]:
        missing = sum(one.missing for other in same for one in other.wrong.values())
        named = sum(other.named if other.form.lasting else len(other.keys) for other in same)
        if sealed.count(scope, state.form) != named - missing:
            others = _unnamed(scope, same, forms)
    for key, one in sorted(state.wrong.items()):
        yield _line(state.form, key, one)
    for key in others:
        yield Sentence(
            "{table} {row}: was not written by Tieout: no entry of the log names it",
            table=state.form.table,
            row=shown(key),
        )


def _unnamed(scope: Scope, same: Sequence[_OfForm], forms: Mapping[str, Form]) -> list[Key]:
    """Rows that no entry names, of forms about the same rows: looked for only where their number says that there are some."""
    named = {key for state in same for key in state.keys}
    names = {state.form.name for state in same if state.form.lasting}
    if names:
        for page in sealed.entries(scope):
            for row in page:
                entry = _entry(row, forms)
                if not isinstance(entry, Sentence):
                    named.update(key for part in entry.written if part.form in names for key in part.keys)
    return [key for key in sealed.keys(scope, same[0].form) if key not in named]


def _line(form: Form, key: Key, one: Difference) -> Sentence:
    if one.missing:
        return Sentence(
            "{table} {row}: is missing, or has another {columns}",
            table=form.table, row=shown(key), columns=", ".join((*((form.tenant,) if form.tenant else ()), *form.key, *only(form))),
        )  # fmt: skip
    if len(one.columns) == 1:
        return Sentence(
            "{table} {row}: {column} is not what was written", table=form.table, row=shown(key), column=one.columns[0]
        )
    return Sentence(
        "{table} {row}: is not what was written, in {columns}",
        table=form.table, row=shown(key), columns=", ".join(one.columns or form.columns),
    )  # fmt: skip


def only(form: Form) -> tuple[str, ...]:
    """The column by which the form chooses its rows."""
    return () if form.only is None else (form.only[0],)


def shown(key: Key) -> str:
    """A row's key for people."""
    return " ".join(key)
