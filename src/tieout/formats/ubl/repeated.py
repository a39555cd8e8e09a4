"""Elements that a document may state only once and states again: a reader takes one of them, so the other must not be silent.

A second number, currency, total or price that says something else is a fatal remark; a copy that says the same is noted.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from lxml.etree import _Element

from tieout.core.values.sentence import Sentence
from tieout.formats.ubl.sheet import Sheet, local

RULE: Final = "XSD"
"""The rule that a repetition breaks: the schema of its format."""
_NONE: Final[Mapping[str, str]] = MappingProxyType({})
Once = Mapping[str, frozenset[str]]
"""By the tag of an element: which of its children it has at most once."""


def remark_repeats(sheet: Sheet, root: _Element, once: Once, rules: Mapping[str, str] = _NONE) -> None:
    """Remarks on every child that is there more often than its parent allows; `rules`: by tag, where it is not the schema's."""
    if not sheet.repeats(once):
        return
    for parent in root.iter():  # of all tags: to look for forty costs more than to ask each element
        children = len(parent)
        if children < 2:
            continue
        names = once.get(str(parent.tag))
        if names is None or len(sheet.fields(parent)) == children:
            continue
        first: dict[object, _Element] = {}
        for child in parent:
            if child.tag in names and first.setdefault(child.tag, child) is not child:
                _remark(sheet, first[child.tag], child, rules.get(str(child.tag), RULE))


def _remark(sheet: Sheet, first: _Element, second: _Element, rule: str) -> None:
    one, other = _content(first), _content(second)
    name = local(str(second.tag))
    if one == other:
        words = Sentence("{name} is stated twice and says the same; it counts once", name=name)
    elif len(first) or len(second):
        words = Sentence("{name} is there twice and may be only once; one of them was taken", name=name)
    else:
        words = Sentence(
            "{name} is stated twice, as {first!r} and as {second!r}; one of them was taken",
            name=name,
            first=one[0][1],
            second=other[0][1],
        )
    sheet.remark(words, second, rule=rule, fatal=one != other)


def _content(element: _Element) -> list[tuple[str, str, tuple[tuple[str, str], ...]]]:
    return [
        (str(node.tag), (node.text or "").strip(), tuple(sorted((str(k), str(v)) for k, v in node.attrib.items())))
        for node in element.iter()
    ]
