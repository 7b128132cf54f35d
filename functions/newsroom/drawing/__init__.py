"""From values to the bytes of a page: what `rendering` draws with."""
