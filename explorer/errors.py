"""The errors a caller can catch; every message says what came, what was expected and what to do."""

LONGEST = 300


class ExplorerError(ValueError):
    """Base of every error that Gate Explorer raises on purpose; a long message is cut in its middle.

    Args:
        message: what came, what was expected, what to do.
    """

    def __init__(self, message: str = "") -> None:
        text = str(message)
        super().__init__(text if len(text) < LONGEST else f"{text[:180]}…{text[-110:]}")


class ShapeError(ExplorerError):
    """An array has the wrong shape, or holds no usable numbers."""


class UnknownSignalError(ExplorerError):
    """A signal, layer, direction, unit or step does not exist in this model or trace."""


class EncodingError(ExplorerError):
    """What the user typed or uploaded cannot be turned into a sequence."""


class LengthError(EncodingError):
    """A sequence has more steps, or its record more numbers, than one run may have."""


class CheckpointError(ExplorerError):
    """A model file is missing, damaged, or not one that can be opened."""


class ClampError(ExplorerError):
    """A clamp names nothing that exists, or a value that cannot be held."""


class ArgumentError(ExplorerError):
    """An argument is of a kind that the function does not take, or several do not belong together."""


class LessonError(ExplorerError):
    """A lesson's file is not one that can be read, or its question cannot be asked of what is on screen."""


class Cancelled(ExplorerError):  # noqa: N818 - being asked to stop is no error of anybody's
    """A long task was asked to stop before its end."""
