"""Validation of a paper's own templates and styles."""
