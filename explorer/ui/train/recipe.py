"""Every choice of the page Train, as one value that the request carries."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, get_type_hints
from urllib.parse import parse_qsl, urlencode

from explorer.cells import CELLS
from explorer.training.learner import KINDS
from explorer.training.settings import bounds
from explorer.ui.session.state import change, current

SEPARATOR = " "


def _one_of(*words: str) -> Any:
    return field(default=words[0], metadata={"choices": words})


def _between(default: float, low: float, high: float) -> Any:
    return field(default=default, metadata={"low": low, "high": high})


@dataclass(frozen=True)
class Recipe:
    """What is to be trained, and which part of what came of it is looked at.

    A size of 0 of a series' parts is one that it has room for.
    """

    data: str = _one_of("sst", "mine", "task")
    task: str = "brackets"
    learn: str = _one_of("next", "class")
    column: str = ""
    cells: str = SEPARATOR.join(KINDS)
    seeds: int = _between(1, 1, 5)
    hidden: int = _between(32, *bounds("hidden_size"))
    layers: int = _between(1, *bounds("num_layers"))
    steps: int = _between(600, *bounds("steps"))
    rate: float = _between(0.004, *bounds("rate"))
    batch: int = _between(16, *bounds("batch_size"))
    clip: float = _between(1.0, *bounds("clip"))
    dropout: int = _between(0, 0, 90)
    begins: str = _one_of("cell", "bias", "chrono")
    bias: float = _between(1.0, *bounds("bias"))
    longest: int = _between(100, *bounds("longest"))
    held: int = _between(0, 0, 50_000)
    season: int = _between(12, 1, 10_000)
    window: int = _between(0, 0, 1_000)
    horizon: int = _between(1, 1, 1_000)
    part: str = _one_of("table", "film", "losses", "take")
    picture: str = _one_of("ahead", "on", "lags")
    film: str = ""
    began: int = _between(0, 0, 1)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The chosen cells, in the order of all there are."""
        return tuple(kind for kind in CELLS if kind in self.cells.split(SEPARATOR))


_WATCHED = ("part", "picture", "film", "began")
"""What changes nothing about the training itself."""


def recipe() -> Recipe:
    """The choices of this session's request."""
    return read(current().train_page.train)


def choose(**choices: Any) -> None:
    """Change some; for callbacks, and undone as every change of the request is."""
    change(train=spelt(replace(recipe(), **choices)))


def spelt(choices: Recipe) -> str:
    """What differs from the defaults, as a query."""
    values = {one.name: getattr(choices, one.name) for one in fields(Recipe)}
    return urlencode({name: values[name] for name, usual in _usual().items() if values[name] != usual})


def read(text: str) -> Recipe:
    """Read a query; whatever makes no sense there keeps its default."""
    given = dict(parse_qsl(text, keep_blank_values=True))
    kinds = get_type_hints(Recipe)
    known = {one.name: _value(one, kinds[one.name], given[one.name]) for one in fields(Recipe) if one.name in given}
    made = Recipe(**{name: value for name, value in known.items() if value is not None})
    return made if made.kinds else replace(made, cells=Recipe().cells)


def same_training(one: Recipe, other: Recipe) -> bool:
    """Whether two recipes train the same networks on the same data."""
    neutral: Mapping[str, Any] = {name: _usual()[name] for name in _WATCHED}
    return replace(one, **neutral) == replace(other, **neutral)


def limits(name: str) -> tuple[Any, Any]:
    """The least and the greatest value of a number."""
    one = next(each for each in fields(Recipe) if each.name == name)
    return one.metadata["low"], one.metadata["high"]


def options(name: str) -> tuple[str, ...]:
    """The words that a choice has."""
    return next(tuple(each.metadata["choices"]) for each in fields(Recipe) if each.name == name)


def _usual() -> dict[str, Any]:
    return {one.name: one.default for one in fields(Recipe)}


def _value(one: Any, kind: type, spelt: str) -> Any:
    """A choice's value, or None where it makes no sense."""
    if kind is str:
        words = one.metadata.get("choices")
        return spelt if (spelt in words if words else len(spelt) <= 200) else None
    try:
        value = kind(spelt)
    except ValueError:
        return None
    return value if one.metadata["low"] <= value <= one.metadata["high"] else None
