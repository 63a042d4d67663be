"""Gate surgery on the bundled models: whether the presets of the Compare page break what theory says they break.

Every score is that of the task's own held-out data, the whole network run with the gate held.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from explorer.models import list_models, load_card, load_model
from explorer.models.run.clamp import Clamp, Held
from explorer.models.run.coupling import Coupling
from explorer.models.run.sweep import held_batch
from explorer.training import make_task

KINDS = ("lstm", "gru", "rnn")


@dataclass(frozen=True)
class Surgery:
    """One preset: its words, what is held, and what theory says of a task that needs memory."""

    words: str
    clamps: tuple[Held, ...]
    forgets: bool
    why: str


SURGERIES: dict[str, tuple[Surgery, ...]] = {
    "lstm": (
        Surgery("forget = 0", (Clamp("forget", 0.0),), True, "the cell keeps one step"),
        Surgery("input = 0", (Clamp("input", 0.0),), True, "nothing is ever written"),
        Surgery("output = 0", (Clamp("output", 0.0),), True, "nothing is ever shown"),
        Surgery("forget = 1, as in 1997", (Clamp("forget", 1.0),), False, "nothing is erased"),
        Surgery("input = 1 − forget", (Coupling(),), False, "what is kept is not written over"),
    ),
    "gru": (
        Surgery("update = 1", (Clamp("update", 1.0),), True, "the state never leaves 0"),
        Surgery("update = 0", (Clamp("update", 0.0),), False, "only the new content, through the reset gate, recalls"),
        Surgery("reset = 0", (Clamp("reset", 0.0),), False, "the state is kept, but what is new cannot see it"),
    ),
    "rnn": (Surgery("hidden = 0", (Clamp("hidden", 0.0),), True, "nothing is passed on"),),
}


@dataclass(frozen=True)
class Judge:
    """How a task tells that its memory is gone.

    Attributes:
        score: the score's name.
        chance: an answer that remembers nothing, in words; a baseline of the models' cards where there is one.
        bound: the score from which on nothing is remembered, given that baseline.
        greater: whether a greater score is the better one.
    """

    score: str
    chance: str
    bound: Callable[[float], float]
    greater: bool = True

    def baseline(self, card: Mapping[str, Any]) -> float | None:
        """The score of that answer, as the card has it."""
        return card["baselines"].get(self.chance)

    def broken(self, score: float, card: Mapping[str, Any]) -> bool:
        """Whether a score is no better than an answer that remembers nothing."""
        bound = self.bound(self.baseline(card) or 0.0)
        return score <= bound if self.greater else score >= bound


JUDGES = {
    # Of 2,000 guesses among eight no more than 4 standard deviations above an eighth are right by luck.
    "recall": Judge(
        "accuracy", "guessing, accuracy", lambda chance: chance + 4 * (chance * (1 - chance) / 2000) ** 0.5
    ),
    "adding": Judge("mse", "guessing the mean", lambda chance: 0.95 * chance, greater=False),
    "anbn": Judge("right up to n", "one answer for all, right for n = 1 at most", lambda _: 1.0),
    "brackets": Judge("accuracy", "the last opener seen", lambda chance: chance),
}


def scores(name: str, surgery: Surgery | None) -> dict[str, float]:
    """A bundled model's scores on its held-out data while something is held."""
    model = load_model(name)
    task = make_task(str(model.card["task"]))
    clamps: Sequence[Held] = surgery.clamps if surgery else ()
    return task.evaluate(lambda inputs: held_batch(model, inputs, clamps))


def section() -> str:
    """What each preset does to each task and cell, as Markdown."""
    tables = [_table(task, judge) for task, judge in JUDGES.items()]
    return "\n\n".join([_OPENING, *tables])


SECTIONS: tuple[Callable[[], str], ...] = (section,)

_OPENING = """## Gate surgery breaks what theory says

Each preset of the Compare page, held at every step of every held-out sequence of the task. *At chance* means: no
better than an answer that remembers nothing. Theory demands it where a preset leaves no way to carry anything; where
it only changes the carrying, the score says how much the network relied on it."""


def _table(task: str, judge: Judge) -> str:
    chance = judge.baseline(load_card(f"{task}-lstm"))
    told = judge.chance if chance is None else f"{judge.chance}: {chance:.4g}"
    rows = [f"### {task}: {judge.score}", "", f"Without memory: {told}.", ""]
    rows += ["| model | held | score | at chance | theory |", "| --- | --- | --- | --- | --- |"]
    for kind in KINDS:
        if f"{task}-{kind}" in list_models():
            rows += _rows(f"{task}-{kind}", kind, judge)
    return "\n".join(rows)


def _rows(name: str, kind: str, judge: Judge) -> list[str]:
    rows = [f"| {name} | nothing | {scores(name, None)[judge.score]:.4g} | | |"]
    for surgery in SURGERIES[kind]:
        score = scores(name, surgery)[judge.score]
        broken = judge.broken(score, load_card(name))
        theory = f"{'must be: ' if surgery.forgets else ''}{surgery.why}"
        agrees = "" if broken or not surgery.forgets else " **against theory**"
        rows.append(f"| {name} | {surgery.words} | {score:.4g} | {'yes' if broken else 'no'}{agrees} | {theory} |")
    return rows


if __name__ == "__main__":
    print(section())
