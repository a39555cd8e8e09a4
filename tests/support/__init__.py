"""Shared support of the tests."""
