"""Audit: the hash chain of events and the seals over it."""
