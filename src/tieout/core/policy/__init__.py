"""Policy as data: facts, tolerances, rules, versions with a date."""
