"""What is read of every real document, as one line of digests each: laid beside the lines that are committed, no value changes unseen.

    .venv/bin/python -m tests.formats.corpus_values FOLDER            the lines, as in corpus_values.txt
    .venv/bin/python -m tests.formats.corpus_values FOLDER --values   the same with number, date, amounts and partners in clear
    .venv/bin/python -m tests.formats.corpus_values FOLDER --page     docs/reference/corpus.md

It uses nothing that the build before issue 8 does not have, so that build's values are written with it too:
PYTHONPATH=OLD/src OLD/.venv/bin/python tests/formats/corpus_values.py FOLDER.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from tieout.app import kinds
from tieout.core.documents.unreadable import Unreadable
from tieout.formats import canonical_json, read

HERE = Path(__file__).parent
CHANGES: dict[str, Any] = tomllib.loads((HERE / "corpus_changes.toml").read_text())
COMMITTED = HERE / "corpus_values.txt"
GROUPS = ("head", "parties", "lines", "money", "added")
_PARTIES = {"supplier", "buyer", "payee", "tax_representative", "accounts", "deliver_to_party"}
_MONEY = {"totals", "tax", "allowances_charges", "net", "payable", "third_parties"}
_DIGITS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One document: what it is, and a digest of each group of its values. "" for a group without values."""

    kind: str
    type_code: str = ""
    currency: str = ""
    lines: int = 0
    digests: Mapping[str, str] = field(default_factory=dict)
    clear: str = ""

    def __str__(self) -> str:
        words = (self.kind, self.type_code or "-", self.currency or "-", str(self.lines))
        return " ".join([*words, *(self.digests.get(group) or "-" for group in GROUPS)])


Rows = dict[tuple[str, int], Row]


def rows_of(folder: Path) -> Rows:
    """Every document that is read of a folder, by its file's path and its part."""
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    with ProcessPoolExecutor(2) as pool:
        read_files = pool.map(_rows, files, chunksize=16)
        return {
            (str(file.relative_to(folder)), part): row
            for file, found in zip(files, read_files, strict=True)
            for part, row in found
            if row is not None
        }


def _rows(file: Path) -> list[tuple[int, Row | None]]:
    return [
        (reading.part, _row(reading.document)) for reading in read(file.read_bytes(), kinds=kinds(), name=file.name)
    ]


def _row(document: Any) -> Row | None:
    if isinstance(document, Unreadable):
        return None
    values, added = dict[str, Any](json.loads(canonical_json.encode(document))), dict[str, Any]()
    for path in CHANGES["added"]:
        kind, _, name = path.rpartition("/")
        if kind in {"", document.kind}:
            added |= _taken(values, name)
    groups: dict[str, dict[str, Any]] = {group: {} for group in GROUPS}
    for name, value in values.items():
        groups[_group(name)][name] = value
    groups["added"] = added
    return Row(
        kind=document.kind,
        type_code=str(values.get("type_code", "")),
        currency=str(values.get("currency", "")),
        lines=len(values.get("lines") or ()),
        digests={group: _digest(of) for group, of in groups.items()},
        clear=json.dumps({name: values[name] for name in _IN_CLEAR if values.get(name)}, ensure_ascii=False),
    )


_IN_CLEAR = ("number", "issue_date", "order_number", "totals", "net", "payable", "supplier", "buyer")


def _group(name: str) -> str:
    return "parties" if name in _PARTIES else "lines" if name == "lines" else "money" if name in _MONEY else "head"


def _taken(values: dict[str, Any], name: str) -> dict[str, Any]:
    """Takes a field out of a tree of values, "lines.gives_back" out of each line, and gives what it was."""
    head, _, rest = name.partition(".")
    if not rest:
        return {name: values.pop(head, None)}
    inner = values.get(head)
    parts = inner if isinstance(inner, list) else [inner]
    return {f"{head}.{k}.{rest}": _taken(part, rest) for k, part in enumerate(parts) if isinstance(part, dict)}


