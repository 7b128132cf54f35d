"""The pure core: values in, values out.

No AWS, no clock, no environment, no randomness, no logger: what a newsroom knows about its own
work, and nothing about where it runs. Here are the nouns (article, comment, site, page, row) and
what is decided about them; `reading` is what `manuscript` reads uploads with, `drawing` what
`rendering` draws pages with, `discussing` what readers' comments go through.
"""
