"""What the kernel raises. Documents that disagree are findings and are never raised; these are the rest."""


class Refused(Exception):
    """A command that may not be done now, or not by this actor. `code` is stable, `message` is for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class Malformed(ValueError):
    """A value that cannot be read. `where` names the place, `remedy` what the sender can do."""

    def __init__(self, message: str, *, where: str = "", remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.remedy = remedy
