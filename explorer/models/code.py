"""A model and a sequence as PyTorch code that runs by itself and gives the same numbers."""

from dataclasses import dataclass, field
from textwrap import indent
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from explorer.cells import CELLS
from explorer.models.literals import comment, floats, nested, tensor
from explorer.models.model import Model

MOST_NUMBERS = 4_000
"""A longer sequence is not written out: the code reads it from the downloaded trace."""
_FOLDER = "assets/models"

_RESETS_BEFORE = '''
def layer(x, h, w_ih, w_hh, b_ih, b_hh):
    """A GRU that resets before the matrix product, which torch.nn lacks."""
    w_r, w_z, w_n = w_hh.chunk(3)
    b_r, b_z, b_n = b_hh.chunk(3)
    states = []
    for projected in x @ w_ih.T + b_ih:
        x_r, x_z, x_n = projected.chunk(3)
        r = torch.sigmoid(x_r + w_r @ h + b_r)
        z = torch.sigmoid(x_z + w_z @ h + b_z)
        n = torch.tanh(x_n + w_n @ (r * h) + b_n)
        h = (1 - z) * n + z * h
        states.append(h)
    return torch.stack(states)


def run(rnn, x, h_0):
    ways, none = 2 if rnn.bidirectional else 1, torch.zeros(3 * rnn.hidden_size)
    last = []
    for index in range(rnn.num_layers):
        sides = []
        for way in range(ways):
            weights = [*rnn.all_weights[len(last)], none, none][:4]
            states = layer(x.flip(0) if way else x, h_0[len(last)], *weights)
            last.append(states[-1])
            sides.append(states.flip(0) if way else states)
        x = torch.cat(sides, dim=-1)
    return x, torch.stack(last)
'''


@dataclass(frozen=True, eq=False)
class Recipe:
    """What the code needs and the model does not hold.

    Attributes:
        values: token ids (time,) or numbers (time, columns), in the data's own units.
        text: what was typed, for a comment; "" for numbers.
        seed: of random weights; None for weights from a file.
        source: the Python expression that gives an uploaded model, "" for a bundled one.
        start: the states before the first step: ``"zeros"``, ``"random"`` (N(0, 1), seeded) or ``"typed"``.
        start_seed: of random states.
        h_0, c_0: typed states.
        batch_first: whether a batch axis stands first in input and output; without it there is none.
        dropout: between layers, in training only.
    """

    values: NDArray[Any]
    text: str = ""
    seed: int | None = None
    source: str = ""
    start: Literal["zeros", "random", "typed"] | str = "zeros"
    start_seed: int = 0
    h_0: NDArray[Any] | None = None
    c_0: NDArray[Any] | None = None
    batch_first: bool = False
    dropout: float = 0.0
    trace_file: str = field(default="trace.npz")


def as_pytorch(model: Model, recipe: Recipe) -> str:
    """Code that runs by itself, prints the states and leaves ``output``, ``h_n`` (and ``c_n``, ``answer``).

    Random weights are drawn again from their seed; bundled ones are read from their file in this project's
    folder; an uploaded model comes from the expression in ``recipe.source``.

    Args:
        model: the model.
        recipe: the sequence, the states, and where the weights come from.
    """
    parts = [
        _imports(model, recipe),
        _weights(model, recipe),
        "" if _fused(model) else _RESETS_BEFORE,
        _sequence(model, recipe),
        _states(model, recipe),
        _call(model, recipe),
    ]
    return "\n".join(part.strip("\n") + "\n" for part in parts if part)


def constructor(model: Model, batch_first: bool = False, dropout: float = 0.0) -> str:
    """The call that makes such a module, defaults left out: ``nn.GRU(input_size=8, hidden_size=16)``."""
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
    return f"nn.{CELLS[model.kind].modules[0].__name__}({', '.join([*sizes, *given])})"


def _fused(model: Model) -> bool:
    return model.stack[0][0].has_kernel


