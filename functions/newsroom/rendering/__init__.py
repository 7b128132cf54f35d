"""From content to the bytes of a page."""
