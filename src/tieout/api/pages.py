"""The page that describes the calls, made from the same description that programs read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """One call: its method and address, what it is for, the names of what it takes."""

    method: str
    address: str
    words: str
    takes: tuple[str, ...]


def reference(description: Callable[[], dict[str, Any]]) -> Callable[[HttpRequest], HttpResponse]:
    """The view of the page; `description` is that of OpenAPI."""

    @login_required
    def show(request: HttpRequest) -> HttpResponse:
        return render(request, "web/calls.html", {"here": "calls", "calls": calls(description())})

    return show


def calls(described: dict[str, Any]) -> tuple[Described, ...]:
    """Every call of a description, by address."""
    return tuple(
        Described(
            method=method.upper(),
            address=address,
            words=operation.get("description") or operation.get("summary", ""),
            takes=tuple(given["name"] for given in operation.get("parameters", ())),
        )
        for address, methods in sorted(described["paths"].items())
        for method, operation in methods.items()
    )
