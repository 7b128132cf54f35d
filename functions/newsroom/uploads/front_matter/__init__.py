"""Front matter: its place, its format, and the fields that decide when a text is public."""
