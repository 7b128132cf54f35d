"""The command line for editors and operators, `broadsheet`."""


class CannotDo(Exception):
    """The reason why a command failed, in one line that names the thing and says what to do.

    code: the exit code. 1: the newsroom refused the request. 2: the command line was wrong, or no newsroom
    answered.
    """

    def __init__(self, reason: str, code: int = 2) -> None:
        super().__init__(reason)
        self.code = code
