"""When a request fails: 503 where the database does not answer, so that whoever asked tries again; else 500, a fault of ours."""

from __future__ import annotations

import sys
from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import loader
from django.views.defaults import server_error

from tieout.store.answering import is_outage
from tieout.wording.catalogue import text

AGAIN_SECONDS: Final = 5


def failed(request: HttpRequest) -> HttpResponse:
    """The answer to a request that raised. Needs neither the database nor a session."""
    if not is_outage(sys.exc_info()[1]):
        return server_error(request)
    answer: HttpResponse
    if request.path_info.startswith("/api/"):
        message = text("the database does not answer; try again in {seconds} seconds", seconds=AGAIN_SECONDS)
        answer = JsonResponse({"code": "UNAVAILABLE", "message": message}, status=503)
    else:
        answer = HttpResponse(loader.get_template("503.html").render(), status=503)
    answer.headers["Retry-After"] = str(AGAIN_SECONDS)
    return answer
