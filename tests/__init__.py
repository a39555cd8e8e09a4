"""Tests of the house and its rooms."""
