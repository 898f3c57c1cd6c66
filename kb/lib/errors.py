"""Errors whose text is meant for the person in front of the screen."""


class RuleBrokenError(Exception):
    """A rule of the knowledge base says no; the message is what the user reads.

    A page answers 422 with it, the API 409.
    """
