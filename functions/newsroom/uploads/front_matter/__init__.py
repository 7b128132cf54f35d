"""Front matter: where it stands, in which format, and the fields that decide when a text is public."""
