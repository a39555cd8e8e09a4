"""Tieout: claims on money laid beside their evidence, checked by rules, posted once or opened as cases."""

__version__ = "0.1.0"
