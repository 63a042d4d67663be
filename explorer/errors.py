"""The errors a caller can catch; every message says what came, what was expected and what to do."""


class ExplorerError(ValueError):
    """Base of every error that Gate Explorer raises on purpose."""


class ShapeError(ExplorerError):
    """An array has the wrong shape, or holds no usable numbers."""


class UnknownSignalError(ExplorerError):
    """A signal, layer, direction, unit or step does not exist in this model or trace."""


class EncodingError(ExplorerError):
    """What the user typed or uploaded cannot be turned into a sequence."""


class CheckpointError(ExplorerError):
    """A model file is missing, damaged, or not one that can be opened."""


class ClampError(ExplorerError):
    """A clamp names nothing that exists, or a value that cannot be held."""


class Cancelled(ExplorerError):  # noqa: N818 - being asked to stop is no error of anybody's
    """A long task was asked to stop before its end."""
