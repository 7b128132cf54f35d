"""Rendering: turn content into the bytes of a page."""
