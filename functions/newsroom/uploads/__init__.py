"""From the bytes of an upload to a parsed upload, with diagnostics by line and field."""
