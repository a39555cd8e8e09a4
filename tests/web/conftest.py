"""Somebody signed in, a tenant to look at. What needs Django is imported inside: this file is read before it is set up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

if TYPE_CHECKING:
    from django.test import Client

    from tests.support.server import Database
    from tests.web.examples import Examples, RecordingApplication
    from tieout.identity.models import User


@pytest.fixture
def recording() -> Iterator[RecordingApplication]:
    """Stands in for the engine: pages are tested for what they ask, not for what comes of it."""
    from tests.web.examples import RecordingApplication
    from tieout.engine import application

    before = list(application._open)
    made = RecordingApplication()
    application.open_application(made)
    yield made
    application._open[:] = before


@pytest.fixture
def tenant(database: Database) -> str:
    """A tenant of the test's own."""
    return f"t-{uuid4().hex[:12]}"


@pytest.fixture
def analyst(tenant: str) -> User:
    """Somebody with all roles that have buttons."""
    from tests.web.examples import person

    return person(tenant, "ap_analyst", "approver", "controller")


@pytest.fixture
def browser(analyst: User) -> Client:
    """A client in which the analyst is signed in; CSRF is checked as in life."""
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(analyst)
    return client


@pytest.fixture
def examples(tenant: str, analyst: User, recording: RecordingApplication) -> Examples:
    """The filled tenant."""
    from tests.web.examples import fill

    return fill(tenant, analyst)
