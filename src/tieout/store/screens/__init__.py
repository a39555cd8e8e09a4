"""What pages and calls read: one function a screen, scope first, plain values back. Nothing here writes."""
