"""HTTP calls to the billing system: one call and its outcome. Nothing is retried here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx

from tieout.connectors.stripe_billing.shapes import API_VERSION
from tieout.core.values.sentence import Sentence
from tieout.formats.agreed_shape import Drift, opened

_SECONDS: Final = 20.0
_WORDS_MAX: Final = 300


class _Trouble(Exception):
    """A call without an answer; `message` says why."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Unreachable(_Trouble):
    """The billing system did not process the call: it cannot be reached, is busy, or rejects our key."""


class NoAnswer(_Trouble):
    """The outcome of the call is unknown: it timed out, the connection broke, or the billing system failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A response: `ok` with its content, or a refusal with the billing system's message."""

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
        """Closes its connections."""
        self._client.close()

    def get(self, path: str, **params: str | int) -> Response:
        """Read. Raises `Unreachable` or `NoAnswer`."""
        return self._call("GET", path, params=params)

    def post(self, path: str, **fields: str) -> Response:
        """Change something. Raises `Unreachable` (it was not done) or `NoAnswer` (look it up)."""
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
            raise Unreachable(Sentence("it cannot be reached: {reason}", reason=_words(error))) from error
        except httpx.HTTPError as error:
            raise NoAnswer(
                Sentence("no answer to {method} {path}: {reason}", method=method, path=path, reason=_words(error))
            ) from error
        return _response(answer, f"{method} {path}")


def _words(error: httpx.HTTPError | httpx.UnsupportedProtocol) -> str:
    return str(error) or type(error).__name__


def _response(answer: httpx.Response, call: str) -> Response:
    status = answer.status_code
    if status in {401, 403}:
        raise Unreachable(Sentence("it rejects our key (HTTP {status})", status=status))
    if status == httpx.codes.TOO_MANY_REQUESTS:
        raise Unreachable("too many requests (HTTP 429)")
    if status >= httpx.codes.INTERNAL_SERVER_ERROR or status == httpx.codes.CONFLICT:
        raise NoAnswer(Sentence("HTTP {status} to {call}", status=status, call=call))
    try:
        message = opened(answer.content)
    except Drift as error:
        if answer.is_success:
            raise NoAnswer(Sentence("the answer to {call} is no JSON", call=call)) from error
        message = None
    if answer.is_success:
        return Response(ok=True, message=message, content=answer.content)
    fault = message.get("error") if isinstance(message, dict) else None
    fault = fault if isinstance(fault, dict) else {}
    words = str(fault.get("message") or answer.text or f"HTTP {status}")[:_WORDS_MAX]
    return Response(
        ok=False, message=message, content=answer.content, words=words, code=str(fault.get("code") or f"HTTP-{status}")
    )
