#!/bin/sh
# pypdf 7.1.1: `attachments` and `attachment_list` give only the files in the document's tree of names. A file that is attached to a page as an
# annotation (as the paper clip of a reader is), or that the document or a page names as associated (/AF), is in neither, and nothing is said.
#
# PDF/A-3 asks for both, /AF and the tree; files that have only one of them are common, and viewers show both. An invoice in such a file looks
# like a picture to whoever asks pypdf for its attachments.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check 'pypdf==7.1.1'
"$folder/env/bin/python" - <<'PY'
from io import BytesIO

import pypdf
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, TextStringObject

print("pypdf", pypdf.__version__)


def seen(where: str) -> list[str]:
    writer = PdfWriter()
    page = writer.add_blank_page(100, 100)
    stream = DecodedStreamObject()
    stream.set_data(b"<Invoice/>")
    specification = DictionaryObject()
    specification[NameObject("/Type")] = NameObject("/Filespec")
    specification[NameObject("/F")] = TextStringObject("invoice.xml")
    specification[NameObject("/EF")] = DictionaryObject({NameObject("/F"): writer._add_object(stream)})
    if where == "names":
        writer.add_attachment("invoice.xml", b"<Invoice/>")
    elif where == "annotation":
        clip = DictionaryObject()
        clip[NameObject("/Subtype")] = NameObject("/FileAttachment")
        clip[NameObject("/FS")] = writer._add_object(specification)
        page[NameObject("/Annots")] = ArrayObject([writer._add_object(clip)])
    else:
        owner = writer.root_object if where == "/AF of the document" else page
        owner[NameObject("/AF")] = ArrayObject([writer._add_object(specification)])
    out = BytesIO()
    writer.write(out)
    reader = PdfReader(BytesIO(out.getvalue()))
    assert [file.name for file in reader.attachment_list] == list(reader.attachments)
    return list(reader.attachments)


found = {where: seen(where) for where in ("names", "annotation", "/AF of the document", "/AF of a page")}
for where, names in found.items():
    print(f"{where}: {names}")
assert found["names"] == ["invoice.xml"]
assert not any(names for where, names in found.items() if where != "names")
PY
