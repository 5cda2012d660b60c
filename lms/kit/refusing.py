"""Refusing a stranger's file as a whole."""


class CannotRead(Exception):
    """The file as a whole is refused. Carries `reason`, a sentence, and `line`, 0 where none is known."""

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(reason)
        self.reason, self.line = reason, line
