"""The catalogues: what the sources say and nothing else, all of it translated, the compiled file from the readable one."""

from __future__ import annotations

import gettext
import re
import sys
from io import BytesIO
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from tieout.wording.catalogue import marked, plural, text, translated
from tieout.wording.chosen import written_in
from tieout.wording.reworded import reworded

sys.path.insert(0, str(Path(__file__).parent.parent.parent / "docs"))

import catalogues

_OF_TEMPLATES = re.compile(r"%\((\w+)\)s")


def forms(message: object) -> tuple[str, ...]:
    """The forms of a message or of its translation."""
    return tuple(message) if isinstance(message, list | tuple) else (str(message),)


def holes(form: str) -> set[str]:
    """What is filled in."""
    return set(_OF_TEMPLATES.findall(form)) | {name for _, name, _, _ in Formatter().parse(form) if name}


def edges(form: str) -> tuple[str, str]:
    """Leading and trailing blanks."""
    return form[: len(form) - len(form.lstrip())], form[len(form.rstrip()) :]


def german(content: str | None = None) -> Catalog:
    """The German catalogue as it lies there."""
    return read_po(BytesIO((content or catalogues.po_path("de").read_text()).encode()), locale="de")


def faults(catalogue: Catalog) -> list[str]:
    """What is wrong with the translations of a catalogue."""
    wrong: list[str] = []
    for message in catalogue:
        if not message.id:
            continue
        one, strings = forms(message.id), forms(message.string)
        if message.fuzzy:
            wrong.append(f"fuzzy: {message.id!r}")
        if not all(strings) or len(strings) != (catalogue.num_plurals if len(one) == 2 else 1):
            wrong.append(f"not translated: {message.id!r}")
            continue
        if any(holes(string) != holes(one[-1]) for string in strings):
            wrong.append(f"other placeholders: {message.id!r}")
        if any(edges(string) != edges(one[-1]) for string in strings):
            wrong.append(f"other blanks: {message.id!r}")
    return wrong


def test_the_catalogue_is_what_the_sources_say() -> None:
    keys = catalogues.messages()
    path = catalogues.po_path("de")
    made = catalogues.translated("de", keys, path.read_text())
    assert catalogues.written(made) == path.read_text(), "run docs/catalogues.py and fill in what is new"


def test_the_compiled_file_is_the_readable_one() -> None:
    path = catalogues.po_path("de").with_suffix(".mo")
    with path.open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for message in german():
        if isinstance(message.id, tuple):
            assert compiled.ngettext(*message.id, 1) == message.string[0]
            assert compiled.ngettext(*message.id, 2) == message.string[1]
        elif message.id:
            assert compiled.gettext(message.id) == message.string
    made = catalogues.translated("de", catalogues.messages(), catalogues.po_path("de").read_text())
    assert path.read_bytes() == catalogues.compiled(made), "run docs/catalogues.py"


def test_every_message_has_its_german() -> None:
    assert faults(german()) == []


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ('msgid "Open"\nmsgstr ""\n', "not translated"),
        ('#, fuzzy\nmsgid "Open"\nmsgstr "Offen"\n', "fuzzy"),
        ('msgid "{time} ago"\nmsgstr "vor {zeit}"\n', "other placeholders"),
        ('msgid "%(number)s days"\nmsgstr "Tage"\n', "other placeholders"),
        ('msgid "until "\nmsgstr "bis"\n', "other blanks"),
        ('msgid "{count} day"\nmsgid_plural "{count} days"\nmsgstr[0] "{count} Tag"\nmsgstr[1] ""\n', "not translated"),
    ],
)
def test_a_fault_in_a_catalogue_is_reported(entry: str, fault: str) -> None:
    head = 'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    assert [wrong.partition(":")[0] for wrong in faults(german(head + entry))] == [fault]


