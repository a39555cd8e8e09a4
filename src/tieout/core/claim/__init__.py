"""The life of a claim: received, tied out as often as the evidence changes, posted once."""
