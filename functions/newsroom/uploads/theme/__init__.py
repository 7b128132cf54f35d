"""A paper's own templates and styles: what they may contain."""
