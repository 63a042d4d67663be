"""What the user asked to see, as one frozen value that a link can carry."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any

from explorer.ui.session.fields import between, cell_with, choices, one_of
from explorer.ui.session.page_parts import ComparePart, LearnPart, MemoryPart, StepPart, TrainPart, UnitsPart

UPLOADED = "uploaded"
"""The first of the models whose weights are in no link; those after it are called ``"uploaded2"``, and so on."""
MOST_UPLOADED = 8


def is_upload(model: str) -> bool:
    """Whether this is the name of an uploaded model, of this session or of one that is gone."""
    number = model.removeprefix(UPLOADED)
    return model.startswith(UPLOADED) and number in ("", *map(str, range(2, MOST_UPLOADED + 1)))


@dataclass(frozen=True)
class SequencePart:
    """Which sequence is read, and how."""

    source: str = one_of("example", "typed", "generator", "upload", "run")
    example: int = between(0, 0, 99)
    text: str = ""
    generator: str = "sine"
    length: int = between(120, 1, 100_000)
    settings: str = ""
    scaling: str = one_of("none", "z-score", "min-max", "typed")
    offset: str = "0"
    scale: str = "1"
    fixes: str = ""
    window: int = between(0, 0, 1_000_000)
    nth: int = between(0, 0, 1_000_000)
    call: int = between(-1, -1, 1_000_000)


@dataclass(frozen=True)
class InitialPart:
    """The states before the first step."""

    start: str = one_of("trained", "zeros", "random", "typed")
    h_0: str = ""
    c_0: str = ""


@dataclass(frozen=True)
class BuildPart:
    """The Models page: what is looked at, and random weights of which shape."""

    about: str = one_of("shapes", "code", "card", "trials", "upload")
    kind: str = cell_with()
    hidden: int = between(16, 1, 512)
    layers: int = between(1, 1, 6)
    both: bool = False
    bias: bool = True
    proj: int = between(0, 0, 511)
    squash: str = one_of("tanh", "relu")
    reset: str = one_of("after", "before")
    options: str = ""
    seed: int = between(0, 0, 999_999)
    dropout: int = between(0, 0, 90)
    batch_first: bool = False
    trial: str = one_of("count", "mirror", "padding", "lag")
    pad: int = between(10, 1, 1_000)
    pad_side: str = one_of("behind", "front")


@dataclass(frozen=True)
class ShownPart:
    """What of the run is drawn: layer, direction, panels, units."""

    view: str = one_of("signals", "layers")
    signal: str = ""
    panels: str = ""
    layer: int = between(0, 0, 63)
    direction: str = one_of("forward", "reverse")
    units: int = between(-1, -1, 4096)
    order: str = one_of("movement", "spread", "openness", "index", "constant", "alike")
    similar: bool = True

    @property
    def place(self) -> tuple[int, str]:
        """The layer and the direction."""
        return self.layer, self.direction


@dataclass(frozen=True)
class CursorPart:
    """Where the reader looks: a step, a unit, a selection. Undo passes over it."""

    step: int = between(-1, -1, 1_000_000)
    unit: int = between(-1, -1, 4096)
    first: int = between(-1, -1, 1_000_000)
    last: int = between(-1, -1, 1_000_000)
    top: int = between(-1, -1, 4096)
    bottom: int = between(-1, -1, 4096)
    gate: str = ""
    presenter: bool = False


@dataclass(frozen=True)
class Request:
    """Every choice that makes the view: the model, and a part for what is read, drawn, and asked on each page.

    A choice's name is its own among all parts, so that a link and `but` need not say the part. Steps and units count
    from 0, as in Python; −1 lets the page choose. The defaults are the landing view.
    """

    model: str = "brackets-lstm"
    sequence: SequencePart = SequencePart()
    initial: InitialPart = InitialPart()
    build: BuildPart = BuildPart()
    shown: ShownPart = ShownPart()
    cursor: CursorPart = CursorPart()
    step_page: StepPart = field(default=StepPart())
    memory_page: MemoryPart = field(default=MemoryPart())
    compare_page: ComparePart = field(default=ComparePart())
    train_page: TrainPart = field(default=TrainPart())
    learn_page: LearnPart = field(default=LearnPart())
    units_page: UnitsPart = field(default=UnitsPart())

    @classmethod
    def of(cls, **choices: Any) -> "Request":
        """The landing view but for these choices, by name."""
        return cls().but(**choices)

    def but(self, **choices: Any) -> "Request":
        """This request with other values of these choices, each by its name.

        Raises:
            KeyError: there is no such choice.
        """
        by_part: dict[str, dict[str, Any]] = {}
        for name, value in choices.items():
            by_part.setdefault(_PART_OF[name], {})[name] = value
        own = by_part.pop("", {})
        return replace(self, **own, **{part: replace(getattr(self, part), **new) for part, new in by_part.items()})

    def value(self, name: str) -> Any:
        """A choice by its name.

        Raises:
            KeyError: there is no such choice.
        """
        part = _PART_OF[name]
        return getattr(getattr(self, part) if part else self, name)


def _choices() -> Iterator[tuple[str, Any]]:
    """Every choice with the part that it belongs to, "" for the request's own."""
    for one in fields(Request):
        if is_dataclass(one.default):
            yield from ((one.name, inner) for inner in fields(one.default))
        else:
            yield "", one


CHOICES: tuple[Any, ...] = tuple(one for _, one in _choices())
"""The field of every choice."""
_PART_OF = {one.name: part for part, one in _choices()}


def words_of(name: str) -> tuple[str, ...] | None:
    """The words that a choice may hold, by its name; None where it takes any."""
    return next((choices(one) for one in CHOICES if one.name == name), None)


def same_view(one: Request, other: Request) -> bool:
    """Whether two requests differ in nothing but the cursor."""
    return replace(one, cursor=other.cursor) == other
