"""What came of a training: every twin's weights, scores and forecasts, and the table that sets them side by side."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from explorer.cells import CELLS
from explorer.models import Model
from explorer.models.model.bundle import assemble
from explorer.signals import in_a_row
from explorer.training.metrics import metric_of
from explorer.training.task import Scores

Arrays = dict[str, NDArray[Any]]
_ONE_SEED = "One seed proves nothing: train with several to see which is best."


@dataclass(frozen=True, eq=False)
class Trained:
    """One twin at its end, or where it was stopped.

    Attributes:
        kind, seed: what it is.
        step, steps: updates done, and asked for.
        best_step: updates before the weights that are kept, those with the lowest validation loss.
        diverged: the step at which its loss was no number any more, or None.
        seconds: of a processor's time, in training.
        parameters: numbers that were learned, embedding and head too.
        scores: of the kept weights on held-out data.
        history: at each check ``step``, ``training_loss``, ``loss`` and ``score`` on validation, ``gradient``.
        weights: kept, by the names under which a bundled model stores them.
        card: what it says of itself.
        said: the held-out values as it forecasts them (held_out,), or None where there are no such.
        going_on: the same from its own guesses alone.
    """

    kind: str
    seed: int
    step: int
    steps: int
    best_step: int
    diverged: int | None
    seconds: float
    parameters: int
    scores: Scores
    history: tuple[Scores, ...]
    weights: Arrays
    card: Mapping[str, Any]
    said: NDArray[np.float64] | None = None
    going_on: NDArray[np.float64] | None = None

    @property
    def title(self) -> str:
        """``"LSTM"``."""
        return CELLS[self.kind].title

    def model(self, weights: Arrays | None = None, step: int | None = None) -> Model:
        """The network as every other room takes it.

        Args:
            weights: others of its film; by default those that are kept.
            step: the updates before them.
        """
        at = self.best_step if step is None else step
        return model_of(self.kind, self.card, weights or self.weights, at)


@dataclass(frozen=True, eq=False)
class Outcome:
    """Twins that were trained alike, beside what needs no network.

    Attributes:
        title, unit: of what was learned; ``""`` where numbers have no unit.
        metric: the score that matters most.
        baselines: the scores of answers without a network, by name.
        twins: seed by seed.
        films: by kind, the weights of the first seed's twin along its training, by step.
        shown: a sequence to watch the gates on, as `explorer.record` takes it.
        truth: the held-out values (held_out,), or None.
        guesses: what would be said of them without a network, by name.
        horizon: how many steps ahead forecasts lie.
        stopped: whether it was stopped before its end.
        notes: what must be said of the data.
    """

    title: str
    unit: str
    metric: str
    baselines: dict[str, Scores]
    twins: tuple[Trained, ...]
    films: dict[str, dict[int, Arrays]]
    shown: NDArray[Any]
    truth: NDArray[np.float64] | None = None
    guesses: Arrays = field(default_factory=dict)
    horizon: int = 1
    stopped: bool = False
    notes: tuple[str, ...] = ()

    @property
    def kinds(self) -> tuple[str, ...]:
        """The cells, in the order in which they were asked for."""
        return tuple(dict.fromkeys(one.kind for one in self.twins))

    def of(self, kind: str) -> list[Trained]:
        """The twins of one cell, seed by seed."""
        return [one for one in self.twins if one.kind == kind]

    @property
    def metrics(self) -> tuple[str, ...]:
        """The names of the scores."""
        return tuple(dict.fromkeys(name for one in self.twins for name in one.scores))

    def spread(self, kind: str, metric: str) -> tuple[float, float, float]:
        """Mean, least and greatest of a score over the seeds; NaN where one has none."""
        values = np.array([one.scores.get(metric, np.nan) for one in self.of(kind)])
        return float(values.mean()), float(values.min()), float(values.max())

    def verdict(self) -> str:
        """Which cell is best, where that can be said: only where the spreads over several seeds do not overlap."""
        if len(self.kinds) < 2:
            return self._beside(self.kinds[0])
        if len(self.of(self.kinds[0])) < 2:
            return _ONE_SEED
        spreads = {kind: self.spread(kind, self.metric) for kind in self.kinds}
        sign = self._sign
        worst = {kind: max(sign * low, sign * high) for kind, (_, low, high) in spreads.items()}
        best = {kind: min(sign * low, sign * high) for kind, (_, low, high) in spreads.items()}
        first = min(self.kinds, key=lambda kind: sign * spreads[kind][0])
        apart = all(worst[first] < best[other] for other in self.kinds if other != first)
        found = f"The {CELLS[first].title} is best: over {len(self.of(first))} seeds it lies apart from the rest. "
        return (found if apart else "None is best: over the seeds their spreads overlap. ") + self._beside(first)

    def troubles(self) -> list[str]:
        """What went wrong with whom, and what to do: a loss that is no number, scores worse than any plain guess."""
        said = [
            f"The {one.title}'s loss was no number any more at step {one.diverged}; its weights of step "
            f"{one.best_step} are kept: take a lower learning rate."
            for one in self.twins
            if one.diverged is not None
        ]
        behind = [] if self.stopped else [CELLS[kind].title for kind in self.kinds if self._is_behind(kind)]
        if behind:
            names = in_a_row(behind, "and")
            said.append(
                f"The {names} {'is' if len(behind) == 1 else 'are'} worse than every answer without a network: a lower "
                "learning rate, more steps or more data may help."
            )
        return list(dict.fromkeys(said))

    @property
    def _sign(self) -> int:
        """What a score is multiplied by, so that less is better."""
        return -1 if metric_of(self.metric).greater else 1

    def _is_behind(self, kind: str) -> bool:
        """Whether every answer without a network is better than the mean over the seeds, none of which ran away."""
        known = [scores[self.metric] for scores in self.baselines.values() if self.metric in scores]
        if not known or any(one.diverged is not None for one in self.of(kind)):
            return False
        sign = self._sign
        return not sign * self.spread(kind, self.metric)[0] <= max(sign * each for each in known)

    def _beside(self, kind: str) -> str:
        known = {name: scores[self.metric] for name, scores in self.baselines.items() if self.metric in scores}
        if not known:
            return ""
        sign = self._sign
        name = min(known, key=lambda one: sign * known[one])
        ours = self.spread(kind, self.metric)[0]
        word = "better" if sign * ours < sign * known[name] else "not better"
        return f"It is {word} than {name} ({written(known[name])})."

    def rows(self) -> list[dict[str, str]]:
        """The table: a row a cell, then a row for each answer without a network; numbers as `written`."""
        return [*(self._row(kind) for kind in self.kinds), *(self._guess(name) for name in self.baselines)]

    def _row(self, kind: str) -> dict[str, str]:
        ours = self.of(kind)
        cells = {"": CELLS[kind].title}
        for metric in self.metrics:
            mean, low, high = self.spread(kind, metric)
            cells[metric] = written(mean) if len(ours) == 1 else f"{written(mean)} ({written(low)} to {written(high)})"
        seconds = sum(one.seconds for one in ours) / len(ours)
        return cells | {"parameters": f"{ours[0].parameters:,}", "seconds": f"{seconds:.1f}"}

    def _guess(self, name: str) -> dict[str, str]:
        scores = self.baselines[name]
        cells = {metric: written(scores[metric]) if metric in scores else "" for metric in self.metrics}
        return {"": name, **cells, "parameters": "", "seconds": ""}


def model_of(kind: str, card: Mapping[str, Any], weights: Arrays, step: int) -> Model:
    """A twin at some step of its training as a model, called ``"my LSTM, step 600"``."""
    tensors = {name: torch.from_numpy(np.array(one)) for name, one in weights.items()}
    return assemble(f"my {CELLS[kind].title}, step {step}", card, tensors)


def written(value: float) -> str:
    """A score in four digits, ``"0.3931"``; ``"–"`` where it is no number."""
    return f"{value:#.4g}" if np.isfinite(value) else "–"
