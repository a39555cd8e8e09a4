"""Collects the sentences for people from the sources and brings the catalogues up to date; with `--check` it only says which are not.

A new sentence gets an empty translation, to be filled in in the .po file; running this once more compiles it. A sentence that is
no longer in the sources goes.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from io import BytesIO, StringIO
from pathlib import Path
from typing import ClassVar, Final, Literal, get_args, get_origin, get_type_hints

import sentences
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from tieout.app import catalogue, connectors, kinds, packs, roles
from tieout.cli.table import COMMANDS
from tieout.core.claim.delivery import DeliveryState
from tieout.core.claim.state import ClaimStatus, PartState
from tieout.core.documents.sheet import worded
from tieout.formats.csv_columns import TABLES
from tieout.intelligence.ageing import LABELS
from tieout.intelligence.delay import SOURCES as DELAY_SOURCES
from tieout.intelligence.facts import Driver
from tieout.intelligence.report import report
from tieout.scenario.sample_duplicates import DIFFERENT, SAME
from tieout.store import actions
from tieout.trade.document_types import every_type
from tieout.trade.document_types.titles import TITLES
from tieout.trade.documents.answers import DisputeReason
from tieout.trade.documents.invoice import ChargeBasis
from tieout.trade.documents.order import OrderStatus
from tieout.trade.documents.order_response import OrderResponseState
from tieout.trade.documents.receipt import SupplierReturn
from tieout.trade.documents.shipment import DifferenceReason
from tieout.trade.documents.subscription import AmendmentEffect, Interval
from tieout.wording.reworded import reworded

SOURCES: Final = Path(__file__).parent.parent / "src" / "tieout"
LANGUAGES: Final = ("de",)
FORMS: Final = {"text": 1, "translated": 1, "marked": 1, "plural": 2, "counted": 2}
"""The functions of `tieout.wording.catalogue`, and how many message ids each takes first."""

Id = str | tuple[str, str]
Key = tuple[Id, str | None]


class Sentences(Catalog):
    """A catalogue whose header says nothing of the day or the tool, so that its file changes with its sentences only."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:  # type: ignore[override]
        """The header."""
        return [
            ("Project-Id-Version", "Tieout"),
            ("Language", str(self.locale)),
            ("Plural-Forms", self.plural_forms),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
        ]


def data_messages() -> Iterator[str]:
    """Message ids that are data: sentences and words that packs and the kernel bring in tables, shown by `text(row.name)`."""
    for kind in kinds().values():
        yield kind.words
        yield kind.other_side
        yield kind.name.replace("_", " ")
    for code in catalogue().codes.values():
        yield from (
            code.name,
            code.message,
            code.short,
            code.letter,
            code.clears,
            *(message for _, message in code.messages_by_cause),
        )
    for resolution in catalogue().resolutions.values():
        yield from (resolution.name, resolution.words, resolution.text, *(field.label for field in resolution.fields))
    yield from _values_of_findings()
    for role in roles().values():
        yield role.name
    for pack in packs():
        yield process_name(pack.name)
    for connector in connectors().values():
        yield from (setting.doc for setting in connector.settings)
    for name in COMMANDS:
        yield import_module(f"tieout.cli.{name.replace('-', '_')}").__doc__ or ""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    for figure in report((), since=now - timedelta(days=90), at=now).figures:
        yield figure.title
        yield figure.meaning
    yield from (*LABELS, *DELAY_SOURCES, *get_args(Driver))
    yield from (*SAME, *DIFFERENT)
    yield from (column.words for table in TABLES for column in table.columns)
    for row in (*every_type(), *(titled for titled, _ in TITLES)):
        yield row.name
    yield from _states()
    yield from _of_plain_views()
    for path in (
        SOURCES / "core" / "documents" / "kernel_kinds.py",
        *SOURCES.glob("trade/sheets/*.py"),
        *SOURCES.glob("packs/*/sheets/*.py"),
        *SOURCES.glob("packs/*/sheets.py"),
    ):
        yield from _of_sheets(ast.parse(path.read_text()))


