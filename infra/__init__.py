"""The template, the laptop and the desk: everything that is not a function."""
