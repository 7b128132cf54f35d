"""From a parsed upload to the rows of the table."""
