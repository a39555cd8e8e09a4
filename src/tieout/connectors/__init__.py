"""Adapters: one folder per external system: what is read from it, what is written to it, and how both are mapped."""
