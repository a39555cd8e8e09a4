"""A case is one cause of one claim that did not tie out: decide, evolve, react, and the one table of what is lawful."""
