"""The tasks: one file each, and one line here."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from explorer.errors import ExplorerError
from explorer.sequences import Encoded
from explorer.training.task import Answers, Task
from explorer.training.tasks.adding import Adding
from explorer.training.tasks.anbn import CountAndCompare
from explorer.training.tasks.brackets import Brackets
from explorer.training.tasks.classes import Classes
from explorer.training.tasks.forecast import Forecast
from explorer.training.tasks.lines import Lines
from explorer.training.tasks.python_chars import PythonCharacters
from explorer.training.tasks.python_parts import PythonParts
from explorer.training.tasks.recall import Recall
from explorer.training.tasks.sentiment import Sentiment
from explorer.training.tasks.shakespeare import Shakespeare
from explorer.training.tasks.sine import Sine
from explorer.training.tasks.sst import SeaSurface

TASKS: dict[str, type[Task]] = {
    one.name: one
    for one in (
        Brackets,
        PythonParts,
        PythonCharacters,
        Shakespeare,
        Sentiment,
        SeaSurface,
        Sine,
        Adding,
        Recall,
        CountAndCompare,
    )
}
"""The tasks in the order of the menu."""


def task_of(card: Mapping[str, Any]) -> type[Task]:
    """The task that a model's card names; `Task` itself, of which nothing is known, where it names none of these."""
    known: dict[str, type[Task]] = {Forecast.name: Forecast, Lines.name: Lines, **TASKS}
    return known.get(str(card.get("task")), Task)


def right_answers(card: Mapping[str, Any], encoded: Encoded) -> Answers | None:
    """The right answer after each step as the task of a model's card knows it; None where it knows none at all."""
    answers = task_of(card).answers(encoded)
    return answers if answers is not None and np.isfinite(answers).any() else None


def make_task(name: str) -> Task:
    """The task of that name.

    Raises:
        ExplorerError: there is none.
    """
    if name not in TASKS:
        raise ExplorerError(f"There is no task {name!r}: choose one of {', '.join(TASKS)}.")
    return TASKS[name]()


__all__ = ["TASKS", "Classes", "Forecast", "Lines", "make_task", "right_answers", "task_of"]
