"""Use cases over the adapters: read, decide, write. Several handlers, or a handler and the command line, share them."""
