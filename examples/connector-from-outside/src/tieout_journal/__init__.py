"""A connector to a journal over HTTP, in a package of its own. See README.md."""
