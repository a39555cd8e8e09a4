"""Tying out: keys, dossiers, the evidence index, verdicts, worksheets, and what a pack is."""
