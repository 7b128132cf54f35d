"""The local newsroom: the local cloud, the template deployed to it, the site server, and the watched folder."""


class CannotRun(Exception):
    """The reason why the newsroom cannot run here, in one line that says what to do."""
