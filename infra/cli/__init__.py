"""The desk: the editor's and operator's command line, `broadsheet`."""


class CannotDo(Exception):
    """Why the desk cannot do what was asked, in one line that names the thing and says what to do.

    code: what the program ends with. 1: the paper said no. 2: the question was wrong, or nobody was
    there to answer it.
    """

    def __init__(self, reason: str, code: int = 2) -> None:
        super().__init__(reason)
        self.code = code