def _states() -> Iterator[str]:
    """Closed lists of states and reasons: as they stand in sentences, and as document views show them."""
    for listed in (ClaimStatus, PartState, DeliveryState, actions.State, *_states_of(AmendmentEffect)):
        yield from get_args(listed)
    shown = (OrderStatus, OrderResponseState, ChargeBasis, DifferenceReason, *_states_of(SupplierReturn))
    for listed in shown:
        yield from (worded(state) for state in get_args(listed))
    yield from (*get_args(Interval), *get_args(DisputeReason))


def _of_plain_views() -> Iterator[str]:
    """The names of fields of documents that are shown field by field, and the words of their closed lists."""
    for kind in kinds().values():
        if kind.sheet is None:
            yield from _of_plain(kind.type, kind.name)


def _of_plain(shown: type, kind: str) -> Iterator[str]:
    from tieout.web.sheets.plain import name_of
    from tieout.web.words import sentence as word

    for name, hint in get_type_hints(shown).items():
        if name in {"kind", "number"} or get_origin(hint) is ClassVar:
            continue
        yield name_of(kind, name)
        if get_origin(hint) is Literal:
            yield from (word(value) for value in get_args(hint) if value)
        elif get_origin(hint) is tuple and is_dataclass(of := get_args(hint)[0]):
            yield from (word(field.name) for field in fields(of))


def _states_of(document: type) -> Iterator[object]:
    yield get_type_hints(document)["state"]


def _values_of_findings() -> Iterator[str]:
    """Words that stand where a finding has no figure ("no lot number"): literals handed over as values of a finding."""
    for path in sorted((*SOURCES.glob("core/**/*.py"), *SOURCES.glob("trade/**/*.py"), *SOURCES.glob("packs/**/*.py"))):
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in _MAKERS:
                for keyword in call.keywords:
                    if keyword.arg not in _NO_VALUES:
                        yield from (word for word in _alternatives(keyword.value) if _LETTERS.search(word))


_MAKERS: Final = {"finding", "_finding", "trouble", "_numbers"}
_NO_VALUES: Final = {"stage", "status", "queue", "code", "cause", "site", "where"}
_LETTERS: Final = re.compile("[a-z]{2}")


