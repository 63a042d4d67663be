"""What a trained network says of itself: the JSON beside its weights."""

import datetime
import platform
from typing import Any

import numpy
import torch
from torch import Tensor

from explorer.cells import CELLS
from explorer.training.fitting import Fitting, Weights
from explorer.training.learner import Learner
from explorer.training.task import Scores, Task

POINTS = 10


def stored(task: Task, weights: Weights) -> Weights:
    """The weights as they are written: in half precision where the task says so."""
    return {name: value.half() if task.course.half else value for name, value in weights.items()}


def restored(task: Task, kind: str, tensors: dict[str, Tensor]) -> Learner:
    """A network with the weights as they were written, ready to predict."""
    learner = Learner(kind, task.shape)
    learner.load_state_dict({name: value.float() for name, value in tensors.items()})
    return learner.eval()


def judge(task: Task, learner: Learner) -> Scores:
    """All scores of a network on held-out data."""
    return task.evaluate(learner.predict) | task.inside(learner)


def make_card(fitting: Fitting, metrics: Scores, command: str, name: str = "") -> dict[str, Any]:
    """Everything a page, a table or a reader wants to know of a bundled model.

    Args:
        fitting: the training, at its end.
        metrics: scores on held-out data of the weights as they are written.
        command: what was typed.
        name: of the model, where it is not the task's and the cell's.
    """
    task, kind = fitting.task, fitting.kind
    card: dict[str, Any] = {
        "task": task.name,
        "title": f"{task.title} · {CELLS[kind].title}{f', {name}' * bool(name)}",
        "kind": kind,
        "cell": CELLS[kind].stated(fitting.learner.rnn),
        "recurrent": task.shape.words,
        "learned": task.learned,
        "question": task.question,
        "input": task.reading,
        "unit": task.unit,
        "examples": [dict(one) for one in task.examples],
        "trained_length": task.trained_length,
    }
    if task.trained_depth is not None:
        card["trained_depth"] = task.trained_depth
    if task.scaling is not None:
        card["scaling"] = {"offset": task.scaling.offset, "scale": task.scaling.scale}
    if task.vocabulary is not None:
        card["vocabulary"] = task.vocabulary.to_dict()
    return card | {
        "head": task.readout,
        "metric": task.metric,
        "metrics": _rounded(metrics),
        "baselines": _rounded(task.baselines),
        "history": _milestones(fitting.history),
        "provenance": _provenance(fitting, command),
    }


def _provenance(fitting: Fitting, command: str) -> dict[str, Any]:
    return {
        "command": command,
        **({"begun from": fitting.begun} if fitting.begun else {}),
        "seed": fitting.seed,
        "steps": fitting.step,
        "versions": {"python": platform.python_version(), "torch": torch.__version__, "numpy": numpy.__version__},
        "data": fitting.task.source,
        "wall_seconds": round(fitting.seconds),
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
    }


def _milestones(history: list[Scores]) -> list[Scores]:
    """About ten checks, the last among them."""
    every = max(1, len(history) // POINTS)
    picked = history[::-1][::every][::-1]
    return [
        {"step": int(one["step"]), "loss": round(one["loss"], 5), "metric": round(one["score"], 5)} for one in picked
    ]


def _rounded(scores: Scores) -> Scores:
    return {name: float(f"{value:.6g}") for name, value in scores.items()}