def _digest(value: Any) -> str:
    left = _without_empty(value)
    if left is None:
        return ""
    text = json.dumps(left, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()[:_DIGITS]


def _without_empty(value: Any) -> Any:
    """The value without what is empty, so that a field that says nothing changes no digest. None where nothing is left."""
    if isinstance(value, dict):
        left = {name: inner for name, one in value.items() if (inner := _without_empty(one)) is not None}
        return left or None
    if isinstance(value, list):
        return [_without_empty(one) for one in value] or None
    return None if value in ("", False) else value


def text_of(rows: Rows, *, clear: bool = False) -> Iterator[str]:
    """The rows as lines of text: each file of which something is read, then its documents by part."""
    last = ""
    for (path, part), row in sorted(rows.items()):
        if path != last:
            yield path
        yield f"  {part} {row}{f' {row.clear}' if clear else ''}"
        last = path


def before(rows: Rows, changes: Mapping[str, Any] = CHANGES) -> Rows:
    """The rows as they were at the build that the changes are named against: every named change undone."""
    since = {change["kind"] for change in changes["read_since"]}
    undone = {
        key: replace(row, digests={**row.digests, "added": ""}) for key, row in rows.items() if row.kind not in since
    }
    for change in changes["changed"]:
        for entry in change["documents"]:
            path, part, digest = entry.rsplit(" ", 2)
            key = (path, int(part))
            undone[key] = replace(undone[key], digests={**undone[key].digests, change["group"]: digest})
    return undone


def whole(rows: Rows) -> str:
    """One digest of all rows."""
    return sha256("\n".join(text_of(rows)).encode()).hexdigest()


def unlike(rows: Rows, committed: Iterable[str]) -> list[str]:
    """What differs from the committed lines: file, part, and the groups of values that changed."""
    now, then = _by_place(text_of(rows)), _by_place(committed)
    return [f"{place}: {_difference(then.get(place), now.get(place))}" for place in sorted({*now, *then})
            if now.get(place) != then.get(place)]  # fmt: skip


def _by_place(lines: Iterable[str]) -> dict[str, str]:
    places, path = dict[str, str](), ""
    for line in lines:
        if not line.startswith("  "):
            path = line
            continue
        part, _, values = line.strip().partition(" ")
        places[f"{path} {part}"] = values
    return places


def _difference(then: str | None, now: str | None) -> str:
    if then is None or now is None:
        return f"{'not there' if then is None else then} before, {'not there' if now is None else now} now"
    names = ("kind", "type", "currency", "lines", *GROUPS)
    changed = [name for name, one, other in zip(names, then.split(" "), now.split(" "), strict=False) if one != other]
    return f"other {', '.join(changed)}: {then} before, {now} now"


def page(folder: Path, rows: Rows) -> Iterator[str]:
    """The page of the reference: the table of `tieout read --table`, and what changed since the build before."""
    # imported here: that build has other commands
    from tieout.cli.read_files import files_below, read_all
    from tieout.cli.read_lines import decoded
    from tieout.cli.read_table import markdown, tallies

    lines = [decoded(line) for answer in read_all(list(files_below([folder])), processes=2) for line in answer]
    yield from markdown(tallies(lines, [str(folder)]))
    yield from compared(rows)


def compared(rows: Rows) -> Iterator[str]:
    """The section of the page that names every change of a value since the build that the changes are named against."""
    from tieout.wording.reworded import reworded  # late: the build before has no such module

    documents = list(rows.values())
    since = sum(row.kind in {one["kind"] for one in CHANGES["read_since"]} for row in documents)
    touched = {entry.rpartition(" ")[0] for change in CHANGES["changed"] for entry in change["documents"]}
    same = len(documents) - since - len(touched)
    yield ""
    yield "## What changed"
    yield ""
    yield f"Every value that was read at `{CHANGES['build']}` is compared with what is read now: of {len(documents):,} documents"
    yield f"{same:,} have the same values, {len(touched):,} have others for a reason named here, and {since:,} were not read then."
    yield "No document is lost. `tests/formats/corpus_values.txt` holds a digest of each group of values of each document, and"
    yield "`tests/formats/corpus_changes.toml` names each change; a test holds both to what is read. The page is written by"
    yield "`python -m tests.formats.corpus_values FOLDER --page`."
    yield ""
    yield "| documents | values | why |"
    yield "|--:|---|---|"
    for change in CHANGES["changed"]:
        yield f"| {len(change['documents']):,} | {change['values']} | {change['reason']} |"
    for one in CHANGES["read_since"]:
        count = sum(row.kind == one["kind"] for row in documents)
        yield f"| {count:,} | all: {reworded(one['kind'].replace('_', ' '))} | {one['reason']} |"
    with_added = sum(bool(row.digests.get("added")) for row in documents)
    yield ""
    yield f"Fields that are new say something on {with_added:,} documents:"
    yield ""
    for name, reason in CHANGES["added"].items():
        yield f"* `{name}`: {reason}"


def main(folder: Path, *options: str) -> None:
    """Writes the lines, or the page, to the standard output."""
    rows = rows_of(folder)
    lines = page(folder, rows) if "--page" in options else text_of(rows, clear="--values" in options)
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
