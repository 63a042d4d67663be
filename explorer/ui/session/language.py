"""The language of the interface."""


def say(words: str) -> str:
    """Words of the interface in the reader's language."""
    return words
