"""The same people and books as the pages have."""

from tests.web.conftest import analyst, examples, recording, tenant

__all__ = ["analyst", "examples", "recording", "tenant"]
