"""Findings: exception codes, their words, precedence, resolutions and acceptances."""