def _alternatives(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Constant(value=str() as word):
            yield word
        case ast.IfExp(body=one, orelse=other):
            yield from (*_alternatives(one), *_alternatives(other))
        case ast.BoolOp(values=values):
            for value in values:
                yield from _alternatives(value)


def _of_sheets(tree: ast.AST) -> Iterator[str]:
    """The titles, roles, field names and columns of document views."""
    constants = {
        target.id: node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield from _of_view(node, constants)
        if isinstance(node, ast.FunctionDef) and node.returns and ast.unparse(node.returns) == _FIELDS:
            yield from _names_of_fields(node, constants)


def _of_view(call: ast.Call, constants: Mapping[str, str]) -> Iterator[str]:
    if isinstance(call.func, ast.Name) and call.func.id == "table":
        yield from _literals(call.args[0], constants)
        for columns in _literals(call.args[1], constants):
            yield from (column.strip().removeprefix("#") for column in columns.split("|"))
    for keyword in call.keywords:
        if keyword.arg in {"title", "role"} and ast.unparse(call.func) != "DocumentKind":
            yield from _literals(keyword.value, constants)
        if keyword.arg in {"fields", "totals"}:
            yield from _names_of_fields(keyword.value, constants)


_FIELDS: Final = "tuple[tuple[str, Value], ...]"
"""What a function gives that makes a part of a view's fields."""


def _names_of_fields(node: ast.AST, constants: Mapping[str, str]) -> Iterator[str]:
    for pair in ast.walk(node):
        if isinstance(pair, ast.Tuple) and len(pair.elts) == 2:
            yield from _literals(pair.elts[0], constants)


def _literals(node: ast.AST, constants: Mapping[str, str]) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from (*_literals(node.body, constants), *_literals(node.orelse, constants))
    elif isinstance(node, ast.Name) and node.id in constants:
        yield constants[node.id]
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def process_name(pack: str) -> str:
    """The name of a process as pages show it."""
    from tieout.web.words import sentence

    return sentence(pack)


def messages(sources: Path = SOURCES) -> set[Key]:
    """All messages of the sources with their contexts; a plural is a pair."""
    keys: set[Key] = {(message, None) for message in data_messages() if message}
    for path in sorted(sources.rglob("*.py")):
        content = path.read_text()
        if "tieout.wording.catalogue" in content:
            keys |= set(_of_python(content))
        keys |= {(message, None) for message in sentences.of_source(content)[0]}
    for path in sorted(sources.rglob("templates/**/*.html")):
        keys |= set(_of_template(path.read_text()))
    return {(reworded(id_) if isinstance(id_, str) else id_, context) for id_, context in keys}


def _of_python(source: str) -> Iterator[Key]:
    """Calls whose messages are literals. Raises `ValueError` for an f-string.

    Babel's own reader takes `text[:1].upper()` for a call of `text`, and puts together what is left around an f-string.
    """
    tree = ast.parse(source)
    names = {
        alias.asname or alias.name: FORMS[alias.name]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "tieout.wording.catalogue"
        for alias in node.names
        if alias.name in FORMS
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            asked = node.args[: names[node.func.id]]
            if any(isinstance(part, ast.JoinedStr) for part in asked):
                raise ValueError(
                    f"line {node.lineno}: no catalogue has a message that is an f-string: give its values by name"
                )
            given = [part.value for part in asked if isinstance(part, ast.Constant)]
            match given:
                case [str() as message] if message and names[node.func.id] == 1:
                    yield message, None
                case [str() as one, str() as many]:
                    yield (one, many), None


def _of_template(source: str) -> Iterator[Key]:
    extracted = extract_python(BytesIO(templatize(source).encode()), list(DEFAULT_KEYWORDS), (), {})
    for _, function, arguments, _ in extracted:
        parts = list(arguments) if isinstance(arguments, tuple | list) else [arguments]
        context = parts.pop(0) if function in {"pgettext", "npgettext"} else None
        if function in {"ngettext", "npgettext"}:
            yield (parts[0], parts[1]), context
        elif parts[0]:
            yield parts[0], context


def po_path(language: str) -> Path:
    """Where the catalogue of a language lies."""
    return SOURCES / "wording" / "locale" / language / "LC_MESSAGES" / "django.po"


def translated(language: str, keys: Iterable[Key], before: str) -> Sentences:
    """The catalogue of these messages with the translations that there were."""
    old = read_po(StringIO(before), locale=language)
    made = Sentences(
        locale=language,
        fuzzy=False,
        header_comment=f"# The sentences of Tieout ({language}). Written by docs/catalogues.py.",
    )
    for id_, context in keys:
        message = old.get(id_, context)
        kept = (
            message.string
            if message is not None and not message.fuzzy and isinstance(message.id, str) == isinstance(id_, str)
            else None
        )
        made.add(id_, kept, context=context)
    return made


def written(catalogue: Catalog) -> str:
    """The text of the .po file."""
    into = BytesIO()
    write_po(into, catalogue, no_location=True, sort_output=True, width=100, ignore_obsolete=True)
    return into.getvalue().decode()


def compiled(catalogue: Catalog) -> bytes:
    """The bytes of the .mo file."""
    into = BytesIO()
    write_mo(into, catalogue)
    return into.getvalue()


def untranslated(catalogue: Catalog) -> list[Id]:
    """The messages that lack a form in the language."""
    return [
        message.id
        for message in catalogue
        if message.id and (not message.string or (isinstance(message.string, tuple | list) and not all(message.string)))
    ]


def main(arguments: list[str]) -> int:
    """Writes what is not up to date, or with `--check` names it. 1 where something is stale or lacks a translation."""
    stale: list[Path] = []
    lacking = 0
    keys = messages()
    for language in LANGUAGES:
        path = po_path(language)
        catalogue = translated(language, keys, path.read_text() if path.exists() else "")
        for target, content in ((path, written(catalogue).encode()), (path.with_suffix(".mo"), compiled(catalogue))):
            if not target.exists() or target.read_bytes() != content:
                stale.append(target)
                if "--check" not in arguments:
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(content)
        for message in untranslated(catalogue):
            lacking += 1
            print(f"{language}: no translation of {message!r}")
    if lacking and "--check" not in arguments:
        print(
            f"Sentences without a translation: {lacking}. Write it as msgstr in the .po file of the language, and run this again."
        )
    for target in stale:
        print(f"{target}: {'not up to date' if '--check' in arguments else 'written'}")
    return 1 if lacking or (stale and "--check" in arguments) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
