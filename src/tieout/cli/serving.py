"""Serve the workbench and the API from this process, on the loopback unless told otherwise."""

from __future__ import annotations

import errno
from collections.abc import Callable
from typing import TYPE_CHECKING

from tieout.config.errors import CannotRunError

if TYPE_CHECKING:
    from tieout.config.table import Settings


def serve(settings: Settings, *, port: int, say: Callable[[str], None]) -> None:
    """Answer until interrupted. Says the address once it is open. Needs `booted`."""
    from django.core.wsgi import get_wsgi_application
    from waitress.server import create_server

    try:
        server = create_server(
            get_wsgi_application(),
            host=settings.http_address,
            port=port,
            threads=settings.http_threads,
            ident="",
            # a proxy is believed only where the installation says that there is one
            trusted_proxy="127.0.0.1" if settings.https else None,
            trusted_proxy_headers={"x-forwarded-for", "x-forwarded-proto"} if settings.https else None,
            clear_untrusted_proxy_headers=True,
        )
    except OSError as error:
        if error.errno not in {errno.EADDRINUSE, errno.EACCES, errno.EADDRNOTAVAIL}:
            raise
        raise CannotRunError(
            f"{settings.http_address}:{port} cannot be opened: {error.strerror}. Set TIEOUT_HTTP_PORT to another port."
        ) from error
    say(f"The workbench is at http://{settings.http_address}:{server.effective_port}/")
    try:
        server.run()
    finally:
        server.close()
