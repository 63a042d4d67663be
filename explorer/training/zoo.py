"""The bundled models judged again, and the table of them."""

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from explorer.cells import CELLS
from explorer.errors import CheckpointError
from explorer.models.model.bundle import BUNDLED, read_card, read_model, read_weights
from explorer.places import ROOT
from explorer.training.card import judge, restored
from explorer.training.learner import KINDS, Learner
from explorer.training.metrics import metric_of
from explorer.training.task import Scores, Task
from explorer.training.tasks import TASKS, make_task

DOCUMENT = ROOT / "docs" / "zoo.md"


class Judged(NamedTuple):
    """One bundled model and its scores as computed just now."""

    name: str
    card: dict[str, Any]
    parameters: int
    scores: Scores

    @property
    def score(self) -> float:
        """The one that matters most."""
        return self.scores[self.card["metric"]]


def zoo_names(folder: Path = BUNDLED) -> tuple[str, ...]:
    """The models of a folder that were trained here, task by task, LSTM before GRU before RNN."""
    wanted = [f"{task}-{kind}" for task in TASKS for kind in KINDS]
    return tuple(name for name in wanted if (folder / f"{name}.json").exists())


def reload(name: str, folder: Path = BUNDLED) -> tuple[Task, Learner]:
    """A stored model as the network that was trained, and its task.

    Raises:
        CheckpointError: its files are missing or damaged, or disagree with each other or with the task.
    """
    card = read_card(folder, name)
    read_model(folder, name, card)
    task = _task(str(card.get("task")))
    try:
        return task, restored(task, card["kind"], read_weights(folder, name))
    except RuntimeError:
        raise CheckpointError(
            f"{name}.safetensors does not fit the task {card['task']!r}: train it again with "
            f"python -m explorer.training {card['task']} --cell {card['kind']}."
        ) from None


def judge_again(name: str, folder: Path = BUNDLED) -> Judged:
    """Reload one model and judge it on held-out data; raises as `reload` does."""
    task, learner = reload(name, folder)
    parameters = sum(weight.numel() for weight in learner.parameters())
    return Judged(name, read_card(folder, name), parameters, judge(task, learner))


def document(judged: list[Judged]) -> str:
    """The table of all models and what it says about the three cells, as Markdown."""
    by_task: dict[str, list[Judged]] = {}
    for one in judged:
        by_task.setdefault(one.card["task"], []).append(one)
    sections = [_section(members) for members in by_task.values()]
    complete = [members for members in by_task.values() if len(members) == len(KINDS)]
    verdicts = [_verdict(members) for members in complete]
    return "\n".join([_OPENING, *sections, "## Where the cells differ, and where they do not", "", *verdicts, ""])


def as_line(one: Judged) -> str:
    """One model's scores on one line."""
    return f"{one.name:24}" + "  ".join(f"{name} {value:.4g}" for name, value in one.scores.items())


def write_document(judged: list[Judged]) -> Path:
    """Write docs/zoo.md.

    Raises:
        CheckpointError: the file cannot be written.
    """
    try:
        DOCUMENT.parent.mkdir(exist_ok=True)
        DOCUMENT.write_text(document(judged), "utf-8")
    except OSError as reason:
        raise CheckpointError(f"{DOCUMENT} cannot be written ({reason.strerror}): free the file.") from None
    return DOCUMENT


_OPENING = """# The bundled models

Written by `python -m explorer.training evaluate`, which reloads every model and judges it on data it was not
trained on. The three cells of a task had the same sizes, data, seed and number of steps; LSTM, GRU and RNN are
reported as they came.

`python-chars` reads the standard library of the Python that runs, and the packages that are installed, so other
versions give slightly other figures. It was trained twice. First on the library alone, 7,500 steps; its seed is the
one of 0, 2 and 3 whose LSTM had the best unit for quotes on validation files (AUC 0.899, 0.928, 0.855; on the
held-out files 0.916, 0.967, 0.892), since one unit's score moves with the training far more than the loss does. That
LSTM had 1.186 nats on held-out files of the library, but 1.33 on jinja2, 1.32 on tornado, 1.81 on networkx and 1.95
on sympy. So it went on for 3,000 steps on the library and on eight packages, tests and all. The four named were
chosen before and never trained on; "other packages" is their mean. The LSTM has 1.25, 1.24, 1.58 and 1.85 on them
now, and on three more, looked at once: keras 1.36 (before: 1.71), dask 1.49 (1.77), scipy 1.69 (1.96). The price is
0.03 nats on the library. (The LSTM's learning rate fell as over 6,000 steps for the first 2,250 of the 3,000.)

`sentiment` is still no better than counting words. Naive Bayes here knows every word of the training part, and of the
pairs too; the networks know those that came twice, begin with what naive Bayes makes of each, and learn from ratings
rather than from the two answers. On the validation snippets, by which their settings were chosen, the LSTM has 0.825
and naive Bayes 0.802; on the held-out ones it is the other way round. Where order decides, `python-parts` shows what
a recurrent network is for: the same eight characters can stand in code, a string or a comment.
"""


def _section(members: list[Judged]) -> str:
    card = members[0].card
    names = list(members[0].scores)
    rows = [["model", "cells", "numbers", *names, "steps", "trained in"], ["---"] * (len(names) + 5)]
    rows += [_row(one, names) for one in members]
    table = "\n".join("| " + " | ".join(row) + " |" for row in rows)
    without = "; ".join(f"{name} {value:.4g}" for name, value in card["baselines"].items())
    title = card["title"].split(" · ")[0]
    closing = f"Without a network: {without}.\nData: {card['provenance']['data']}.\n"
    return f"## {title} (`{card['task']}`)\n\n{table}\n\n{closing}"


def _row(one: Judged, names: list[str]) -> list[str]:
    made = one.card["provenance"]
    scores = [f"{one.scores[name]:.4g}" for name in names]
    return [
        one.name,
        one.card["recurrent"],
        f"{one.parameters:,}",
        *scores,
        _steps(made),
        f"{made['wall_seconds']} s",
    ]


def _steps(made: dict[str, Any]) -> str:
    """The steps of a training, after those of the one that it went on from."""
    before = made.get("begun from")
    return f"{before['steps']:,} + {made['steps']:,}" if before else f"{made['steps']:,}"


def _verdict(members: list[Judged]) -> str:
    """What the figures say, from the figures alone."""
    task, metric = members[0].card["task"], members[0].card["metric"]
    ranked = sorted(members, key=lambda one: one.score, reverse=metric_of(metric).greater)
    order = ", ".join(f"{CELLS[one.card['kind']].title} {one.score:.4g}" for one in ranked)
    reading = _task(task).verdict({one.card["kind"]: one.score for one in members})
    return f"- **{task}** ({metric}, best first): {order}. {reading}"


@cache
def _task(name: str) -> Task:
    return make_task(name)
