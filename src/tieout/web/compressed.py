"""Style sheets and scripts go out compressed. Pages do not: what they hold beside a secret must not show in their size."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.templatetags.static import PrefixNode


class CompressedFiles(GZipMiddleware):
    """Django's own compression, for the static files alone."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """The static file compressed, where the browser takes that; any other answer as it is."""
        whole = request.path.startswith(PrefixNode.handle_simple("STATIC_URL")) and response.status_code == 200
        return super().process_response(request, response) if whole else response
