"""Door: processes that take tasks from queues and call the engine."""
