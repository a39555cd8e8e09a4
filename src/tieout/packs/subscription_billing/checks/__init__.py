"""The checks of billing runs, subscriptions, amendments and usage of nobody: one file a family, each a pure function."""
