"""Employee expenses: travel expenses, tied out against the company card and the daily limits."""
