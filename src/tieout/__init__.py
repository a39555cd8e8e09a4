"""Tieout: claims on money matched against their evidence, checked by rules, posted once or opened as cases."""

__version__ = "0.1.0"
