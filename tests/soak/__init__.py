"""Long looks for faults: started by hand (`make fuzz`), not by `make test`."""
