"""Nobody without a session sees anything: every view is behind the sign-in unless it is marked otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from tieout.core.values.event import SYSTEM
from tieout.core.values.who import acting

CALLS = "api"
"""The namespace of the API: it answers 401 to callers who are not signed in, because a program cannot follow a sign-in page."""


class SignInRequired(LoginRequiredMiddleware):
    """Django's own middleware, which leaves the calls of the API to the API's. What a request changes is changed by its person."""

    def __call__(self, request: HttpRequest) -> Any:
        """Answers the request; the log asks who it was when something is written: signing in changes that."""
        with acting(lambda: str(request.user.pk) if request.user.is_authenticated else SYSTEM):
            return super().__call__(request)

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        """Sends those who are not signed in to the sign-in page."""
        if request.resolver_match is not None and CALLS in request.resolver_match.namespaces:
            return None
        if "HX-Request" in request.headers and not request.user.is_authenticated and _needs_session(view_func):
            return HttpResponse(status=401)  # a part of a page: it says so, and keeps what was typed
        return super().process_view(request, view_func, view_args, view_kwargs)


def _needs_session(view: Callable[..., HttpResponseBase]) -> bool:
    return bool(getattr(view, "login_required", True))
