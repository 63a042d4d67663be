"""What single units know."""

import numpy as np

from explorer.errors import LessonError
from explorer.lessons.course.reading import output_of
from explorer.lessons.course.words import place, within, yes
from explorer.lessons.registry import answer
from explorer.lessons.screen import Answer, Screen
from explorer.measures import memory_signal
from explorer.training.concepts import in_quotes, unit_auc


@answer
def counting_unit(screen: Screen) -> Answer:
    """The unit whose memory follows the count, one up on the first token and one down on any other, most closely.

    ``detail`` is the correlation.
    """
    labels, memory = screen.run.labels, screen.signal(memory_signal(screen.run.kind))
    count = np.cumsum([1 if label == labels[0] else -1 for label in labels])
    if len(set(count)) < 2:
        raise LessonError("There is nothing to count in this line: go back to the step's view.")
    with np.errstate(invalid="ignore"):
        found = np.nan_to_num([np.corrcoef(count, unit)[0, 1] for unit in memory.T])
    best = int(np.abs(found).argmax())
    return Answer(f"Unit {best}", f"{found[best]:.3f}".replace("-", "−"))


@answer
def ends_right(screen: Screen) -> Answer:
    """Whether the last class, the end, is said first after the last step; ``detail`` is where it is said first."""
    said = output_of(screen).argmax(axis=1) == output_of(screen).shape[1] - 1
    first = int(said.argmax()) if said.any() else -1
    return Answer(yes(first == len(said) - 1), place(screen.run, first) if first >= 0 else "∅")


@answer
def knows_quotes(screen: Screen, unit: int, *bounds: float) -> Answer:
    """How well a unit's memory tells the inside of quotes of Python source: the area under the curve, ½ or more."""
    text = "".join("\n" if label == "⏎" else " " if label == "·" else label for label in screen.run.labels)
    inside = in_quotes(text)
    if not inside.any() or inside.all():
        raise LessonError("This line has no quotes, or nothing outside them: type some Python with a string in it.")
    found = float(unit_auc(screen.signal(memory_signal(screen.run.kind))[:, [unit]].astype(np.float64), inside)[0])
    score = max(found, 1 - found)
    return Answer(within(score, bounds), f"{score:.2f}")
