"""What the menus offer: models, and the sequences that come with them."""

import re
from dataclasses import dataclass
from typing import Any, Literal

from explorer.cells import CELLS
from explorer.errors import EncodingError
from explorer.models import list_models, load_card, load_model
from explorer.sequences import looks_numeric, parse_numbers
from explorer.training import TASKS, Metric, metric_of
from explorer.ui.session.gallery import GALLERY, WAVE
from explorer.ui.session.own import own, own_title
from explorer.ui.session.own_examples import known_share
from explorer.ui.session.request import Request, is_upload

RANDOM = "random"
Reads = Literal["text", "numbers"]

_NUMERIC = ("numbers",)
_GONE = [{"title": title, "text": text} for kind in ("code", "prose") for title, text in GALLERY[kind].items()]
"""Examples of a model that is no longer there."""


def model_names() -> list[str]:
    """What the model menu offers, by task, LSTM first within one."""
    return [*sorted(list_models(), key=_rank), RANDOM]


def _rank(name: str) -> tuple[int, str, int, str]:
    card = load_card(name)
    task = str(card.get("task", name))
    return (_place(task, tuple(TASKS)), task, _place(str(card.get("kind")), tuple(CELLS)), name)


def _place(name: str, order: tuple[str, ...]) -> int:
    return order.index(name) if name in order else len(order)


@dataclass(frozen=True)
class MenuRow:
    """One row of the model menu, a task.

    Attributes:
        name, title: of the task.
        gist: what its models learned, in one sentence.
        measure: what the scores count.
        cells: model → what its cell is called, and its own name where it has one.
        scores: model → its score on held-out data.
    """

    name: str
    title: str
    gist: str
    measure: str
    cells: dict[str, str]
    scores: dict[str, str]

    @property
    def models(self) -> tuple[str, ...]:
        return tuple(self.cells)


def tasks() -> tuple[MenuRow, ...]:
    """The bundled models, by task."""
    rows: dict[str, list[str]] = {}
    for name in model_names():
        if name != RANDOM:
            rows.setdefault(str(load_card(name).get("task", name)), []).append(name)
    return tuple(_task(task, names) for task, names in rows.items())


def _task(task: str, names: list[str]) -> MenuRow:
    cards = {name: load_card(name) for name in names}
    first = cards[names[0]]
    metric = metric_of(str(first.get("metric", "")))
    return MenuRow(
        task,
        str(first.get("title", task)).partition(" · ")[0],
        _gist(str(first.get("learned", ""))),
        metric.words.format(unit=first.get("unit", "")),
        {name: _cell(card) for name, card in cards.items()},
        {name: _score(card, metric) for name, card in cards.items()},
    )


def _cell(card: dict[str, Any]) -> str:
    return str(card.get("title", "")).partition(" · ")[2] or CELLS[card["kind"]].title


def _score(card: dict[str, Any], metric: Metric) -> str:
    value = card.get("metrics", {}).get(metric.name)
    return "" if value is None else metric.spell(value)


def _gist(learned: str) -> str:
    """The first clause of what a model learned."""
    clause = re.split(r"[:;]|\. ", learned.removeprefix("This network "), maxsplit=1)[0].rstrip(".")
    return f"{clause[:1].upper()}{clause[1:]}."


def model_title(name: str) -> str:
    """How the menu calls a model."""
    if is_upload(name):
        return own_title(name)
    return "Random weights" if name == RANDOM else str(load_card(name).get("title", name))


def examples(name: str) -> list[dict[str, Any]]:
    """The sequences that come with a model, the one that shows most first."""
    if is_upload(name):
        kept = own(name)
        return _GONE if kept is None else list(kept.examples)
    if name != RANDOM:
        return list(load_card(name).get("examples", []))
    return [
        {"title": "A line of code", "kind": "code", "text": GALLERY["code"]["list comprehension"]},
        {"title": "A few numbers", "kind": "numbers", "text": WAVE},
    ]


def example_at(request: Request) -> dict[str, Any]:
    """The example that the request names."""
    known = examples(request.model)
    return known[request.sequence.example] if request.sequence.example < len(known) else known[0]


def shown_text(request: Request) -> str:
    """What stands in the bar's line."""
    return str(example_at(request).get("text", "")) if request.sequence.source == "example" else request.sequence.text


def reads(request: Request) -> Reads:
    """What the requested model is given: text, or numbers."""
    if is_upload(request.model):
        kept = own(request.model)
        return "numbers" if kept is not None and kept.model.text is None else "text"
    if request.model != RANDOM:
        return "text" if load_card(request.model).get("vocabulary") else "numbers"
    typed = request.sequence.source in ("typed", "example")
    return "text" if typed and not looks_numeric(shown_text(request)) else "numbers"


def fitting_model(request: Request) -> str:
    """A model that reads what the user typed, if any does: random weights read every table of numbers."""
    if not looks_numeric(request.sequence.text):
        return Request().model
    columns = typed_columns(request.sequence.text)
    if not columns:
        return request.model
    return next((name for name in model_names() if name != RANDOM and takes(name, columns)), RANDOM)


def takes(name: str, columns: int) -> bool:
    """Whether a bundled or the uploaded model reads rows of so many numbers."""
    if is_upload(name):
        kept = own(name)
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
        texts = {kind: entries for kind, entries in GALLERY.items() if kind not in _NUMERIC}
        return _partly_known(request.model, texts) if is_upload(request.model) else texts
    entries = {title: text for kind in _NUMERIC for title, text in GALLERY[kind].items()}
    fitting = {title: text for title, text in entries.items() if takes(request.model, typed_columns(text))}
    return {"numbers": fitting} if fitting else {}


def _partly_known(name: str, texts: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """Those of which the uploaded model knows at least half."""
    kept = own(name)
    if kept is None or kept.model.text is None:
        return texts
    words = kept.model.text
    known = {
        kind: {title: text for title, text in entries.items() if known_share(words, text) >= 0.5}
        for kind, entries in texts.items()
    }
    return {kind: entries for kind, entries in known.items() if entries}
