"""Scenarios: cases as text that a controller can read. One language for tests, demo, docs and policy regression."""
