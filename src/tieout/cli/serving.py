"""Serve the web interface and the API from this process, on the loopback address unless configured otherwise."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tieout.config.errors import CannotRunError
from tieout.wording.catalogue import text

if TYPE_CHECKING:
    from tieout.config.table import Settings


def serve(settings: Settings, *, port: int, say: Callable[[str], None]) -> None:
    """Answer until interrupted. Says the address once it is open. Needs `booted`."""
    from django.core.wsgi import get_wsgi_application
    from waitress.server import create_server

    from tieout.app import open_application

    open_application(settings)
    # a proxy is trusted only where the settings say that there is one
    proxied: dict[str, Any] = {
        "trusted_proxy": "127.0.0.1",
        "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
    }
    with _listening(settings.http_address, port) as listening:
        server = create_server(
            get_wsgi_application(),
            sockets=[listening],
            threads=settings.http_threads,
            ident="",
            clear_untrusted_proxy_headers=True,
            **(proxied if settings.https else {}),
        )
        address = f"http://{settings.http_address}:{listening.getsockname()[1]}/"
        say(text("The web interface is at {address}", address=address))
        try:
            server.run()
        finally:
            server.close()


def _listening(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        return socket.create_server((address, port), family=family)
    except (OSError, OverflowError) as error:
        raise CannotRunError(
            "{address}:{port} cannot be opened: {error}. Set TIEOUT_HTTP_PORT to another port.",
            address=address,
            port=port,
            error=error,
        ) from error
