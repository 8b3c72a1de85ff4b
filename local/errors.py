"""What a command tells its user instead of a stack trace."""


class LocalError(Exception):
    """Something that the user or the template must mend; the message says what, in one piece."""
