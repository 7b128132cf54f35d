"""The laptop: the local cloud, the template deployed to it, the site's front, and the watched folder."""


class CannotRun(Exception):
    """Why the newsroom cannot run here, in one line that says what to do."""
