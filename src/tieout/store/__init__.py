"""The tables, and the only SQL: models, migrations, COPY paths and look-ups, each a function of a scope and values."""
