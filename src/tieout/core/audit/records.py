"""What the log holds of rows beside it: a digest of every row, and one of every column over the rows that were written together.

An entry of type `RecordsWritten` is written in the transaction that writes the rows. Its digests are salted, so that whoever has an
export cannot guess what the rows hold; the salt stands beside the entry and not in it, and the entry holds the salt's own digest.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

RECORDS: Final = "RecordsWritten"
"""The type of an entry about rows."""
VERSION: Final = 1
INSTALLATION: Final = "*"
"""In place of an organisation's code: the log of users and sign-ins, which belong to none."""
SALT_BYTES: Final = 16
VEIL: Final = b"veil"
"""Before content whose digest veils other columns: the SHA-256 of the content alone is kept where it was erased."""
_ROW, _COLUMN = 16, 8
_NULL: Final = b"\xff\xff\xff\xff"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_PACKED: Final = {"uuid": 16, "int4": 4, "int8": 8}

Row = Sequence[Any]
Key = tuple[str, ...]
"""The values of a form's key columns, as text."""
Changes = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """Which columns of a table are sealed together. Its name ends in a number: another choice of columns is another form.

    `key` tells its rows apart within an organisation; `columns` are all that are sealed, the key's among them, with PostgreSQL's types.
    `tenant` is the column of the organisation, "" for rows of none. `only`: a column and its values for which rows are sealed (no
    values: wherever it is not null). `instant` is the column that says when a row was written. `lasting`: rows are never written again.
    `erased`: what is left of rows of the same table that are gone from lasting forms, because their content was erased. `veiled` are
    columns, in the order of `columns`, each with the column of content (bytes) by which its digest is made unguessable: once the content
    is erased, nobody can try names against the digests that are left. For that content stands another digest than its SHA-256, which
    may be kept elsewhere. `of_erased`: the column with the id of a document; only rows of documents whose content was erased are sealed.
    """

    name: str
    table: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    types: tuple[str, ...]
    tenant: str = "tenant"
    only: tuple[str, tuple[str, ...]] | None = None
    instant: str = ""
    lasting: bool = True
    erased: bool = False
    veiled: tuple[tuple[str, str], ...] = ()
    of_erased: str = ""

    @property
    def veiling(self) -> frozenset[str]:
        """The columns of content by which others are veiled."""
        return frozenset(content for _, content in self.veiled)

    @property
    def key_types(self) -> tuple[str, ...]:
        """The types of the key's columns."""
        kinds = dict(zip(self.columns, self.types, strict=True))
        return tuple(kinds[column] for column in self.key)

    def keys_of(self, rows: Sequence[Row]) -> list[tuple[Any, ...]]:
        """The keys of rows that have the form's columns in order; the values as they are."""
        places = [self.columns.index(column) for column in self.key]
        return [tuple(row[place] for place in places) for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Rows of one form as an entry names them: digests of rows in the order of `keys`, of columns in that of the form.

    `gone` are rows that are no longer there, or no longer what the form is about.
    """

    form: str
    keys: Sequence[Key] = ()
    rows: bytes = b""
    columns: bytes = b""
    gone: Sequence[Key] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A row that is not what was written: the columns in question, none where they cannot be named; or it is missing."""

    form: Form
    key: Key
    columns: tuple[str, ...] = ()
    missing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """One entry: who wrote which rows when. `changes` say in plain what people changed; `salt` is the digest of the salt."""

    at: datetime
    actor: str
    salt: str
    written: tuple[Written, ...]
    changes: tuple[Mapping[str, Any], ...] = field(default=())


def written(form: Form, rows: Sequence[Row], salt: bytes, *, gone: Sequence[Key] = (), hashed: bool = False) -> Written:
    """The digests of these rows, which have the columns of the form in order; `hashed`: with SHA-256 in place of bytes."""
    if not rows:
        return Written(form=form.name, gone=gone)
    columns = _columns(form, rows, _READ if hashed else _ENCODED)
    return Written(
        form=form.name,
        keys=form.keys_of(rows),
        rows=b"".join(_of_rows(form, columns, salt)),
        columns=b"".join(_of_columns(form, columns, salt)),
        gone=gone,
    )


def differences(form: Form, entry: Written, rows: Mapping[Key, Row], salt: bytes) -> Iterator[Difference]:
    """The rows of an entry that are not as they were written. `rows` are those of today, with SHA-256 in place of bytes."""
    present = [key for key in entry.keys if key in rows]
    whole = len(present) == len(entry.keys)
    columns = _columns(form, [rows[key] for key in present], _READ) if present else []
    now = dict(zip(present, _of_rows(form, columns, salt), strict=True)) if present else {}
    changed = [
        key for k, key in enumerate(entry.keys) if key in now and now[key] != entry.rows[k * _ROW : (k + 1) * _ROW]
    ]
    suspect: tuple[str, ...] = ()
    if changed and whole:
        sums = _of_columns(form, columns, salt)
        suspect = tuple(
            column for k, column in enumerate(form.columns) if sums[k] != entry.columns[k * _COLUMN : (k + 1) * _COLUMN]
        )
        by = dict(form.veiled)
        suspect = tuple(column for column in suspect if by.get(column) not in suspect)
    for key in entry.keys:
        if key not in now:
            yield Difference(form=form, key=key, missing=True)
    for key in changed:
        yield Difference(form=form, key=key, columns=suspect)


def payload(records: Records, forms: Mapping[str, Form]) -> bytes:
    """The payload of an entry, as JSON."""
    content: dict[str, Any] = {
        "actor": records.actor,
        "at": records.at.astimezone(UTC).isoformat(),
        "salt": records.salt,
        "written": [_as_json(part, forms[part.form]) for part in records.written],
    }
    if records.changes:
        content["changes"] = list(records.changes)
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode()


def records_of(payload: bytes, forms: Mapping[str, Form]) -> Records:
    """The entry of a payload. Raises `ValueError` for what is none, and for a form that this program does not have."""
    try:
        content = json.loads(payload)
        return Records(
            at=datetime.fromisoformat(content["at"]),
            actor=content["actor"],
            salt=content["salt"],
            written=tuple(_from_json(part, forms[part["form"]]) for part in content["written"]),
            changes=tuple(content.get("changes", ())),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(str(error)) from error


def erased_change(streams: Iterable[UUID], **about: str) -> dict[str, Any]:
    """The change, in plain, that says that the content of these streams' entries was erased, and what else is to be said about it."""
    return {**about, "erased": sorted(str(stream) for stream in streams)}


def streams_erased(payload: bytes) -> tuple[str, ...]:
    """The streams that an entry about rows names as erased; none for a payload that cannot be read."""
    if b'"erased"' not in payload:
        return ()
    try:
        changes = json.loads(payload).get("changes", ())
        return tuple(str(stream) for change in changes for stream in change.get("erased", ()))
    except (ValueError, AttributeError, TypeError):
        return ()


def salt_digest(salt: bytes) -> str:
    """By which an entry recognises its salt: 32 hexadecimal digits."""
    return sha256(b"salt" + salt).hexdigest()[:32]


def _columns(form: Form, rows: Iterable[Row], encode: Mapping[str, Callable[[Any], bytes]]) -> list[list[bytes]]:
    """The cells of rows, column by column; those of names veiled."""
    encoders = [
        _veil if column in form.veiling and encode is _ENCODED else encode[kind]
        for column, kind in zip(form.columns, form.types, strict=True)
    ]
    columns = [_cells(encoder, values) for encoder, values in zip(encoders, zip(*rows, strict=True), strict=True)]
    for name, by in form.veiled:
        place, content = form.columns.index(name), columns[form.columns.index(by)]
        columns[place] = [sha256(secret + cell).digest() for secret, cell in zip(content, columns[place], strict=True)]
    return columns


def _of_rows(form: Form, columns: Sequence[Sequence[bytes]], salt: bytes) -> list[bytes]:
    begun = sha256(salt + form.name.encode())
    digests = []
    for row in zip(*columns, strict=True):
        one = begun.copy()
        one.update(b"".join(row))
        digests.append(one.digest()[:_ROW])
    return digests


def _of_columns(form: Form, columns: Sequence[Sequence[bytes]], salt: bytes) -> list[bytes]:
    return [
        sha256(salt + column.encode() + b"\x00" + b"".join(cells)).digest()[:_COLUMN]
        for column, cells in zip(form.columns, columns, strict=True)
    ]


# ---- cells: a value as bytes, with its length before it -------------------------------------------------------------------


def _cells(encode: Callable[[Any], bytes], values: Iterable[Any]) -> list[bytes]:
    cells = []
    for value in values:
        if value is None:
            cells.append(_NULL)
        else:
            content = encode(value)
            cells.append(len(content).to_bytes(4, "big") + content)
    return cells


def _veil(value: bytes) -> bytes:
    digest = sha256(VEIL)
    digest.update(value)
    return digest.digest()


def _instant(value: datetime) -> bytes:
    since = value - _EPOCH
    return b"%d" % ((since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds)


def _number(value: Decimal) -> bytes:
    return format(value.normalize(), "f").encode() if value else b"0"


def _json(value: Any) -> bytes:
    plain = json.loads(value) if isinstance(value, str) else value
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _list(value: Iterable[Any]) -> bytes:
    return _json([str(one) for one in value])


def _uuid(value: UUID) -> bytes:
    return value.bytes


def _day(value: date) -> bytes:
    return value.isoformat().encode()


def _whole(value: int) -> bytes:
    return b"%d" % value


_ENCODED: Final[Mapping[str, Callable[[Any], bytes]]] = {
    "text": str.encode,
    "uuid": _uuid,
    "bool": lambda value: b"1" if value else b"0",
    "int4": _whole,
    "int8": _whole,
    "bytea": lambda value: sha256(value).digest(),
    "timestamptz": _instant,
    "date": _day,
    "numeric": _number,
    "jsonb": _json,
    "text[]": _list,
}
_READ: Final[Mapping[str, Callable[[Any], bytes]]] = {**_ENCODED, "bytea": bytes}


# ---- keys ------------------------------------------------------------------------------------------------------------------


def _as_json(part: Written, form: Form) -> dict[str, Any]:
    content: dict[str, Any] = {"form": part.form}
    if part.keys:
        content |= {"keys": _packed(part.keys, form.key_types)}
        content |= {"rows": b64encode(part.rows).decode(), "columns": b64encode(part.columns).decode()}
    if part.gone:
        content["gone"] = _packed(part.gone, form.key_types)
    return content


def _from_json(content: Mapping[str, Any], form: Form) -> Written:
    return Written(
        form=form.name,
        keys=_unpacked(content.get("keys", []), form.key_types),
        rows=b64decode(content.get("rows", "")),
        columns=b64decode(content.get("columns", "")),
        gone=_unpacked(content.get("gone", []), form.key_types),
    )


def _packed(keys: Sequence[tuple[Any, ...]], types: Sequence[str]) -> str | list[list[str]]:
    """Ids and numbers one after the other in base 64; keys with texts as they are."""
    if not set(types) <= _PACKED.keys():
        return [[str(part) for part in key] for key in keys]
    pack = [_fixed_uuid if kind == "uuid" else _fixed_4 if kind == "int4" else _fixed_8 for kind in types]
    return b64encode(b"".join(put(part) for key in keys for put, part in zip(pack, key, strict=True))).decode()


def _fixed_uuid(value: UUID | str) -> bytes:
    return value.bytes if isinstance(value, UUID) else UUID(value).bytes


def _fixed_4(value: int | str) -> bytes:
    return int(value).to_bytes(4, "big", signed=True)


def _fixed_8(value: int | str) -> bytes:
    return int(value).to_bytes(8, "big", signed=True)


def _unpacked(keys: str | Sequence[Sequence[str]], types: Sequence[str]) -> tuple[Key, ...]:
    if not isinstance(keys, str):
        return tuple(tuple(key) for key in keys)
    content, sizes = b64decode(keys), [_PACKED[kind] for kind in types]
    unpacked = []
    for begin in range(0, len(content), sum(sizes)):
        at, key = begin, []
        for kind, size in zip(types, sizes, strict=True):
            part = content[at : at + size]
            key.append(str(UUID(bytes=part)) if kind == "uuid" else str(int.from_bytes(part, "big", signed=True)))
            at += size
        unpacked.append(tuple(key))
    return tuple(unpacked)
