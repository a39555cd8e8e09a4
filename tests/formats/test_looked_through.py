"""A UBL document is looked through once: what its reader then takes is what each element says when it is asked by itself."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path

import pytest
from lxml.etree import _Element

from tieout.core.documents.reading import Reading
from tieout.formats.format import Source
from tieout.formats.ubl import FORMAT, sheet
from tieout.formats.ubl.sheet import Sheet
from tieout.formats.xml_safety import parsed


def _roots(folder: Path) -> list[_Element]:
    opened = (parsed(Source(content=path.read_bytes())) for path in sorted(folder.rglob("*.xml")))
    return [
        source.root
        for source in opened
        if isinstance(source, Source) and source.root is not None and FORMAT.sniff(source)
    ]


def _element_by_element(root: _Element, monkeypatch: pytest.MonkeyPatch) -> tuple[Reading, ...]:
    with monkeypatch.context() as patched:
        patched.setattr(sheet, "_REMEMBERED_MAX", 0)  # as in a document that is too long to be looked through
        return FORMAT.read(Source(content=b"", root=root))


def test_real_documents_are_read_the_same(shared_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    roots = _roots(shared_data / "e-invoice")
    assert len(roots) > 300
    for root in roots:
        assert FORMAT.read(Source(content=b"", root=root)) == _element_by_element(root, monkeypatch)


def test_it_knows_the_children_of_every_element(shared_data: Path) -> None:
    for root in _roots(shared_data / "e-invoice")[::5]:
        whole = Sheet("EUR", root)
        for element in root.iter():
            tags = {child.tag for child in element}
            assert dict(whole.fields(element)) == {tag: next(element.iterchildren(tag)) for tag in tags}
            for tag in (*tags, "absent"):
                assert list(whole.every(element, tag)) == list(element.iterchildren(tag))


@pytest.mark.parametrize("distance", ["beside", "at the end"])
def test_whatever_is_stated_twice_is_noticed_the_same(
    distance: str, shared_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = shared_data / "e-invoice/peppol-bis/rules/examples/base-example.xml"
    opened = parsed(Source(content=path.read_bytes()))
    assert isinstance(opened, Source)
    assert opened.root is not None
    root = opened.root
    remarks = set()
    for element in list(root.iterdescendants()):
        parent, again = element.getparent(), deepcopy(element)
        assert parent is not None
        if distance == "beside":
            element.addnext(again)
        else:
            parent.append(again)
        readings = FORMAT.read(Source(content=b"", root=root))
        assert readings == _element_by_element(root, monkeypatch)
        remarks |= {remark.message for reading in readings for remark in reading.remarks if "twice" in remark.message}
        parent.remove(again)
    assert len(remarks) > 10
