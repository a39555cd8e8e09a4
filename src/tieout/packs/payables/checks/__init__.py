"""The checks of payables, one file a family of codes; each a pure function from sheet to findings."""
