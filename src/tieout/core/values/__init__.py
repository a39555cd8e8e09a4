"""Values: money, quantities, units, parties, ids, time, scope and the kernel's errors."""
