"""A model and a sequence as PyTorch code that runs by itself and gives the same numbers."""

from textwrap import indent
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.cells import Cell
from explorer.code.literals import nested
from explorer.code.recipe import MOST_NUMBERS, Recipe, sequence
from explorer.code.unfused import RESETS_BEFORE, by_hand
from explorer.models.model.bundle import place_of
from explorer.models.model.claims import left_out
from explorer.models.model.model import DIRECTIONS, Model
from explorer.places import TRAINED

__all__ = ["MOST_NUMBERS", "Recipe", "as_pytorch", "constructor", "options_given"]

_NAMED = ("reset_after", "nonlinearity")
"""Options that are arguments of `random_model` by themselves."""


def as_pytorch(model: Model, recipe: Recipe) -> str:
    """Code that prints the states and leaves ``output``, ``h_n`` (and ``c_n``, ``answer``).

    Random weights are drawn again from their seed; bundled ones are read from their file in this project's
    folder; an uploaded model comes from the expression in ``recipe.source``.

    Args:
        model: the model.
        recipe: the sequence, the states, and where the weights come from.
    """
    said = left_out(model)
    parts = [
        f"# {said}" if said else "",
        _imports(model, recipe),
        _weights(model, recipe),
        "" if model.has_kernel else _by_hand(model),
        sequence(model, recipe),
        _states(model, recipe),
        _call(model, recipe),
    ]
    return "\n".join(part.strip("\n") + "\n" for part in parts if part)


def constructor(model: Model, batch_first: bool = False, dropout: float = 0.0) -> str:
    """The call that makes such a module, defaults left out: ``nn.GRU(input_size=8, hidden_size=16)``.

    A network that ``torch.nn`` lacks stands without ``nn.``, with what sets it apart.
    """
    first = model.stack[0][0]
    if model.has_kernel:
        return _module(model, batch_first, dropout)
    call = _module(model, batch_first, dropout).removeprefix("nn.")
    apart = [f"{name}={value!r}" for name, value in _chosen(first).items() if f" {name}=" not in call]
    slope = getattr(first, "hard_sigmoid", 0.0)
    apart += [f"hard_sigmoid={slope:.4g}"] if slope else []
    return f"{call.removesuffix(')')}, {', '.join(apart)})" if apart else call


def _chosen(cell: Cell) -> dict[str, Any]:
    """The options of a cell that are not its defaults."""
    values = {option.name: getattr(cell, option.name) for option in cell.options}
    return {option.name: values[option.name] for option in cell.options if values[option.name] != option.default}


def options_given(cell: Cell) -> str:
    """A cell's options as `random_model` takes them, after other arguments; "" where all are the defaults."""
    chosen = _chosen(cell)
    named = "".join(f", {name}={chosen.pop(name)!r}" for name in _NAMED if name in chosen)
    return f"{named}, options={chosen!r}" if chosen else named


def _module(model: Model, batch_first: bool = False, dropout: float = 0.0) -> str:
    """The constructor of the module of ``torch.nn`` with the same weights."""
    first = model.stack[0][0]
    options = {
        "num_layers": (model.num_layers, 1),
        "nonlinearity": (getattr(first, "nonlinearity", "tanh"), "tanh"),
        "bias": (first.bias_ih is not None, True),
        "batch_first": (batch_first, False),
        "dropout": (dropout if model.num_layers > 1 else 0.0, 0.0),
        "bidirectional": (model.num_directions == 2, False),
        "proj_size": (model.proj_size, 0),
    }
    given = [f"{name}={value!r}" for name, (value, default) in options.items() if value != default]
    sizes = [f"input_size={model.input_size}", f"hidden_size={model.hidden_size}"]
    name = f"nn.{first.modules[0].__name__}" if first.modules else type(first).__name__.removesuffix("Cell")
    return f"{name}({', '.join([*sizes, *given])})"


def _is_plain(model: Model) -> bool:
    """Whether a module of ``torch.nn`` holds the weights, be it that it computes otherwise."""
    cell = model.stack[0][0]
    return bool(cell.modules) and not getattr(cell, "hard_sigmoid", 0.0)


def _by_hand(model: Model) -> str:
    return RESETS_BEFORE if _is_plain(model) else by_hand(model)


def _imports(model: Model, recipe: Recipe) -> str:
    lines = []
    if recipe.start == "random" or recipe.values.size > MOST_NUMBERS:
        lines.append("import numpy")
    lines.append("import torch")
    if recipe.seed is None and not recipe.source:
        lines.append("from safetensors.torch import load_file")
    lines.append("from torch import nn")
    own = ["", "import explorer", *(["from explorer import models"] if "models." in recipe.source else [])]
    return "\n".join([*lines, *(own if recipe.source or not _is_plain(model) else [])])


