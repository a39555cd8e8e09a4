"""The calls and their addresses. Every call is behind the session, except health; and so is the description."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from tieout import __version__
from tieout.api import cases, claims, columns, documents, health, ingest
from tieout.api.access import Session
from tieout.api.missing import Missing
from tieout.api.pages import reference
from tieout.core.values.errors import Malformed, Refused
from tieout.wording.catalogue import text
from tieout.wording.sentences import place, sentence


def _behind_sign_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The description of the calls is for those who may call."""

    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not request.user.is_authenticated:
            return JsonResponse({"code": "SIGN-IN", "message": text("nobody is signed in; sign in first")}, status=401)
        return view(request, *args, **kwargs)

    return answer


api = NinjaAPI(
    title="Tieout",
    version=__version__,
    description="Hand in documents, read claims and cases, give commands on cases. Amounts are decimal text with their currency.",
    urls_namespace="api",
    auth=Session(),
    docs_url=None,
    docs_decorator=_behind_sign_in,
)
api.add_router("/health", health.router)
api.add_router("/documents", documents.router)
api.add_router("/claims", claims.router)
api.add_router("/cases", cases.router)
api.add_router("/files", ingest.router)
api.add_router("/columns", columns.router)


@api.exception_handler(Refused)
def refused(request: HttpRequest, why: Refused) -> HttpResponse:
    """409: not allowed, or somebody else changed the case meanwhile."""
    status = 403 if why.code == "GOV-SCOPE" else 409
    return api.create_response(request, {"code": why.code, "message": sentence(why.message)}, status=status)


@api.exception_handler(Malformed)
def malformed(request: HttpRequest, why: Malformed) -> HttpResponse:
    """422: what was sent cannot be read."""
    within = f" ({text('in {place}', place=place(why.where))})" if why.where else ""
    remedy = f"; {sentence(why.remedy)}" if why.remedy else ""
    body = {"code": "MALFORMED", "message": f"{sentence(why.message)}{within}{remedy}"}
    return api.create_response(request, body, status=422)


@api.exception_handler(AuthenticationError)
def unknown_caller(request: HttpRequest, why: AuthenticationError) -> HttpResponse:  # noqa: ARG001  the framework's shape
    """401: nobody is signed in."""
    return api.create_response(
        request, {"code": "SIGN-IN", "message": text("nobody is signed in; sign in first")}, status=401
    )


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, why: ValidationError) -> HttpResponse:
    """422: a field is missing, or of another type. One line a field."""
    lines = (f"{'.'.join(map(str, wrong['loc']))}: {wrong['msg']}" for wrong in why.errors)
    return api.create_response(request, {"code": "MALFORMED", "message": "\n".join(lines)}, status=422)


@api.exception_handler(HttpError)
def unreadable(request: HttpRequest, why: HttpError) -> HttpResponse:
    """400: the body is not JSON. 403: the CSRF token is missing or another's."""
    code = "CSRF" if why.status_code == 403 else "UNREADABLE"
    return api.create_response(request, {"code": code, "message": str(why)}, status=why.status_code)


@api.exception_handler(Missing)
def missing(request: HttpRequest, why: Missing) -> HttpResponse:
    """404: it does not exist, or the caller may not see it."""
    return api.create_response(request, {"code": "MISSING", "message": str(why)}, status=404)


urlpatterns = [*api.urls[0], path("docs/", reference(lambda: api.get_openapi_schema(path_prefix="/api/")), name="docs")]
app_name = "api"
