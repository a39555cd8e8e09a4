"""Papers come in: files of any supported format, durable before they are called accepted."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest
from ninja import File, Router
from ninja.files import UploadedFile

from tieout.api.access import now, scope
from tieout.api.forms import REFUSALS, Problem, Taken
from tieout.core.values.errors import Malformed
from tieout.engine.desk import desk
from tieout.engine.receive import Incoming

router = Router(tags=["papers"])

OCTETS_MAX: Final = 50_000_000


@router.post("", response={**REFUSALS, 200: list[Taken], 409: Problem})
def ingest(request: HttpRequest, files: File[list[UploadedFile]]) -> list[Taken]:
    """Hands in files (multipart, field `files`). The same bytes again are "known", and nothing changes.

    A person may hand in claims of third parties, for the companies that they work for, and what a controller has allowed
    them beside; any other document is kept as a held record (GOV-SOURCE). 409 GOV-ROLE: not with the caller's roles.
    """
    asker = scope(request)
    desk().source(asker, at=now())
    size = sum(each.size or 0 for each in files)
    if size > OCTETS_MAX:
        raise Malformed(
            f"{size} bytes at once are too many", where="files", remedy=f"send at most {OCTETS_MAX} bytes a call"
        )
    papers = [Incoming(content=each.read(), name=each.name or "", media_type=each.content_type or "") for each in files]
    return [
        Taken(
            name=each.name,
            source_file=each.source_file,
            fate=each.fate,
            documents=[made.document for made in each.documents],
        )
        for each in desk().receive(asker, papers, at=now())
    ]
