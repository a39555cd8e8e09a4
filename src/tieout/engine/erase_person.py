"""Erasing a person while the log stays verifiable: with the account goes the salt of every former entry about it.

An entry holds salted digests of a row's columns, also of a mail address alone. Whoever has the salt can try addresses; without it the
digests say nothing. An entry that judges a row needs its salt, so the rows that such an entry still judges are noted anew first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from tieout.core.audit.records import INSTALLATION, Key, Records, differences, records_of
from tieout.core.values.errors import Refused
from tieout.core.values.scope import Scope
from tieout.core.values.who import by_them
from tieout.engine.sealed_rows import shown
from tieout.engine.verify_all import ALL_FORMS
from tieout.identity import erasing
from tieout.identity.erasing import Account
from tieout.identity.forms import FORMS
from tieout.identity.models import User
from tieout.identity.tenants import tenants
from tieout.store import cases, sealed
from tieout.store.form_rows import lock_rows, note_rows, rows_now
from tieout.store.link import note_written, transaction
from tieout.store.sealed import RecordsRow

RowName = tuple[str, Key]
"""A form's name and a key."""
Former = tuple[RecordsRow, Records]


@by_them
def erase(by: Scope, name: str, *, rename: str = "", at: datetime) -> None:
    """Erases the person of that user name: `identity.erasing.erase`, and the salts of former entries; in one transaction.

    Raises `Refused` GOV-ERASE where a row that has to be noted anew is not what the log says.
    """

    def then(user: User) -> None:
        change = {"person": "erased", "user": str(user.pk)}
        _forget(Scope(tenant=INSTALLATION, actor=by.actor), change, at=at, rows=[_name(str(user.pk))])
        for tenant in tenants() if user.get_username() != name else ():
            _forget(Scope(tenant=tenant.code, actor=by.actor), change, at=at, forms=erasing.NAMING_FORMS)

    erasing.erase(name, rename=rename, then=then)


def is_erased(account: Account) -> bool:
    """Whether nothing is left of a person but the user name: also no former entry of the log has its salt."""
    scope = Scope(tenant=INSTALLATION)
    return account.is_empty and len(_judging(scope, [_name(account.id)], ())[0]) <= 1


def cases_with(account: Account) -> Mapping[str, Sequence[str]]:
    """The open cases that are assigned to a person: numbers of their claims, by the code of the tenant."""
    with_them = {tenant.code: cases.open_with(Scope(tenant=tenant.code), account.id) for tenant in tenants()}
    return {tenant: numbers for tenant, numbers in with_them.items() if numbers}


def _name(user: str) -> RowName:
    return FORMS[User].name, (user,)


def _forget(
    scope: Scope,
    change: Mapping[str, Any],
    *,
    at: datetime,
    rows: Collection[RowName] = (),
    forms: Collection[str] = (),
) -> None:
    """Destroys the salts of all former entries about these rows, and of those about any row of these forms.

    `rows` have just been written by the caller's transaction. They are noted anew, and so is what the entries still judge besides.
    An entry that also names rows that are written once keeps its salt. Raises `Refused` GOV-ERASE where a row is not what the log says.
    """
    with transaction(scope):
        former, judged = _judging(scope, rows, forms)
        locked: set[RowName] = set()
        while not judged.keys() <= locked:
            locked |= judged.keys()
            for form, keys in _by_form(locked).items():
                lock_rows(scope, ALL_FORMS[form], keys)
            former, judged = _judging(scope, rows, forms)  # others may have been written until they were locked
        _require_as_written(scope, former, judged)
        if former:
            note_written(scope, None, change=change, at=at)
            for form, keys in _by_form({*judged, *rows}).items():
                note_rows(scope, ALL_FORMS[form], keys, at=at)
            sealed.forget_salts(scope, [row.position for row, _ in former])


def _judging(
    scope: Scope, rows: Collection[RowName], forms: Collection[str]
) -> tuple[list[Former], dict[RowName, int]]:
    """The entries about these rows or forms whose salts can go, and the other rows of which one of them is the last word: its position."""
    former: list[Former] = []
    last: dict[RowName, int] = {}
    watched = {form for form, _ in rows} | {*forms}
    for page in sealed.entries(scope):
        for row in page:
            if not any(f'"{form}"'.encode() in row.payload for form in watched):
                continue
            try:
                entry = records_of(row.payload, ALL_FORMS)
            except ValueError:
                continue  # the verifier names it
            names = {(part.form, key) for part in entry.written for key in part.keys}
            is_about = any(form in forms for form, _ in names) or not names.isdisjoint(rows)
            is_former = row.salt is not None and is_about and not any(ALL_FORMS[form].lasting for form, _ in names)
            if is_former:
                former.append((row, entry))
                watched |= {form for form, _ in names}
            last |= {name: row.position for name in names if is_former or name in last}
            for part in entry.written:
                for key in part.gone:
                    last.pop((part.form, key), None)
    positions = {row.position for row, _ in former}
    return former, {name: at for name, at in last.items() if at in positions and name not in rows}


def _require_as_written(scope: Scope, former: Iterable[Former], judged: Mapping[RowName, int]) -> None:
    """Rows that are noted anew are what the log says: what somebody changed past it would be right from then on."""
    for row, entry in former:
        for part in entry.written:
            form = ALL_FORMS[part.form]
            mine = {key for key in part.keys if judged.get((form.name, key)) == row.position}
            if row.salt is None or not mine:
                continue
            for one in differences(form, part, rows_now(scope, form, part.keys), row.salt):
                if one.key in mine:
                    raise Refused(
                        "GOV-ERASE",
                        "{table} {row} is not what the log says, and would be taken for correct if it were recorded anew: see what "
                        "`tieout audit verify --all` names, and correct it first",
                        table=form.table,
                        row=shown(one.key),
                    )


def _by_form(names: Iterable[RowName]) -> dict[str, list[Key]]:
    by_form: dict[str, list[Key]] = {}
    for form, key in sorted(names):
        by_form.setdefault(form, []).append(key)
    return by_form
