"""Use cases over the adapters: read, decide, write. Two verbs, or a verb and the command line, share them."""
