"""What a step asks its questions of: the page, the model, the run and the choices on screen; and what it is told."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.errors import LessonError
from explorer.models import Model
from explorer.trace import Trace

_CLOSE = 0.05


@dataclass(frozen=True)
class Screen:
    """What stands on a page.

    Attributes:
        page: its address, ``"gates"``.
        model: the network, None where the page shows none.
        trace: its run over the sequence, None where there is none.
        choices: every choice of the view by the name it has in links.
        given: what the step's own view says, as its link does.
    """

    page: str
    model: Model | None = None
    trace: Trace | None = None
    choices: Mapping[str, Any] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict)

    @property
    def run(self) -> Trace:
        """The run.

        Raises:
            LessonError: this page shows none.
        """
        if self.trace is None:
            raise LessonError("This page shows no run of a network: go back to the step's view.")
        return self.trace

    @property
    def network(self) -> Model:
        """The network.

        Raises:
            LessonError: this page shows none.
        """
        if self.model is None:
            raise LessonError("This page shows no network: go back to the step's view.")
        return self.model

    @property
    def layer(self) -> int:
        """The layer that is looked at."""
        return int(self.choices.get("layer", 0))

    @property
    def direction(self) -> str:
        """The direction that is looked at."""
        return str(self.choices.get("direction", "forward"))

    def signal(self, name: str) -> NDArray[Any]:
        """(time, unit), a signal of the layer and direction that are looked at.

        Raises:
            LessonError: this page shows no run, or this kind of cell has no such signal.
        """
        if name not in self.run.signals:
            known = ", ".join(self.run.signals)
            raise LessonError(f"This network has no signal “{name}”, only {known}: go back to the step's view.")
        return self.run.select(name, self.layer, self.direction)


@dataclass(frozen=True)
class Answer:
    """What is right, on this screen.

    Attributes:
        value: a number or a word.
        detail: more of it, for the sentence that reveals it.
        close: how far off a typed number may be, as a part of the value; whole numbers must be met.
    """

    value: str | int | float
    detail: str = ""
    close: float = _CLOSE

    @property
    def text(self) -> str:
        """The value as it is said; numbers with a fraction to three digits."""
        if isinstance(self.value, str):
            return self.value
        if isinstance(self.value, int | np.integer):
            return f"{int(self.value):,}"
        return f"{float(self.value):.3g}".replace("-", "−")

    def fits(self, said: str) -> bool:
        """Whether what the student said means this value: ``"step 5"`` means 5, and 0.51 is near enough to 0.5."""
        if isinstance(self.value, str):
            return _plain(said) == _plain(self.value)
        numbers = re.findall(r"-?\d+(?:\.\d+)?(?:e-?\d+)?", said.replace("−", "-").replace(",", ""))
        if len(numbers) != 1:
            return False
        if isinstance(self.value, int | np.integer):
            return float(numbers[0]) == int(self.value)
        return abs(float(numbers[0]) - float(self.value)) <= max(self.close * abs(float(self.value)), 1e-9)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).strip(" .“”\"'")
