"""Adapters: models and prompts. A dossier and its findings go in, a suggestion comes out; never an input of a check."""