def test_what_changes_in_the_sources_makes_the_catalogue_stale(tmp_path: Path) -> None:
    templates = tmp_path / "web" / "templates"
    templates.mkdir(parents=True)
    (templates / "a.html").write_text(
        '{% load i18n %}{% translate "Hello" %}{{ name|default:_("nobody") }}'
        "{% blocktranslate count n=days %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}"
    )
    (tmp_path / "a.py").write_text(
        "from tieout.wording.catalogue import marked, plural, text as worded\n"
        'A = marked("Long " "sentence")\nB = worded("{n} of {m}", n=1, m=2)\nC = plural("{count} a", "{count} b", 3)\n'
        'worded = "x"\nD = worded[:1].join("Not one")\ntext("Nor this")\n'
    )
    keys = {id_ for id_, _ in catalogues.messages(tmp_path)}
    data = {reworded(id_) for id_ in catalogues.data_messages()}
    expected = {"Hello", "nobody", "Long sentence", "{n} of {m}"}
    assert keys - data == expected | {("%(n)s day", "%(n)s days"), ("{count} a", "{count} b")}


def test_text_is_in_the_chosen_language_and_needs_its_values() -> None:
    assert text("{time} ago", time="3 h") == "3 h ago"
    assert plural("{count} invoice delayed", "{count} invoices delayed", 1) == "1 invoice delayed"
    assert marked("Open") == "Open"
    assert text("") == ""
    with written_in("de"):
        assert text("{time} ago", time="3 Std.") == "vor 3 Std."
        assert plural("{count} invoice delayed", "{count} invoices delayed", 1200) == "1.200 Rechnungen verzögert"
        assert text("a sentence without a translation") == "a sentence without a translation"
        assert text("") == ""
    with pytest.raises(KeyError):
        text("{time} ago")
    with written_in("de"):
        assert translated("{time} ago") == "vor {time}", "a template that is filled in elsewhere"


_NO_WORDS = {
    "Tieout",
    "tieout",
    "setup",
    "close",
    "tenant",
    "ingest",
    "FOLDER",
    "make",
    "demo",
    "sign",
    "in",
    "NAME",
    "SHA",
}
"""The name, commands to be typed, and what no language translates."""
_KEYS = re.compile(r"<kbd>[^<]*</kbd>")


def bare_words(template: str) -> list[str]:
    """Words of a template that people read and no tag translates."""
    kept = re.sub(
        r"\{% blocktranslate.*?\{% endblocktranslate %\}|\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}",
        " ",
        template,
        flags=re.DOTALL,
    )
    spoken = re.findall(r'(?:aria-label|title|placeholder|alt)="([^"]*)"', kept)
    shown = re.sub(r"<[^>]*>", " ", _KEYS.sub(" ", re.sub(r"<(script|style)\b.*?</\1>", " ", kept, flags=re.DOTALL)))
    words = re.findall(r"&\w+;|[^\W\d_]{2,}", " ".join([shown, *spoken]))
    return [word for word in words if word not in _NO_WORDS and not word.startswith("&")]


def test_templates_have_no_words_outside_the_catalogue() -> None:
    templates = sorted(catalogues.SOURCES.rglob("templates/**/*.html"))
    assert len(templates) > 20
    assert {path.name: words for path in templates if (words := bare_words(path.read_text()))} == {}


def test_a_bare_word_in_a_template_is_reported() -> None:
    assert bare_words('<p title="Hello">{{ name }}, welcome to {% translate "this" %} <kbd>Enter</kbd></p>') == [
        "welcome",
        "to",
        "Hello",
    ]


def test_a_message_that_no_catalogue_can_have_is_refused(tmp_path: Path) -> None:
    head = "from tieout.wording.catalogue import text\n"
    (tmp_path / "page.py").write_text(f'{head}shown = text("Held: " f"{{n}} of " "them")\n')
    with pytest.raises(ValueError, match="line 2"):
        catalogues.messages(tmp_path)
    (tmp_path / "page.py").write_text(f'{head}shown = text("Held: {{n}} of " "them", n=1)\n')
    assert ("Held: {n} of them", None) in catalogues.messages(tmp_path)
