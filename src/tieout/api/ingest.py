"""Documents are handed in: files of any supported format, stored durably before they are reported as accepted."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest
from ninja import File, Router
from ninja.files import UploadedFile

from tieout.api.access import now, scope
from tieout.api.forms import REFUSALS, Problem, Taken
from tieout.core.values.errors import Malformed
from tieout.engine.application import application
from tieout.engine.receive import Incoming

router = Router(tags=["files"])

OCTETS_MAX: Final = 50_000_000


@router.post("", response={**REFUSALS, 200: list[Taken], 409: Problem})
def ingest(request: HttpRequest, files: File[list[UploadedFile]]) -> list[Taken]:
    """Hands in files (multipart, field `files`). The same bytes again are "known", and nothing changes, unless they have not
    been read yet: then they are read now.

    A person may hand in claims of third parties, for the companies that they work for, and what a controller has allowed
    them besides; any other document is kept as a held record (GOV-SOURCE). At most 1,000 files of 50 MB together in one call, else
    422 MALFORMED and none is taken. 409 GOV-ROLE: not with the caller's roles.
    """
    asker = scope(request)
    application().source(asker, at=now())
    size = sum(file.size or 0 for file in files)
    if size > OCTETS_MAX:
        raise Malformed(
            "{size} bytes are too many for one call",
            where="files",
            remedy="send at most {limit} bytes per call",
            size=size,
            limit=OCTETS_MAX,
        )
    incoming = [
        Incoming(content=file.read(), name=file.name or "", media_type=file.content_type or "") for file in files
    ]
    return [
        Taken(
            name=file.name,
            source_file=file.source_file,
            fate=file.fate,
            read=file.read,
            documents=[made.document for made in file.documents],
        )
        for file in application().receive(asker, incoming, at=now())
    ]
