"""Employee expenses: what people spent on the road, tied out against the company card and the daily limits."""