def _imports(model: Model, recipe: Recipe) -> str:
    lines = []
    if recipe.start == "random" or recipe.values.size > MOST_NUMBERS:
        lines.append("import numpy")
    lines.append("import torch")
    if recipe.seed is None and not recipe.source:
        lines.append("from safetensors.torch import load_file")
    lines.append("from torch import nn")
    own = ["", "import explorer", *(["from explorer import models"] if "models." in recipe.source else [])]
    return "\n".join([*lines, *(own if recipe.source else [])])


def _weights(model: Model, recipe: Recipe) -> str:
    made = constructor(model, recipe.batch_first and _fused(model), recipe.dropout)
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
        f'file = load_file("{_FOLDER}/{model.name}.safetensors")\n'
        "weights = {name: value.float() for name, value in file.items()}\n"
        f"rnn = {made}.eval()\n"
        'rnn.load_state_dict({name[4:]: value for name, value in weights.items() if name.startswith("rnn.")})'
    )


def _suffixes(model: Model) -> str:
    return '(("forward", ""), ("reverse", "_reverse"))' if model.num_directions == 2 else '(("forward", ""),)'


def _embedding(model: Model, seed: int) -> str:
    if model.embedding is None:
        return ""
    tokens, width = model.embedding.shape
    return f"\ntorch.manual_seed({seed})\nembedding = nn.Embedding({tokens}, {width}).weight.detach()"


def _sequence(model: Model, recipe: Recipe) -> str:
    said = [f"# The sequence: {comment(recipe.text)}"] if recipe.text else ["# The sequence."]
    if recipe.values.size > MOST_NUMBERS:
        said.append("# It is long: x comes from the NPZ file that the Gates page offers, as the first layer reads it.")
        lines = [f'x = torch.from_numpy(numpy.load("{recipe.trace_file}")["inputs"])']
    elif recipe.values.ndim == 1:
        source = {"": 'weights["embedding.weight"]'}.get(recipe.source, "model.embedding")
        table = "embedding" if recipe.seed is not None else source
        lines = [f"ids = {tensor(recipe.values)}", f"x = {table}[ids]"]
    else:
        lines = _numbers(model, recipe.values)
    if recipe.batch_first and _fused(model):
        lines.append("x = x.unsqueeze(0)  # a batch of one")
    return "\n".join([*said, *lines])


def _numbers(model: Model, values: NDArray[Any]) -> list[str]:
    if model.scaling is None:
        return [f"x = {tensor(values)}"]
    offset, scale = floats(model.scaling.offset), floats(model.scaling.scale)
    return [
        f"data = {tensor(values, 'float64')}",
        f"offset, scale = torch.tensor([{offset}, {scale}], dtype=torch.float64)",
        "x = ((data - offset) / scale).float()",
    ]


def _states(model: Model, recipe: Recipe) -> str:
    """h_0 and c_0, in the order in which they were drawn."""
    cells = model.num_layers * model.num_directions
    shapes = {"h_0": (cells, model.proj_size or model.hidden_size)}
    if "cell" in model.signals:
        shapes["c_0"] = (cells, model.hidden_size)
    lines = [f"numbers = numpy.random.default_rng({recipe.start_seed})"] if recipe.start == "random" else []
    for name, shape in shapes.items():
        given = getattr(recipe, name)
        value = f"torch.zeros{shape}"
        if recipe.start == "random":
            value = f"torch.tensor(numbers.standard_normal({shape})).float()"
        elif recipe.start == "typed" and given is not None:
            value = _filled(np.asarray(given), shape)
        lines.append(f"{name} = {value}{_batched(model, recipe)}")
    return "\n".join(lines)


def _filled(given: NDArray[Any], shape: tuple[int, int]) -> str:
    alike = given.size and (given == given.flat[0]).all()
    return f"torch.full({shape}, {float(given.flat[0])!r})" if alike else nested(given)


def _batched(model: Model, recipe: Recipe) -> str:
    return ".unsqueeze(1)" if recipe.batch_first and _fused(model) else ""


def _call(model: Model, recipe: Recipe) -> str:
    lines = ["output, h_n = run(rnn, x, h_0)"]
    names = ["output", "h_n"]
    if _fused(model):
        cell = "cell" in model.signals
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
