"""The files attached to a PDF: in its tree of names, on a page as an annotation, or associated (/AF) with the document or a page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pypdf import PdfReader
    from pypdf.generic import EmbeddedFile

_DEPTH_MAX: Final = 4


def attached_files(reader: PdfReader) -> Iterator[EmbeddedFile]:
    """Every attached file once, whichever ways lead to it: the names first, then /AF of the document, then page by page."""
    from pypdf.generic import EmbeddedFile

    seen: set[object] = set()
    for file in reader.attachment_list:
        if _unseen(file.pdf_object, seen):
            yield file
    for specification in _specifications(reader):
        if _unseen(specification, seen):
            yield EmbeddedFile(name=_name(specification), pdf_object=specification)


def _specifications(reader: PdfReader) -> Iterator[Any]:
    yield from _listed(reader.root_object.get("/AF"))
    for page in reader.pages:
        yield from _listed(page.get("/AF"))
        for annotation in _objects(page.get("/Annots")):
            if annotation.get("/Subtype") == "/FileAttachment":
                yield from _listed(annotation.get("/FS"))
            yield from _listed(annotation.get("/AF"))


def _listed(entry: Any) -> Iterator[Any]:
    """The file specifications of an entry that carry a file: one, or an array of them."""
    for specification in _objects(entry):
        files = specification.get("/EF")
        if files is not None and hasattr(files.get_object(), "get"):
            yield specification


def _objects(entry: Any, depth: int = 0) -> Iterator[Any]:
    """The dictionaries of an entry, however it is nested in arrays and references."""
    from pypdf.generic import ArrayObject, DictionaryObject

    value = entry.get_object() if hasattr(entry, "get_object") else entry
    if isinstance(value, DictionaryObject):
        yield value
    elif isinstance(value, ArrayObject) and depth < _DEPTH_MAX:
        for one in value:
            yield from _objects(one, depth + 1)


def _unseen(specification: Any, seen: set[object]) -> bool:
    """Whether the file of a specification is new: two ways to one file lead to one stream."""
    files = specification["/EF"].get_object()
    stream = files.raw_get("/UF") if "/UF" in files else files.raw_get("/F") if "/F" in files else None
    key: object = getattr(stream, "idnum", None) or id(stream)
    if key in seen:
        return False
    seen.add(key)
    return True


def _name(specification: Any) -> str:
    for entry in ("/UF", "/F"):
        if named := specification.get(entry):
            return str(named.get_object())
    return ""
