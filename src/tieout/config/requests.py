"""What becomes of a request before any page sees it: text that is none is refused, HEAD has no body, nobody asks too often, and
what breaks a limit is answered with the limit."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from math import ceil
from threading import Lock
from typing import Final

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from django.template import loader

from tieout.wording.catalogue import text

Answer = Callable[[HttpRequest], HttpResponseBase]
CALLS: Final = "/api/"
_NUL: Final = re.compile("\0|%00")
_KEPT_MAX: Final = 50_000
_GUESSES: Final = {"/sign-in/": 20.0}
"""What a request counts for, by where somebody guesses at something; any other counts for one."""


class Sound:
    """Middleware: a NUL in the address is a 400, as no column holds one; HEAD is answered as GET is, without the body."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer."""
        if _NUL.search(request.path_info) or _NUL.search(request.META.get("QUERY_STRING", "")):
            return _refused(
                request, 400, "UNREADABLE", text("the address contains a NUL character, which is not allowed")
            )
        if request.method != "HEAD":
            return self._answer(request)
        request.method = "GET"
        response = self._answer(request)
        bare = HttpResponse(status=response.status_code)
        bare.headers, bare.cookies = response.headers, response.cookies
        response.close()
        return bare


class Allowance:
    """How many more requests each of many may send: so many a minute, which may come at once. Of those who ask least, none is kept."""

    def __init__(self, a_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._full = float(a_minute)
        self._clock = clock
        self._left: dict[str, tuple[float, float]] = {}
        self._lock = Lock()

    def wait_seconds(self, who: str, cost: float = 1.0) -> int:
        """0 where the request may pass, which counts it; else the seconds after which the next one may."""
        if not self._full:
            return 0
        a_second, now = self._full / 60, self._clock()
        with self._lock:
            left, before = self._left.pop(who, (self._full, now))
            left = min(self._full, left + (now - before) * a_second)
            passes = left >= min(cost, self._full)
            self._left[who] = (left - cost if passes else left, now)
            while len(self._left) > _KEPT_MAX:
                del self._left[next(iter(self._left))]  # who has not asked for longest
        return 0 if passes else max(1, ceil((min(cost, self._full) - left) / a_second))


class AddressesLimited:
    """Middleware: 429 to an address that asks too often. Stands before the sessions, so that a refusal costs no look-up."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._allowance = Allowance(settings.TIEOUT.requests_per_address)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer, or when to ask again."""
        cost = _GUESSES.get(request.path_info, 1.0) if request.method == "POST" else 1.0
        seconds = self._allowance.wait_seconds(str(request.META.get("REMOTE_ADDR", "")), cost)
        return _too_often(request, seconds) if seconds else self._answer(request)


class PeopleLimited:
    """Middleware: 429 to a person who asks too often, in however many sessions. Stands behind the sign-in."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._allowance = Allowance(settings.TIEOUT.requests_per_person)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer, or when to ask again."""
        who = request.user.pk if request.user.is_authenticated else None
        seconds = self._allowance.wait_seconds(str(who)) if who is not None else 0
        return _too_often(request, seconds) if seconds else self._answer(request)


def _too_often(request: HttpRequest, seconds: int) -> HttpResponse:
    why = text("too many requests; try again in {seconds} seconds", seconds=seconds)
    response = _refused(request, 429, "RATE", why)
    response.headers["Retry-After"] = str(seconds)
    return response


def _refused(request: HttpRequest, status: int, code: str, why: str) -> HttpResponse:
    """The answer of the API, or a page that needs neither the database nor a session."""
    if request.path_info.startswith(CALLS):
        return JsonResponse({"code": code, "message": why}, status=status)
    return HttpResponse(loader.get_template("refused.html").render({"why": why}), status=status)


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The answer to a request that Django does not take: it breaks one of its limits, or cannot be read."""
    match exception:
        case TooManyFilesSent():
            status, code = 422, "MALFORMED"
            why = text(
                "too many files in one request; send at most {limit} at a time, and the others in further requests",
                limit=settings.DATA_UPLOAD_MAX_NUMBER_FILES,
            )
        case TooManyFieldsSent():
            status, code = 422, "MALFORMED"
            why = text(
                "too many fields in one request; send at most {limit}", limit=settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
            )
        case RequestDataTooBig():
            status, code = 422, "MALFORMED"
            why = text(
                "the request is too long; send at most {limit} bytes outside files",
                limit=settings.DATA_UPLOAD_MAX_MEMORY_SIZE,
            )
        case MultiPartParserError():
            status, code = 400, "UNREADABLE"
            why = text(
                "the request's parts cannot be read; send the files as multipart/form-data, each in a field named files"
            )
        case _:
            status, code = 400, "UNREADABLE"
            why = text("the address or a field holds characters that cannot be processed")
    if request.path_info.startswith(CALLS):
        return JsonResponse({"code": code, "message": why}, status=status)
    return HttpResponse(loader.get_template("400.html").render({"why": why}), status=status)
