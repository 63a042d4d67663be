"""What the menus offer: models, and the sequences that come with them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from explorer.errors import EncodingError
from explorer.models import list_models, load_card, load_model
from explorer.sequences import looks_numeric, parse_numbers
from explorer.ui.own import OWN, own
from explorer.ui.request import Request

RANDOM = "random"
Reads = Literal["text", "numbers"]

GALLERY: dict[str, dict[str, str]] = {
    "code": {
        "list comprehension": "best = max([len(w) for w in names[2:]])",
        "deep calls": "f(a[g(b[h(c[0])])]) + 1",
        "string and comment": 'print("(not a bracket)")  # nor [this]',
        "several lines": "def area(r):\n    return 3.14 * r ** 2\n",
    },
    "prose": {
        "an aside": "She left (it was late [past ten]) and closed the door.",
        "agreement": "The boys near the car greet the girl.",
    },
    "mathematics": {
        "nested sum": "((a + b) * [c - (d / e)])",
        "intervals": "x in [0, 1), y in (2, 3]",
    },
    "numbers": {
        "a triangle": "0, 1, 2, 3, 2, 1, 0, -1, -2, -3, -2, -1, 0",
        "one spike": "0 0 0 0 0 5 0 0 0 0 0 0 0 0 0",
        "two columns": "1 0\n0 1\n1 0\n0 1\n1 1\n0 0",
    },
    "stress cases": {
        "one character": "(",
        "never closed": "((((((((((((",
        "stray closers": "a) b] (c] d) e",
        "unknown letters": "naïve café (größe [№ 1])",
        "twice as long": "f(" + "x, " * 40 + "y[0])",
    },
}
"""Sequences to try, by kind; one click each."""
_TASKS = ("brackets", "python-chars", "shakespeare-chars", "sentiment", "sst", "sine", "adding", "recall", "anbn")
_KINDS = {"lstm": 0, "gru": 1, "rnn": 2}
_NUMERIC = ("numbers",)
_FORECASTER = "sst-lstm"
_WAVE = "0, 0.5, 1, 0.5, 0, -0.5, -1, -0.5, 0, 0.5, 1, 0.5, 0"


def model_names() -> list[str]:
    """What the model menu offers, by task, LSTM first within one."""
    return [*sorted(list_models(), key=_rank), RANDOM]


def _rank(name: str) -> tuple[int, str, int]:
    task, _, kind = name.rpartition("-")
    return (_TASKS.index(task) if task in _TASKS else len(_TASKS), task, _KINDS.get(kind, 3))


@dataclass(frozen=True)
class Task:
    """One row of the model menu.

    Attributes:
        name, title: of the task.
        gist: what its models learned, in one sentence.
        measure: what the scores count.
        kinds: model → ``"lstm"``, ``"gru"`` or ``"rnn"``.
        scores: model → its score on held-out data.
    """

    name: str
    title: str
    gist: str
    measure: str
    kinds: dict[str, str]
    scores: dict[str, str]

    @property
    def models(self) -> tuple[str, ...]:
        return tuple(self.kinds)


_MEASURES: dict[str, tuple[str, Callable[[float], str]]] = {
    "accuracy": ("share right", lambda value: f"{value:.1%}".replace(".0%", "%")),
    "nats": ("nats a character", lambda value: f"{value:.2f}"),
    "mse": ("mean squared error", lambda value: f"{value:.0e}".replace("e-0", "e-")),
    "mae": ("mean error, {unit}", lambda value: f"{value:.2f}"),
    "right up to n": ("right up to n", lambda value: f"n={value:.0f}"),
}
"""What a score counts, and how it is written."""


def tasks() -> tuple[Task, ...]:
    """The bundled models, by task."""
    rows: dict[str, list[str]] = {}
    for name in model_names():
        if name not in (RANDOM, OWN):
            rows.setdefault(str(load_card(name).get("task", name)), []).append(name)
    return tuple(_task(task, names) for task, names in rows.items())


def _task(task: str, names: list[str]) -> Task:
    cards = {name: load_card(name) for name in names}
    first = cards[names[0]]
    measure, spelt = _MEASURES.get(str(first.get("metric")), (str(first.get("metric", "")), "{:.3g}".format))
    return Task(
        task,
        str(first.get("title", task)).partition(" · ")[0],
        _gist(str(first.get("learned", ""))),
        measure.format(unit=first.get("unit", "")),
        {name: str(card["kind"]) for name, card in cards.items()},
        {name: _score(card, spelt) for name, card in cards.items()},
    )


def _score(card: dict[str, Any], spelt: Callable[[float], str]) -> str:
    value = card.get("metrics", {}).get(card.get("metric"))
    return "" if value is None else spelt(value)


def _gist(learned: str) -> str:
    """The first clause of what a model learned."""
    clause = re.split(r"[:;]|\. ", learned.removeprefix("This network "), maxsplit=1)[0].rstrip(".")
    return f"{clause[:1].upper()}{clause[1:]}."


def model_title(name: str) -> str:
    """How the menu calls a model."""
    if name == OWN:
        return "Your model"
    return "Random weights" if name == RANDOM else str(load_card(name).get("title", name))


def examples(name: str) -> list[dict[str, Any]]:
    """The sequences that come with a model, the one that shows most first."""
    if name == OWN:
        return _examples_of_own()
    if name != RANDOM:
        return list(load_card(name).get("examples", []))
    return [
        {"title": "A line of code", "kind": "code", "text": GALLERY["code"]["list comprehension"]},
        {"title": "A few numbers", "kind": "numbers", "text": _WAVE},
    ]


def _examples_of_own() -> list[dict[str, Any]]:
    """Something that an uploaded model can read: text, token ids, or noise of its width."""
    kept = own()
    if kept is None or kept.model.text is not None:
        return [{"title": title, "text": text} for kind in ("code", "prose") for title, text in GALLERY[kind].items()]
    model = kept.model
    if model.embedding is not None:
        ids = ", ".join(str(number % len(model.embedding)) for number in range(24))
        return [{"title": "Token ids", "text": ids}]
    noise = {"title": "Seeded noise, 60 steps", "noise": model.input_size}
    return [noise, {"title": "A few numbers", "text": _WAVE}] if model.input_size == 1 else [noise]


def example_at(request: Request) -> dict[str, Any]:
    """The example that the request names."""
    known = examples(request.model)
    return known[request.example] if request.example < len(known) else known[0]


def shown_text(request: Request) -> str:
    """What stands in the bar's line."""
    return str(example_at(request).get("text", "")) if request.source == "example" else request.text


