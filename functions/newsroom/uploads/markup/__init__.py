"""The text of an upload: Markdown, HTML and plain copy to sanitised HTML."""
