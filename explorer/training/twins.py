"""Twins: networks that differ in their cell alone, trained side by side on the same data."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from explorer.errors import ArgumentError
from explorer.training.fitting import Fitting, Weights
from explorer.training.folder import frame_steps
from explorer.training.learner import KINDS
from explorer.training.settings import Settings
from explorer.training.task import Scores, Task

FRAMES = 60
_MOST_KINDS, _MOST_SEEDS = 8, 10
_MOST_FILM, _MOST_ACTIVATIONS, _MOST_PARAMETERS = 6_000_000, 60_000_000, 600_000


@dataclass(frozen=True)
class Step:
    """One update of one twin.

    Attributes:
        kind, seed: of the twin.
        step, steps: updates done, and in all.
        checked: losses, score and gradient's norm where it was judged; else None.
        weights: as they are then, where it was judged.
    """

    kind: str
    seed: int
    step: int
    steps: int
    checked: Scores | None = None
    weights: Weights | None = None


class Twins:
    """Trainings of several cells on the same data, with the same sizes, seeds and steps, taking turns.

    Iterating goes on wherever they are; it may be left at any step. Seed follows seed, and within one the cells take
    turns, so that losses can be compared as they come. Of the first seed a film is kept: the weights at steps that
    lie closer together at the start.

    Args:
        task: what to learn, its sizes and course already as they are to be (`Settings.apply`).
        kinds: names in `explorer.cells.CELLS`.
        seeds: of weights and data.
        settings: how the keep gates begin; what was applied to the task.

    Raises:
        ArgumentError: no cell, one twice, or more than memory is meant for.
    """

    def __init__(
        self,
        task: Task,
        kinds: Sequence[str] = tuple(KINDS),
        seeds: Sequence[int] = (0,),
        settings: Settings = Settings(),  # noqa: B008 - frozen
    ) -> None:
        self.task, self.kinds, self.seeds, self.settings = task, tuple(kinds), tuple(seeds), settings
        _check(task, self.kinds, self.seeds)
        self.fittings = {
            (kind, seed): Fitting(task, kind, seed, beginning=settings.beginning) for seed in seeds for kind in kinds
        }
        self.film: dict[str, dict[int, Weights]] = {kind: {} for kind in kinds}
        self._frames = frame_steps(
            task.course.steps, _frames(one for one in self.fittings.values() if one.seed == self.seeds[0])
        )
        for kind in kinds:
            self._keep(self.fittings[kind, self.seeds[0]])

    def __iter__(self) -> Iterator[Step]:
        for seed in self.seeds:
            turns = [self.fittings[kind, seed] for kind in self.kinds]
            while any(not one.done for one in turns):
                for one in turns:
                    yield from self._turn(one)

    def _turn(self, fitting: Fitting) -> Iterator[Step]:
        """Up to the next time it is judged."""
        began = time.thread_time()
        for progress in fitting:
            fitting.seconds += time.thread_time() - began
            self._keep(fitting)
            judged = None if progress.checked is None else fitting.weights()
            yield Step(fitting.kind, fitting.seed, progress.step, progress.steps, progress.checked, judged)
            began = time.thread_time()
            if progress.checked is not None:
                return

    def _keep(self, fitting: Fitting) -> None:
        """A frame of the film where it is time for one."""
        if fitting.seed == self.seeds[0] and fitting.step in self._frames:
            self.film[fitting.kind][fitting.step] = fitting.weights()

    @property
    def done(self) -> bool:
        """Whether every twin has come to its end."""
        return all(one.done for one in self.fittings.values())

    def settle(self) -> None:
        """Judge what was left between two checks, so that it can be told how far it came."""
        for one in self.fittings.values():
            if one.step and (not one.history or one.history[-1]["step"] != one.step):
                one.check()

    def state_dict(self) -> dict[str, Any]:
        """Everything needed to go on later as if nothing had happened."""
        return {"film": self.film, "fittings": {key: one.state_dict() for key, one in self.fittings.items()}}

    def load_state_dict(self, saved: Mapping[str, Any]) -> None:
        """Go on from what `state_dict` gave; of the same task, cells and seeds."""
        self.film = saved["film"]
        for key, one in self.fittings.items():
            one.load_state_dict(saved["fittings"][key])


def _frames(fittings: Iterable[Fitting]) -> int:
    """How many frames of each cell's film memory is meant for."""
    sizes = [sum(one.numel() for one in each.learner.parameters()) for each in fittings]
    if max(sizes) > _MOST_PARAMETERS:
        raise ArgumentError(
            f"One of these networks would have {max(sizes):,} parameters and the most is {_MOST_PARAMETERS:,}: take "
            "fewer units or layers."
        )
    return max(8, min(FRAMES, _MOST_FILM // sum(sizes)))


def _check(task: Task, kinds: tuple[str, ...], seeds: tuple[int, ...]) -> None:
    for what, given, most in (("cell", kinds, _MOST_KINDS), ("seed", seeds, _MOST_SEEDS)):
        if not 1 <= len(given) <= most or len(set(given)) < len(given):
            raise ArgumentError(f"{len(given)} {what}s came: give 1 to {most} different ones.")
    shape, inputs = task.shape, task.batch(0, 0).inputs
    held = inputs.shape[0] * inputs.shape[1] * shape.hidden_size * shape.num_layers * (1 + shape.bidirectional) * 12
    if held > _MOST_ACTIVATIONS:
        raise ArgumentError(
            f"Each update would hold {held / 1e6:,.0f} million numbers and the most is {_MOST_ACTIVATIONS / 1e6:.0f}: "
            "take fewer units or layers, shorter windows or smaller batches."
        )
