"""From the bytes of an upload to checked values: what `manuscript` reads with."""
