"""What may be chosen about a training, the same for every twin."""

from dataclasses import dataclass, fields, replace
from typing import Any

from explorer.errors import ArgumentError
from explorer.training.begin import Beginning
from explorer.training.task import Task

_BOUNDS: dict[str, tuple[float, float]] = {
    "hidden_size": (1, 256),
    "num_layers": (1, 4),
    "steps": (1, 20_000),
    "batch_size": (1, 256),
    "rate": (1e-6, 1_000.0),
    "clip": (1e-3, 1e6),
    "dropout": (0.0, 0.9),
    "bias": (-20.0, 20.0),
    "longest": (3, 10_000),
}


@dataclass(frozen=True)
class Settings:
    """Sizes, course and beginning of a training; None takes the task's own.

    Args:
        hidden_size, num_layers: of the recurrent layers.
        steps: updates of the weights.
        rate: Adam's learning rate at the start; it falls to a twentieth along a half cosine.
        batch_size: sequences an update, of tasks that let it be chosen.
        clip: the largest norm of the gradient.
        dropout: share of features dropped in training, after the last layer and between layers.
        bias: what the keep gates' biases sum to at the start, the "forget bias".
        longest: chrono initialisation for dependencies of up to so many steps, in place of a bias.

    Raises:
        ArgumentError: a number beyond its bounds.
    """

    hidden_size: int | None = None
    num_layers: int | None = None
    steps: int | None = None
    rate: float | None = None
    batch_size: int | None = None
    clip: float | None = None
    dropout: float | None = None
    bias: float | None = None
    longest: int | None = None

    def __post_init__(self) -> None:
        for name, (low, high) in _BOUNDS.items():
            value = getattr(self, name)
            if value is not None and not low <= value <= high:
                raise ArgumentError(f"{name} is {value:g}: give a number from {low:g} to {high:g}.")

    @property
    def beginning(self) -> Beginning:
        """How the keep gates begin."""
        return Beginning(self.bias, self.longest)

    def apply(self, task: Task) -> Task:
        """Give a task these sizes and this course, in place.

        Raises:
            ArgumentError: the task draws batches of a size of its own.
        """
        task.shape = replace(task.shape, **self._said("hidden_size", "num_layers", "dropout"))
        task.course = replace(task.course, **self._said("steps", "rate", "clip"))
        if self.batch_size is not None and self.batch_size != task.batch_size:
            if task.batch_size is None:
                raise ArgumentError(f"{task.title} draws batches of its own size: leave batch_size out.")
            task.batch_size = self.batch_size
        return task

    def given(self) -> dict[str, Any]:
        """Those that were chosen, by name."""
        return self._said(*(one.name for one in fields(self)))

    def as_arguments(self) -> str:
        """The same as they are written in a call, after another argument."""
        return "".join(f", {name}={value!r}" for name, value in self.given().items())

    def _said(self, *names: str) -> dict[str, Any]:
        return {name: getattr(self, name) for name in names if getattr(self, name) is not None}


def bounds(name: str) -> tuple[float, float]:
    """The least and the greatest value of one of the settings."""
    return _BOUNDS[name]
