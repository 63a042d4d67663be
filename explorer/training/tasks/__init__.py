"""The tasks: one file each, and one line here."""

from explorer.errors import ExplorerError
from explorer.training.task import Task
from explorer.training.tasks.adding import Adding
from explorer.training.tasks.anbn import CountAndCompare
from explorer.training.tasks.brackets import Brackets
from explorer.training.tasks.classes import Classes
from explorer.training.tasks.forecast import Forecast
from explorer.training.tasks.lines import Lines
from explorer.training.tasks.python_chars import PythonCharacters
from explorer.training.tasks.recall import Recall
from explorer.training.tasks.sentiment import Sentiment
from explorer.training.tasks.shakespeare import Shakespeare
from explorer.training.tasks.sine import Sine
from explorer.training.tasks.sst import SeaSurface

TASKS: dict[str, type[Task]] = {
    "brackets": Brackets,
    "sst": SeaSurface,
    "sine": Sine,
    "adding": Adding,
    "recall": Recall,
    "anbn": CountAndCompare,
    "sentiment": Sentiment,
    "python-chars": PythonCharacters,
    "shakespeare-chars": Shakespeare,
}


def make_task(name: str) -> Task:
    """The task of that name.

    Raises:
        ExplorerError: there is none.
    """
    if name not in TASKS:
        raise ExplorerError(f"There is no task {name!r}: choose one of {', '.join(TASKS)}.")
    return TASKS[name]()


__all__ = ["TASKS", "Classes", "Forecast", "Lines", "make_task"]