def _weights(model: Model, recipe: Recipe) -> str:
    if not _is_plain(model):
        return f"model = {_source(model, recipe)}\nweights = [  # a dictionary a layer and direction\n" + (
            "    {name: torch.from_numpy(values) for name, values in model.weights(layer, direction).items()}\n"
            f"    for layer in range({model.num_layers}) for direction in {DIRECTIONS[: model.num_directions]}\n]"
        )
    made = _module(model, recipe.batch_first and model.has_kernel, recipe.dropout)
    if recipe.seed is not None:
        return f"torch.manual_seed({recipe.seed})\nrnn = {made}.eval(){_embedding(model, recipe.seed)}"
    if recipe.source:
        return (
            f"model = {recipe.source}\nrnn = {made}.eval()\n"
            "rnn.load_state_dict({\n"
            '    f"{name}_l{layer}{suffix}": torch.from_numpy(values)\n'
            f"    for layer in range({model.num_layers})\n"
            f"    for direction, suffix in {_suffixes(model)}\n"
            "    for name, values in model.weights(layer, direction).items()\n"
            "})"
        )
    return (
        "# Run this in the folder of Gate Explorer, where the weights lie.\n"
        f'file = load_file("{_folder(model.name)}/{model.name}.safetensors")\n'
        "weights = {name: value.float() for name, value in file.items()}\n"
        f"rnn = {made}.eval()\n"
        'rnn.load_state_dict({name[4:]: value for name, value in weights.items() if name.startswith("rnn.")})'
    )


def _folder(name: str) -> str:
    """Where a model's weights lie, seen from the project's folder."""
    return "runs" if place_of(name).folder == TRAINED else "assets/models"


def _source(model: Model, recipe: Recipe) -> str:
    """The expression that gives a model which no module of ``torch.nn`` holds."""
    if recipe.source:
        return recipe.source
    sizes = f"{model.kind!r}, {model.input_size}, {model.hidden_size}, seed={recipe.seed}"
    more: dict[str, Any] = {"num_layers": (model.num_layers, 1), "bidirectional": (model.num_directions == 2, False)}
    more |= {"bias": (model.stack[0][0].bias_ih is not None, True)}
    given = "".join(f", {name}={value!r}" for name, (value, default) in more.items() if value != default)
    return f"explorer.random_model({sizes}{given}{options_given(model.stack[0][0])})"


def _suffixes(model: Model) -> str:
    return '(("forward", ""), ("reverse", "_reverse"))' if model.num_directions == 2 else '(("forward", ""),)'


def _embedding(model: Model, seed: int) -> str:
    if model.embedding is None:
        return ""
    tokens, width = model.embedding.shape
    return f"\ntorch.manual_seed({seed})\nembedding = nn.Embedding({tokens}, {width}).weight.detach()"


def _states(model: Model, recipe: Recipe) -> str:
    """h_0 and c_0, in the order in which they were drawn."""
    cells = model.num_layers * model.num_directions
    first = model.stack[0][0]
    shapes = {name: (cells, first.units[state]) for name, state in first.starts().items()}
    lines = [f"numbers = numpy.random.default_rng({recipe.start_seed})"] if recipe.start == "random" else []
    for name, shape in shapes.items():
        trained = recipe.start == "trained"
        given = model.initial.get(name) if trained else getattr(recipe, name)
        value = f"torch.zeros{shape}"
        if recipe.start == "random":
            value = f"torch.tensor(numbers.standard_normal({shape})).float()"
        elif trained and given is not None and recipe.source:
            value = f'torch.tensor(model.initial["{name}"]).float()'
        elif recipe.start != "zeros" and given is not None:
            value = _filled(np.asarray(given), shape)
        lines.append(f"{name} = {value}{_batched(model, recipe)}")
    return "\n".join(lines)


def _filled(given: NDArray[Any], shape: tuple[int, int]) -> str:
    alike = given.size and (given == given.flat[0]).all()
    return f"torch.full({shape}, {float(given.flat[0])!r})" if alike else nested(given)


def _batched(model: Model, recipe: Recipe) -> str:
    return ".unsqueeze(1)" if recipe.batch_first and model.has_kernel else ""


def _call(model: Model, recipe: Recipe) -> str:
    lines = ["output, h_n = run(rnn, x, h_0)"]
    names = ["output", "h_n"]
    cell = "c_0" in model.stack[0][0].starts()
    if not _is_plain(model):
        lines = ["output, (h_n, c_n) = run(weights, x, h_0, c_0)" if cell else "output, h_n = run(weights, x, h_0)"]
        names += ["c_n"] if cell else []
    elif model.has_kernel:
        lines = ["output, (h_n, c_n) = rnn(x, (h_0, c_0))" if cell else "output, h_n = rnn(x, h_0)"]
        names += ["c_n"] if cell else []
    lines += _head(model, recipe)
    names += ["answer"] if len(lines) > 1 else []
    shown = [f'print("{name}", tuple({name}.shape), {name}, sep="\\n")' for name in names]
    return "with torch.no_grad():\n" + indent("\n".join(lines), "    ") + "\n\n" + "\n".join(shown)


def _head(model: Model, recipe: Recipe) -> list[str]:
    """The linear layer on top, back in the data's own units."""
    head = model.head
    if head is None:
        return []
    read = "torch.cat([h_n[-2], h_n[-1]], dim=-1)" if head.reads == "ends" else "output"
    weights = "model.head.{}" if recipe.source else 'weights["head.{}"]'
    bias = "" if head.bias is None else f", {weights.format('bias')}"
    units = "" if (head.scale, head.offset) == (1.0, 0.0) else f" * {head.scale!r} + {head.offset!r}"
    return [f"answer = nn.functional.linear({read}, {weights.format('weight')}{bias}){units}"]