def reads(request: Request) -> Reads:
    """What the requested model is given: text, or numbers."""
    if request.model == OWN:
        kept = own()
        return "numbers" if kept is not None and kept.model.text is None else "text"
    if request.model != RANDOM:
        return "text" if load_card(request.model).get("vocabulary") else "numbers"
    typed = request.source in ("typed", "example")
    return "text" if typed and not looks_numeric(shown_text(request)) else "numbers"


def fitting_model(request: Request) -> str:
    """A model that reads what the user typed, if any does: random weights read every table of numbers."""
    if not looks_numeric(request.text):
        return Request().model
    columns = typed_columns(request.text)
    if not columns:
        return request.model
    known = (_FORECASTER, *(name for name in list_models() if name.endswith("-lstm")))
    return next((name for name in known if takes(name, columns)), RANDOM)


def takes(name: str, columns: int) -> bool:
    """Whether a bundled or the uploaded model reads rows of so many numbers."""
    if name == OWN:
        kept = own()
        return kept is not None and kept.model.embedding is None and kept.model.input_size == columns
    return load_card(name).get("input") == "numbers" and load_model(name).input_size == columns


def typed_columns(text: str) -> int:
    """How many numbers stand in a row; 0 where it is no table of numbers."""
    try:
        return int(parse_numbers(text).values.shape[1])
    except EncodingError:
        return 0


def gallery(request: Request) -> dict[str, dict[str, str]]:
    """The sequences to try that the requested model can read: all of them for random weights."""
    if request.model == RANDOM:
        return GALLERY
    if reads(request) == "text":
        return {kind: entries for kind, entries in GALLERY.items() if kind not in _NUMERIC}
    entries = {title: text for kind in _NUMERIC for title, text in GALLERY[kind].items()}
    fitting = {title: text for title, text in entries.items() if takes(request.model, typed_columns(text))}
    return {"numbers": fitting} if fitting else {}
