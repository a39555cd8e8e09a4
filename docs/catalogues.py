"""Collects the sentences for people from the sources and brings the catalogues up to date; with `--check` it only says which are not.

A new sentence gets an empty translation, to be filled in in the .po file; running this once more compiles it. A sentence that is
no longer in the sources goes.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from io import BytesIO, StringIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from tieout.app import kinds, packs, roles

SOURCES: Final = Path(__file__).parent.parent / "src" / "tieout"
LANGUAGES: Final = ("de",)
FORMS: Final = {"text": 1, "marked": 1, "plural": 2}
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
    for role in roles().values():
        yield role.name
    for pack in packs():
        yield process_name(pack.name)


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
    for path in sorted(sources.rglob("templates/**/*.html")):
        keys |= set(_of_template(path.read_text()))
    return keys


def _of_python(source: str) -> Iterator[Key]:
    """Calls whose messages are literals. Babel's own reader takes `text[:1].upper()` for a call of `text`."""
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
            given = [part.value for part in node.args[: names[node.func.id]] if isinstance(part, ast.Constant)]
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
    for target in stale:
        print(f"{target}: {'not up to date' if '--check' in arguments else 'written'}")
    return 1 if lacking or (stale and "--check" in arguments) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
