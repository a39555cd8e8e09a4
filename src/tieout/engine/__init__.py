"""The write path: receive, tie out, submit, perform, due, rebuild. One transaction a command or a batch."""
