"""The language in which this installation writes sentences, figures and dates, for each request: middleware."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation

from tieout.wording.chosen import written_in


class FiguresInLanguage:
    """Middleware: pages are made in the language of the setting TIEOUT_LANGUAGE, in Python and in templates."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer."""
        chosen = settings.TIEOUT.language
        with written_in(chosen), translation.override(chosen):
            return self._answer(request)
