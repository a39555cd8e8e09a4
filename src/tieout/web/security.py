"""What browsers are instructed to refuse: nothing inline, nothing from elsewhere, nobody else's frame. One header for every page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

_NOTHING: Final = "default-src 'none'; base-uri 'none'; "

PAGE_POLICY: Final = (
    _NOTHING + "script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-src 'self'; frame-ancestors 'none'"
)
"""Our own pages: our own files only. Frames show originals, which come with a policy of their own."""

TEXT_POLICY: Final = _NOTHING + "form-action 'none'; frame-ancestors 'self'; sandbox"
"""A third party's bytes: even if a browser took them for a page, nothing in it could run, load, send or navigate."""

PDF_POLICY: Final = _NOTHING + "form-action 'none'; frame-ancestors 'self'"
"""A third party's PDF. No `sandbox`: browsers then refuse to show it; their viewer keeps it apart from our origin."""

Answer = Callable[[HttpRequest], HttpResponseBase]


class ContentPolicy:
    """Middleware: sets the page policy wherever a view has not set a stricter one, and keeps pages out of caches."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer with its policy."""
        response = self._answer(request)
        response.headers.setdefault("Content-Security-Policy", PAGE_POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if isinstance(response, HttpResponse):  # static files stream, and may be kept
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response
