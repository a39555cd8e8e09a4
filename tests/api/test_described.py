"""Whatever a signed-in person sends, the API answers as its description says, and never with a fault of ours.

The calls come from the description itself (schemathesis), into the real engine, in process.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.web.examples import Examples
from tieout import app
from tieout.config.table import read
from tieout.engine import application
from tieout.identity.models import User

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
TOKEN = "c" * 32


@pytest.fixture
def engine_behind(recording: object) -> Iterator[None]:
    """The real engine in place of the desk that only notes what it is asked."""
    before = list(application._open)
    app.open_application(read({}))
    yield
    application._open[:] = before


@pytest.mark.slow
def test_the_api_answers_as_it_is_described(analyst: User, examples: Examples, engine_behind: None) -> None:
    client = Client()
    client.force_login(analyst)
    session = client.cookies["sessionid"].value
    cookies = {"sessionid": session, "csrftoken": TOKEN}
    described = schemathesis.openapi.from_dict(client.get("/api/openapi.json").json())
    described.app = WSGIHandler()
    ids = {"case_id": str(examples.held), "claim_id": str(examples.claim), "document_id": str(examples.document_id)}
    tried: dict[str, set[int]] = {}
    for offered in described.get_all_operations():
        operation = offered.ok()
        statuses = tried.setdefault(operation.label, set())
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            _try(operation, mode, cookies=cookies, ids=ids, statuses=statuses)
    assert {status for statuses in tried.values() for status in statuses} >= {200, 404, 422}
    assert all(200 in statuses for label, statuses in tried.items() if label.startswith("GET ")), tried


def _try(
    operation: Any, mode: GenerationMode, *, cookies: dict[str, str], ids: dict[str, str], statuses: set[int]
) -> None:
    """Some calls of one operation: with ids that exist, and with ids that do not."""

    @settings(max_examples=6, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def calls(case: Any) -> None:
        for exists in (False, True):
            if exists and mode is GenerationMode.POSITIVE:
                case.path_parameters = {
                    **case.path_parameters,
                    **{k: v for k, v in ids.items() if k in case.path_parameters},
                }
            case.cookies = dict(cookies)
            case.headers = {**case.headers, "X-CSRFToken": TOKEN}
            response = case.call()
            statuses.add(response.status_code)
            case.validate_response(response, checks=CHECKS)

    with suppress(Unsatisfiable):  # a call that takes nothing has nothing wrong to send
        calls()


CALLS = [
    "claims?text=",
    "claims?status=",
    "claims?after=",
    "cases?queue=",
    "cases?code=",
    "cases?text=",
    "cases?after=",
]
TEXTS = ["\x00", "%", "\ud800", "99999999999999999999|1", "2026-01-01|x", "1|2|3|4|5", "-", "a" * 5000]


@pytest.mark.parametrize("call", CALLS)
def test_text_that_no_column_holds_is_a_question_like_any_other(analyst: User, examples: Examples, call: str) -> None:
    client = Client()
    client.force_login(analyst)
    for text in TEXTS:
        answer = client.get(f"/api/{call}{quote(text, errors='surrogatepass')}")
        assert answer.status_code in ({400} if text == "\x00" else {200, 422}), (text, answer.content)


@pytest.mark.parametrize("page", ["/queue/?text=", "/queue/?queue=", "/claims/?text=", "/claims/?group="])
def test_a_page_refuses_text_that_no_column_holds(analyst: User, examples: Examples, page: str) -> None:
    client = Client()
    client.force_login(analyst)
    assert client.get(f"{page}a%00b").status_code == 400
    assert client.get(f"{page}ab").status_code == 200


@pytest.mark.parametrize("text", ["\x00", "\ud800", "a" * 100_000])
def test_a_note_of_any_text_is_taken_or_refused(
    analyst: User, examples: Examples, engine_behind: None, text: str
) -> None:
    client = Client()
    client.force_login(analyst)
    body = json.dumps({"name": "note", "arguments": {"text": text}})
    answer = client.post(f"/api/cases/{examples.held}/commands", body, content_type="application/json")
    assert answer.status_code in {200, 400, 409, 422}, answer.content
