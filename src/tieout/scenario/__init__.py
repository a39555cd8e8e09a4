"""Scenarios: cases as text that a controller can read aloud. One language for tests, demo, docs and policy regression."""
