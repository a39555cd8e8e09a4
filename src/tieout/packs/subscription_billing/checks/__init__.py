"""The checks of billing runs, subscriptions, amendments and unmapped usage: one file a family, each a pure function."""
