"""For load balancers and people: does it answer, and may it be given requests?"""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status

from tieout import __version__
from tieout.api.forms import Health
from tieout.store.answering import answers

router = Router(tags=["health"])


@router.get("", auth=None, response={200: Health, 503: Health})
def health(request: HttpRequest) -> Status[Health]:  # noqa: ARG001  the framework's own shape
    """Whether this process and its database answer; 503 where the database does not. Needs no sign-in and reveals nothing about any
    tenant. Restart a process only after several 503 in a row: an embedded database is back within seconds."""
    return _answer(database=answers())


@router.get("/ready", auth=None, response={200: Health, 503: Health})
def ready(request: HttpRequest) -> Status[Health]:  # noqa: ARG001
    """Whether requests may be sent here: the database answers, and its tables are those of this release; else 503."""
    database = answers()
    return _answer(database=database, tables=database and answers(of_this_release=True))


def _answer(*, database: bool, tables: bool | None = None) -> Status[Health]:
    fine = database and tables is not False
    body = Health(status="ok" if fine else "unavailable", version=__version__, database=database, tables=tables)
    return Status(200 if fine else 503, body)
