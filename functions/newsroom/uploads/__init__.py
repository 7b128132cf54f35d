"""Uploads: the bytes of an uploaded file are parsed, and every problem is reported by line and field."""
