"""Nobody without a session sees anything: every view is behind the sign-in unless it is marked otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase

CALLS = "api"
"""The namespace of the API: it answers 401 to callers who are not signed in, because a program cannot follow a sign-in page."""


class SignInRequired(LoginRequiredMiddleware):
    """Django's own middleware, which leaves the calls of the API to the API's."""

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
        return super().process_view(request, view_func, view_args, view_kwargs)
