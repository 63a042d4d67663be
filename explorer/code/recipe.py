"""What the copied code needs beside the model, and the sequence as such code."""

from dataclasses import dataclass, field
from typing import Any, Literal

from numpy.typing import NDArray

from explorer.code.literals import comment, floats, tensor
from explorer.models.model.model import Model

MOST_NUMBERS = 4_000
"""A longer sequence is not written out: the code reads it from the downloaded trace."""


@dataclass(frozen=True, eq=False)
class Recipe:
    """What the code needs and the model does not hold.

    Attributes:
        values: token ids (time,) or numbers (time, columns), in the data's own units.
        text: what was typed, for a comment; "" for numbers.
        seed: of random weights; None for weights from a file.
        source: the Python expression that gives an uploaded model, "" for a bundled one.
        start: the states before the first step: ``"zeros"``, ``"trained"`` (`Model.initial`, zeros without),
            ``"random"`` (N(0, 1), seeded) or ``"typed"``.
        start_seed: of random states.
        h_0, c_0: typed states.
        batch_first: whether a batch axis stands first in input and output; without it there is none.
        dropout: between layers, in training only.
    """

    values: NDArray[Any]
    text: str = ""
    seed: int | None = None
    source: str = ""
    start: Literal["zeros", "trained", "random", "typed"] | str = "zeros"
    start_seed: int = 0
    h_0: NDArray[Any] | None = None
    c_0: NDArray[Any] | None = None
    batch_first: bool = False
    dropout: float = 0.0
    trace_file: str = field(default="trace.npz")


def sequence(model: Model, recipe: Recipe) -> str:
    """The sequence as PyTorch code that leaves ``x``, as layer 0 reads it."""
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
    if model.mask is not None and recipe.values.ndim == 1 and (recipe.values == model.mask).any():
        said.append("# Masked steps are left out: the state is held there, and output has a row for every step taken.")
        lines.append(_taken(model, recipe))
    if recipe.batch_first and model.has_kernel:
        lines.append("x = x.unsqueeze(0)  # a batch of one")
    return "\n".join([*said, *lines])


def _taken(model: Model, recipe: Recipe) -> str:
    if recipe.values.size > MOST_NUMBERS:
        return f'x = x[torch.from_numpy(~numpy.load("{recipe.trace_file}")["masked"])]'
    return f"x = x[ids != {model.mask}]"


def _numbers(model: Model, values: NDArray[Any]) -> list[str]:
    if model.scaling is None:
        return [f"x = {tensor(values)}"]
    offset, scale = floats(model.scaling.offset), floats(model.scaling.scale)
    return [
        f"data = {tensor(values, 'float64')}",
        f"offset, scale = torch.tensor([{offset}, {scale}], dtype=torch.float64)",
        "x = ((data - offset) / scale).float()",
    ]
