"""A training before it begins, as plain values that can be sent to another process."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.sequences import Labelled
from explorer.training.learner import KINDS
from explorer.training.settings import Settings
from explorer.training.task import Task
from explorer.training.tasks import Classes, Forecast, Lines, make_task
from explorer.training.twins import Twins

_SLOWER = 8.0
"""How much longer a cell takes that PyTorch has no kernel for."""


@dataclass(frozen=True)
class Series:
    """A series, and how it is to be cut; see `Forecast`."""

    values: NDArray[np.float64]
    held_out: int
    period: int
    window: int
    horizon: int = 1
    name: str = "Your series"
    unit: str = ""

    def task(self) -> Forecast:
        """The forecast of it."""
        made = Forecast(self.values, self.held_out, self.period, self.window, self.horizon)
        made.title, made.unit = self.name, self.unit
        return made


@dataclass(frozen=True)
class Text:
    """Lines of which the next character is learned, or labelled ones of which the class is."""

    lines: tuple[str, ...] = ()
    labelled: tuple[Labelled, ...] = ()

    def task(self) -> Task:
        """The task of it."""
        return Classes(self.labelled) if self.labelled else Lines(self.lines)


@dataclass(frozen=True)
class Known:
    """One of the tasks that there are, by name."""

    name: str

    def task(self) -> Task:
        """The task."""
        return make_task(self.name)


@dataclass(frozen=True)
class Plan:
    """What is to be trained on what.

    Args:
        data: what is learned.
        kinds: names in `explorer.cells.CELLS`.
        seeds: a twin of each cell for each.
        settings: sizes, course and beginning.
    """

    data: Series | Text | Known
    kinds: tuple[str, ...]
    seeds: tuple[int, ...] = (0,)
    settings: Settings = Settings()  # noqa: RUF009 - frozen

    def twins(self) -> Twins:
        """The trainings, before their first step.

        Raises:
            ExplorerError: the data or the settings make none.
        """
        return Twins(self.settings.apply(self.data.task()), self.kinds, self.seeds, self.settings)

    @property
    def steps(self) -> int:
        """Updates of each twin."""
        return self.settings.steps or 600

    def work(self) -> float:
        """How much there is to do, in steps of a twin of PyTorch's cells."""
        return self.steps * len(self.seeds) * sum(1.0 if kind in KINDS else _SLOWER for kind in self.kinds)
