"""When a request fails: 400 or 422 where it breaks a limit or is none, with the limit; 503 where the database does not answer, so that
whoever asked tries again; else 500, a fault of ours."""

from __future__ import annotations

import sys
from typing import Final

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.template import loader
from django.views.defaults import server_error

from tieout.store.answering import is_outage
from tieout.wording.catalogue import text

AGAIN_SECONDS: Final = 5
_CALLS: Final = "/api/"


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
    if request.path_info.startswith(_CALLS):
        return JsonResponse({"code": code, "message": why}, status=status)
    return HttpResponse(loader.get_template("400.html").render({"why": why}), status=status)


def failed(request: HttpRequest) -> HttpResponse:
    """The answer to a request that raised. Needs neither the database nor a session."""
    if not is_outage(sys.exc_info()[1]):
        return server_error(request)
    answer: HttpResponse
    if request.path_info.startswith(_CALLS):
        message = text("the database does not answer; try again in {seconds} seconds", seconds=AGAIN_SECONDS)
        answer = JsonResponse({"code": "UNAVAILABLE", "message": message}, status=503)
    else:
        answer = HttpResponse(loader.get_template("503.html").render(), status=503)
    answer.headers["Retry-After"] = str(AGAIN_SECONDS)
    return answer
