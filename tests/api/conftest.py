"""The same people and books as the pages have."""

from tests.web.conftest import analyst, recording, shelf, tenant

__all__ = ["analyst", "recording", "shelf", "tenant"]
