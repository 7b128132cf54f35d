"""The template, the local newsroom and the command line: all code that is not a function."""
