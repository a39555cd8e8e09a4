"""The outbox: actions that an external system does once, their outcomes, and the queues that they wait in."""
