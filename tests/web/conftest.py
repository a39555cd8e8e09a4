"""Somebody signed in, a tenant to look at. What needs Django is imported inside: this file is read before it is set up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

if TYPE_CHECKING:
    from django.test import Client

    from tests.support.server import Database
    from tests.web.shelf import RecordingDesk, Shelf
    from tieout.identity.models import User


@pytest.fixture
def recording() -> Iterator[RecordingDesk]:
    """Stands in for the engine: pages are tested for what they ask, not for what comes of it."""
    from tests.web.shelf import RecordingDesk
    from tieout.engine import desk

    before = list(desk._open)
    made = RecordingDesk()
    desk.open_desk(made)
    yield made
    desk._open[:] = before


@pytest.fixture
def tenant(database: Database) -> str:
    """A tenant of the test's own."""
    return f"t-{uuid4().hex[:12]}"


@pytest.fixture
def analyst(tenant: str) -> User:
    """Somebody with all roles that have buttons."""
    from tests.web.shelf import person

    return person(tenant, "ap_analyst", "approver", "controller")


@pytest.fixture
def browser(analyst: User) -> Client:
    """A client in which the analyst is signed in; CSRF is checked as in life."""
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(analyst)
    return client


@pytest.fixture
def shelf(tenant: str, analyst: User, recording: RecordingDesk) -> Shelf:
    """The filled tenant."""
    from tests.web.shelf import fill

    return fill(tenant, analyst)
