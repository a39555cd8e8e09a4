"""For load balancers and people: does it answer?"""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router

from tieout import __version__
from tieout.api.forms import Health

router = Router(tags=["health"])


@router.get("", auth=None, response=Health)
def health(request: HttpRequest) -> Health:  # noqa: ARG001  the framework's own shape
    """Whether this process answers. Needs no sign-in and reveals nothing about any tenant."""
    return Health(status="ok", version=__version__)
