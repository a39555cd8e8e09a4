"""Speaking to the billing system over HTTP: one call, and what became of it. Nothing is tried twice here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx

from tieout.connectors.stripe_billing.shapes import API_VERSION
from tieout.formats.agreed_shape import Drift, opened

_SECONDS: Final = 20.0
_WORDS_MAX: Final = 300


class Unreachable(Exception):
    """The billing system was not asked: it cannot be reached, is busy, or does not know our key."""


class NoAnswer(Exception):
    """It was asked, and nobody knows what it did: the call timed out, or broke, or it had trouble of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """An answer: `ok` with its content, or a refusal in its words."""

    ok: bool
    message: Any
    content: bytes
    words: str = ""
    code: str = ""


class Access:
    """A billing system at an address, with its key. `transport` is given by tests."""

    def __init__(self, url: str, key: str, *, transport: httpx.BaseTransport | None = None) -> None:
        self._client = httpx.Client(
            base_url=url.rstrip("/"),
            headers={"Authorization": f"Bearer {key}", "Stripe-Version": API_VERSION},
            timeout=_SECONDS,
            transport=transport,
        )

    def close(self) -> None:
        """Lets go of its connections."""
        self._client.close()

    def get(self, path: str, **params: str | int) -> Response:
        """Ask. Raises `Unreachable` or `NoAnswer`."""
        return self._call("GET", path, params=params)

    def post(self, path: str, **fields: str) -> Response:
        """Have something done. Raises `Unreachable` (it was not) or `NoAnswer` (look it up)."""
        return self._call("POST", path, fields=fields)

    def _call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str | int] | None = None,
        fields: Mapping[str, str] | None = None,
    ) -> Response:
        try:
            answer = self._client.request(method, path, params=params, data=fields)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol) as error:
            raise Unreachable(f"it cannot be reached: {_words(error)}") from error
        except httpx.HTTPError as error:
            raise NoAnswer(f"no answer to {method} {path}: {_words(error)}") from error
        return _response(answer, f"{method} {path}")


def _words(error: httpx.HTTPError | httpx.UnsupportedProtocol) -> str:
    return str(error) or type(error).__name__


def _response(answer: httpx.Response, call: str) -> Response:
    status = answer.status_code
    if status in {401, 403}:
        raise Unreachable(f"it does not take our key (HTTP {status})")
    if status == httpx.codes.TOO_MANY_REQUESTS:
        raise Unreachable("it is asked too often (HTTP 429)")
    if status >= httpx.codes.INTERNAL_SERVER_ERROR or status == httpx.codes.CONFLICT:
        raise NoAnswer(f"HTTP {status} to {call}")
    try:
        message = opened(answer.content)
    except Drift as error:
        if answer.is_success:
            raise NoAnswer(f"the answer to {call} is no JSON") from error
        message = None
    if answer.is_success:
        return Response(ok=True, message=message, content=answer.content)
    fault = message.get("error") if isinstance(message, dict) else None
    fault = fault if isinstance(fault, dict) else {}
    words = str(fault.get("message") or answer.text or f"HTTP {status}")[:_WORDS_MAX]
    return Response(
        ok=False, message=message, content=answer.content, words=words, code=str(fault.get("code") or f"HTTP-{status}")
    )
