"""The Django app that owns the tables of the business: models, migrations, bulk paths, queries. The only SQL."""
