"""A connector to a journal over HTTP, installed beside Tieout. See README.md."""
