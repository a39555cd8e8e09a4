"""Pages show characters that are not seen as their numbers, wherever text stands: what is in fields goes back as it came."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from tieout.wording.unseen import is_shown_otherwise, shown

_APART: Final = re.compile(r"<textarea\b.*?</textarea>|<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>", re.DOTALL | re.IGNORECASE)
"""Tags with their attributes, and fields of text: not text that is read."""


class UnseenShown:
    """Middleware: in the text of a page, "⟨U+202E⟩" stands for a mark of direction."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer; other answers than pages as they are."""
        response = self._answer(request)
        if isinstance(response, HttpResponse) and response.headers.get("Content-Type", "").startswith("text/html"):
            page = response.content.decode(response.charset, errors="replace")
            if is_shown_otherwise(page):
                response.content = _marked(page)
                if "Content-Length" in response.headers:
                    response.headers["Content-Length"] = str(len(response.content))
        return response


def _marked(page: str) -> str:
    parts, end = [], 0
    for match in _APART.finditer(page):
        parts += [shown(page[end : match.start()]), match[0]]
        end = match.end()
    return "".join([*parts, shown(page[end:])])
