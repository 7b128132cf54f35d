"""The pure core: values in, values out.

No AWS, no clock, no environment, no randomness, no logger: what a newsroom knows about its own
work, and nothing about where it runs.
"""
