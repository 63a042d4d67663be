"""The options of a cell in a request: which there are, and what is chosen."""

from typing import Any

from explorer.cells import CELLS, Cell, Option
from explorer.ui.session.request import Request

SHARED = "options"
"""The choice of a request that carries the words of options without a choice of their own."""


def chosen_options(request: Request) -> dict[str, Any]:
    """What `random_model` takes: each option of the requested cell by name."""
    return {option.name: option.values[chosen_word(request, option)] for option in CELLS[request.build.kind].options}


def options_of(cell: Cell) -> dict[str, str]:
    """The choices of a request that give a cell its options."""
    words = {option: option.word(getattr(cell, option.name)) for option in cell.options}
    shared = spell_words({option.name: word for option, word in words.items() if not option.choice})
    return {option.choice: word for option, word in words.items() if option.choice} | {SHARED: shared}


def chosen_word(request: Request, option: Option) -> str:
    """The chosen word; the default's where the request says none that the option knows."""
    word = str(request.value(option.choice) if option.choice else read_words(request).get(option.name))
    return word if word in option.values else next(iter(option.values))


def read_words(request: Request) -> dict[str, str]:
    """The words of the options that share one choice, by the options' names."""
    pairs = (item.partition("=") for item in request.build.options.split(","))
    return {name: word for name, mark, word in pairs if mark}


def spell_words(words: dict[str, str]) -> str:
    """The inverse of `read_words`, as the request holds them."""
    return ",".join(f"{name}={word}" for name, word in words.items())
