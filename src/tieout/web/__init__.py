"""The workbench: server-rendered pages for the people who clear what did not tie out. Parses, calls, renders; no rules, no SQL."""
