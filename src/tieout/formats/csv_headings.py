"""What the headings of a table stand for: known columns at once, for others the proposal of a mapping, with all that is missing.

A proposal is data for a person who may make mappings: nothing is read by it. Where two headings fit one column, or one heading fits
two, it says so and proposes nothing for them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tieout.core.documents.column_mapping import ROW_NUMBER, ColumnMapping
from tieout.core.values.errors import Malformed
from tieout.core.values.sentence import Sentence
from tieout.formats.csv_columns import TABLES, Table, normal, table_of
from tieout.formats.csv_vocabulary import meanings, spelled

_BY_KIND: Final[Mapping[str, Table]] = {table.kind: table for table in TABLES}
KINDS: Final = tuple(_BY_KIND)
"""The kinds of documents that tables have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What the headings of a file may mean, read as one kind of document; "" where no kind fits.

    `columns` are headings with the column that each stands for; `open` headings with the columns that each may stand for, of which a
    person chooses; `doubled` columns with the headings that fit each of them; `unknown` headings that stand for nothing known;
    `missing` required columns that no heading stands for. `or_kinds` are other kinds that the headings fit as well.
    """

    kind: str
    headings: tuple[str, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
    open: tuple[tuple[str, tuple[str, ...]], ...] = ()
    doubled: tuple[tuple[str, tuple[str, ...]], ...] = ()
    unknown: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    or_kinds: tuple[str, ...] = ()

    @property
    def mapping(self) -> ColumnMapping:
        """The mapping of what is recognised; all other headings are not read."""
        read = {heading for heading, _ in self.columns}
        return ColumnMapping(
            kind=self.kind,
            columns=self.columns,
            ignored=tuple(heading for heading in self.headings if heading not in read),
        )

    @property
    def is_whole(self) -> bool:
        """Whether it can be taken as it is: nothing is missing, and nothing has to be chosen."""
        return bool(self.kind) and not (self.missing or self.open or self.doubled or self.or_kinds)


def proposed(headings: Sequence[str], kind: str = "") -> Proposal:
    """What these headings may mean: as that kind of document, else as the kind that they fit best."""
    names = tuple(heading for heading in headings if heading.strip())
    if kind:
        return _as_kind(names, _BY_KIND[kind])
    every = [_as_kind(names, table) for table in TABLES]
    fitting = sorted((one for one in every if _has_key(one)), key=_fit)
    if not fitting:
        return Proposal(kind="", headings=names, unknown=names)
    best = fitting[0]
    equal = tuple(other.kind for other in fitting[1:] if _fit(other) == _fit(best))
    return best if not equal else Proposal(
        kind=best.kind, headings=names, columns=best.columns, open=best.open, doubled=best.doubled, unknown=best.unknown,
        missing=best.missing, or_kinds=equal,
    )  # fmt: skip


def _has_key(one: Proposal) -> bool:
    key = _BY_KIND[one.kind].key
    columns = {column for _, column in one.columns} | {column for column, _ in one.doubled}
    return len(one.columns) > 1 and (key in columns or any(key in columns for _, columns in one.open))


def _fit(one: Proposal) -> tuple[int, int]:
    return -len(one.columns) - len(one.open) - len(one.doubled), len(one.missing)


def _as_kind(headings: Sequence[str], table: Table) -> Proposal:
    """Headings that can only mean one column take it first; that may leave one column for others."""
    left = {heading: set(_candidates(heading, table)) for heading in headings}
    taken: dict[str, str] = {}
    doubled: dict[str, tuple[str, ...]] = {}
    while True:
        certain: dict[str, list[str]] = {}
        for heading, columns in left.items():
            if len(columns) == 1 and heading not in taken:
                certain.setdefault(next(iter(columns)), []).append(heading)
        if not certain:
            break
        for column, claims in certain.items():
            if len(claims) > 1:
                doubled[column] = tuple(claims)
            else:
                taken[claims[0]] = column
            for heading, columns in left.items():
                if heading in claims:
                    columns.clear()
                columns.discard(column)
    named = {*taken.values(), *doubled}
    undecided = {heading: tuple(sorted(columns)) for heading, columns in left.items() if columns}
    maybe = {column for columns in undecided.values() for column in columns}
    claimed = {*taken, *undecided, *(heading for claims in doubled.values() for heading in claims)}
    return Proposal(
        kind=table.kind,
        headings=tuple(headings),
        columns=tuple((heading, taken[heading]) for heading in headings if heading in taken),
        open=tuple(undecided.items()),
        doubled=tuple(doubled.items()),
        unknown=tuple(heading for heading in headings if heading not in claimed),
        missing=tuple(column.name for column in table.columns if column.required and column.name not in named | maybe),
    )


def _candidates(heading: str, table: Table) -> set[str]:
    own = table.named(heading)
    if own is not None and normal(heading) == own.name:
        return {own.name}
    columns = {column.name for column in table.columns}
    return {own.name} if own is not None and not meanings(table.kind).get(spelled(heading)) else (
        set(meanings(table.kind).get(spelled(heading), ())) & columns | ({own.name} if own is not None else set())
    )  # fmt: skip


def fitting(headings: Sequence[str], mappings: Sequence[ColumnMapping]) -> ColumnMapping | None:
    """The mapping whose headings the file has, all of them; of several the one with most. Raises `Malformed` where two fit alike."""
    present = {spelled(heading) for heading in headings}
    fits = [one for one in mappings if all(spelled(heading) in present for heading, _ in one.columns)]
    fits.sort(key=lambda one: -len(one.columns))
    if len(fits) > 1 and len(fits[0].columns) == len(fits[1].columns):
        raise Malformed(
            "two column mappings of this source fit the headings: {one} and {two}",
            where="row 1",
            remedy="remove one of the two, or map a heading that only one of them has",
            one=fits[0].kind,
            two=fits[1].kind,
        )
    return fits[0] if fits else None


def recognises(headings: Sequence[str], mappings: Sequence[ColumnMapping]) -> bool:
    """Whether the headings are those of a table of ours, or of a mapping of the source."""
    present = {spelled(heading) for heading in headings}
    return table_of(headings) is not None or any(
        all(spelled(heading) in present for heading, _ in one.columns) for one in mappings
    )


def table_named(kind: str) -> Table:
    """The table of a kind of document. Raises `Malformed` for a kind that has none."""
    table = _BY_KIND.get(kind)
    if table is None:
        raise Malformed(
            "{kind!r} is no kind with tables", where="kind", remedy="one of {kinds}", kind=kind, kinds=", ".join(KINDS)
        )
    return table


def checked(mapping: ColumnMapping) -> ColumnMapping:
    """The mapping, if files can be read by it. Raises `Malformed` for columns that do not exist, are twice or are missing."""
    table = table_named(mapping.kind)
    names = [column for _, column in mapping.columns] + [column for column, _ in mapping.fixed]
    columns = {column.name for column in table.columns}
    for name in names:
        if name not in columns:
            raise Malformed(
                "a table of {kind}s has no column {column!r}", where="column", remedy="see docs/reference/csv.md",
                kind=mapping.kind.replace("_", " "), column=name,
            )  # fmt: skip
        if names.count(name) > 1:
            raise Malformed(
                "two headings are mapped to {column!r}", where="column", remedy="keep one of the two", column=name
            )
    headings = [spelled(heading) for heading, _ in mapping.columns] + [spelled(heading) for heading in mapping.ignored]
    for heading in headings:
        if headings.count(heading) > 1:
            raise Malformed(
                "the heading {heading!r} is named twice", where="heading", remedy="name it once", heading=heading
            )
    missing = [column.name for column in table.columns if column.required and column.name not in names]
    if missing:
        raise Malformed(
            "a table of {kind}s needs {missing}", where="column",
            remedy="name the heading of each, or a fixed value",
            kind=mapping.kind.replace("_", " "), missing=", ".join(missing),
        )  # fmt: skip
    if any(value == ROW_NUMBER and column != "line" for column, value in mapping.fixed):
        raise Malformed(
            "only the column `line` can be numbered by the rows of the file", where="fixed", remedy="give a value"
        )
    return mapping


def corrected(one: Proposal, pairs: Mapping[str, str], fixed: Mapping[str, str]) -> ColumnMapping:
    """The mapping of a proposal with what a person said of it: pairs of heading and column ("": it is not read), and fixed values.

    Raises `Malformed` for a heading that the file does not have, where the proposal is of a file.
    """
    names = {spelled(heading): heading for heading in one.headings}
    unknown = [heading for heading in pairs if one.headings and spelled(heading) not in names]
    if unknown:
        raise Malformed(
            "there is no heading {heading!r}", where="heading", remedy="the headings are: {headings}",
            heading=unknown[0], headings=", ".join(one.headings),
        )  # fmt: skip
    chosen = {names.get(spelled(heading), heading): column for heading, column in pairs.items()}
    taken = {*chosen.values(), *fixed}
    columns = {heading: column for heading, column in one.columns if heading not in chosen and column not in taken}
    columns |= {heading: column for heading, column in chosen.items() if column}
    order = one.headings or tuple(columns)
    return ColumnMapping(
        kind=one.kind,
        columns=tuple((heading, columns[heading]) for heading in order if heading in columns),
        fixed=tuple(fixed.items()),
        ignored=tuple(heading for heading in order if heading not in columns),
    )


CONFIRM: Final = (
    "confirm or correct this once for the source (tieout columns add, or the page Columns): its files are then read"
)


def _recognised(one: Proposal) -> str:
    return ", ".join(
        heading if spelled(heading) == column else f"{heading} = {column}" for heading, column in one.columns
    )


def refused_headings(one: Proposal) -> Malformed:
    """Why the headings are not read, with all of them at once, and what may be meant."""
    if not one.kind:
        return Malformed(
            "none of the headings is known: {headings}", where="row 1",
            remedy="say once what this source means by them: tieout columns (docs/guides/columns.md)",
            headings=", ".join(one.headings),
        )  # fmt: skip
    none = Sentence("none")
    if one.is_whole:
        return Malformed(
            "nobody has confirmed yet what these headings mean; read as {kind}: {read}; not recognised: {unknown}",
            where="row 1",
            remedy=CONFIRM,
            kind=Sentence(one.kind.replace("_", " ")),
            read=_recognised(one) or none,
            unknown=", ".join(one.unknown) or none,
        )
    read = _recognised(one) or none
    kinds = Sentence(" or {kinds}", kinds=", ".join(one.or_kinds)) if one.or_kinds else ""
    choose = [f"{heading}: {' / '.join(columns)}" for heading, columns in one.open]
    choose += [f"{column}: {' / '.join(headings)}" for column, headings in one.doubled]
    return Malformed(
        "the headings do not say all that is needed; read as {kind}{kinds}, missing: {missing}; to be chosen: {choose}; "
        "not recognised: {unknown}; recognised: {read}",
        where="row 1",
        remedy=CONFIRM,
        kind=Sentence(one.kind.replace("_", " ")),
        kinds=kinds,
        read=read,
        unknown=", ".join(one.unknown) or none,
        choose="; ".join(choose) or none,
        missing=", ".join(one.missing) or none,
    )
