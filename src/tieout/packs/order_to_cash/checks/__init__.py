"""The checks of order to cash, one file a family of codes; each a pure function from a sheet to findings."""
