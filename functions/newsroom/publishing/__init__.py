"""The steps from a parsed upload to the rows of the table."""
