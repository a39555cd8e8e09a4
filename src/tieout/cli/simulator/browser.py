"""A person's browser: requests to the product's own WSGI application, in this process and in the caller's turn, with cookies and CSRF."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http.cookies import SimpleCookie
from io import BytesIO
from typing import Any, Final
from urllib.parse import urlencode

from django.core.handlers.wsgi import WSGIHandler

from tieout.core.case.commands import NAMES, Command
from tieout.formats import canonical_json
from tieout.identity.links import make_link
from tieout.identity.people import person
from tieout.store.interposed import Lost

_BOUNDARY: Final = "simulated"
_HOST: Final = "127.0.0.1"


class NoAnswerError(Exception):
    """The server answered that it could not, because a call of its own was broken by the simulation: nobody knows what was done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """An answer. `at` is where it sends the browser, "" where nowhere."""

    status: int
    body: bytes
    at: str = ""

    def json(self) -> Any:
        """What it says. Raises `ValueError`."""
        return json.loads(self.body)


class _Raised(threading.local):
    """What a request of this thread raised inside the application."""

    def __init__(self) -> None:
        self.errors: list[BaseException] = []


_raised: Final = _Raised()


def note_error(**_: Any) -> None:
    """Keeps what a request of this thread raised, for its browser."""
    error = sys.exc_info()[1]
    if error is not None:
        _raised.errors.append(error)


@dataclass(slots=True, kw_only=True)
class Browser:
    """One person's. `name` is their user name, `clock` the server's."""

    name: str
    clock: Callable[[], datetime]
    cookies: dict[str, str] = field(default_factory=dict)
    _application: Any = field(default_factory=WSGIHandler)

    def signed_in(self) -> None:
        """Signs in by a one-time link, unless that has been done. Raises `NoAnswerError`."""
        if "sessionid" in self.cookies:
            return
        link = f"/enter/{make_link(person(self.name), at=self.clock(), minutes=60)}"
        self.ask("GET", link)
        page = self.post_form(link, {})
        assert page.status == 302, f"{self.name} is not let in: {page.status}"

    def ask(self, method: str, path: str, body: bytes = b"", media_type: str = "") -> Page:
        """One request. Raises `NoAnswerError`, and whatever the application raised that was not wanted by the simulation."""
        path, _, query = path.partition("?")
        kept: list[Any] = []
        environ = {
            "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "SCRIPT_NAME": "", "SERVER_NAME": _HOST,
            "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": _HOST, "REMOTE_ADDR": _HOST, "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": media_type, "HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "HTTP_X_CSRFTOKEN": self.cookies.get("csrftoken", ""), "HTTP_ACCEPT_LANGUAGE": "en", "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http", "wsgi.input": BytesIO(body), "wsgi.errors": BytesIO(), "wsgi.multithread": True,
            "wsgi.multiprocess": False, "wsgi.run_once": False,
        }  # fmt: skip
        _raised.errors.clear()
        answer = self._application(environ, lambda status, headers, _error=None: kept.extend((status, headers)))
        try:
            content = b"".join(answer)
        finally:
            answer.close()
        return self._page(kept[0], kept[1], content)

    def post_form(self, path: str, fields: Mapping[str, str]) -> Page:
        """A form of a page, sent."""
        return self.ask("POST", path, urlencode(fields).encode(), "application/x-www-form-urlencoded")

    def post_json(self, path: str, value: object) -> Page:
        """A call of the API."""
        return self.ask("POST", path, json.dumps(value).encode(), "application/json")

    def upload(self, files: Iterable[tuple[str, bytes]]) -> Page:
        """Files for the API's door."""
        parts = [
            f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'.encode()
            + content
            + b"\r\n"
            for name, content in files
        ]
        body = b"".join(parts) + f"--{_BOUNDARY}--\r\n".encode()
        return self.ask("POST", "/api/files", body, f"multipart/form-data; boundary={_BOUNDARY}")

    def command(self, case: str, command: Command, seen: int | None) -> Page:
        """A command on a case."""
        asked = {"name": NAMES[type(command)], "arguments": json.loads(canonical_json.encode(command)), "seen": seen}
        return self.post_json(f"/api/cases/{case}/commands", asked)

    def _page(self, status: str, headers: Iterable[tuple[str, str]], content: bytes) -> Page:
        at = ""
        for name, value in headers:
            if name.lower() == "set-cookie":
                self.cookies |= {key: morsel.value for key, morsel in SimpleCookie(value).items()}
            if name.lower() == "location":
                at = value
        for error in _raised.errors:
            if not isinstance(error.__cause__ or error, Lost):
                raise error
        code = int(status.partition(" ")[0])
        if code >= 500:
            raise NoAnswerError(status)
        return Page(status=code, body=content, at=at)
