"""The pure core: values in, values out.

It has no AWS, no clock, no environment, no randomness and no logger. It holds the newsroom's own rules
and knows nothing about where it runs. This package defines the nouns (article, comment, site, page, row)
and the decisions about them. Each subpackage has the rules of one area: `uploads` parses uploaded files,
`publishing` decides their rows, `rendering` renders pages, and `comments` handles readers' comments.
"""
