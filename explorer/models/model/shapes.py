"""Shapes as PyTorch prints them: of what goes in and comes out, and of every weight with its gates."""

from collections.abc import Iterator
from dataclasses import dataclass

from explorer.cells import CELLS, Cell
from explorer.models.model.model import DIRECTIONS, Model

Sizes = tuple[int, ...]


@dataclass(frozen=True)
class Shape:
    """One tensor of a run.

    Attributes:
        name: PyTorch's word for it.
        alone: its shape for one sequence without a batch axis.
        batched: its shape for a batch of one sequence.
        axes, batched_axes: what each axis counts.
    """

    name: str
    alone: Sizes
    batched: Sizes
    axes: tuple[str, ...]
    batched_axes: tuple[str, ...]


@dataclass(frozen=True)
class WeightShape:
    """One parameter.

    Attributes:
        name: as in PyTorch's ``state_dict``.
        shape: as PyTorch prints it.
        blocks: the signals of its row blocks, from top to bottom; empty where it has none.
        part: what it is instead, such as ``"projection"``.
    """

    name: str
    shape: Sizes
    blocks: tuple[str, ...]
    part: str = ""

    @property
    def count(self) -> int:
        """How many numbers it holds."""
        total = 1
        for size in self.shape:
            total *= size
        return total


def run_shapes(model: Model, steps: int, batch_first: bool = False) -> tuple[Shape, ...]:
    """The tensors that one call of the recurrent module takes and gives.

    Args:
        model: the model.
        steps: of the sequence.
        batch_first: where the batch axis of input and output stands; that of the states never moves.

    Returns:
        input, output, and h_0, h_n; a second state's likewise, as an LSTM's c_0 and c_n.
    """
    cells = model.num_layers * model.num_directions
    units = model.proj_size or model.hidden_size
    out = "directions · units" if model.num_directions == 2 else "units"
    shapes = [
        _over_time("input", steps, model.input_size, "input_size", batch_first),
        _over_time("output", steps, model.num_directions * units, out, batch_first),
    ]
    rows = "layers · directions" if model.num_directions == 2 else "layers"
    cell = model.stack[0][0]
    states = [
        (
            cell.word(name).symbol,
            cell.units[name],
            "proj_size" if cell.units[name] != model.hidden_size else "hidden_size",
        )
        for name in cell.state_signals
    ]
    for end in ("0", "n"):
        for letter, size, axis in states:
            alone, names = (cells, size), (rows, axis)
            shapes.append(Shape(f"{letter}_{end}", alone, (cells, 1, size), names, (rows, "batch", axis)))
    return tuple(shapes)


def _over_time(name: str, steps: int, size: int, axis: str, batch_first: bool) -> Shape:
    batched, axes = (
        ((1, steps, size), ("batch", "time", axis)) if batch_first else ((steps, 1, size), ("time", "batch", axis))
    )
    return Shape(name, (steps, size), batched, ("time", axis), axes)


def weight_shapes(model: Model) -> tuple[WeightShape, ...]:
    """Every recurrent parameter in the order of PyTorch's ``state_dict``."""
    return tuple(_weights(model))


def _weights(model: Model) -> Iterator[WeightShape]:
    for layer in range(model.num_layers):
        for direction in DIRECTIONS[: model.num_directions]:
            cell = model.cell(layer, direction)
            suffix = f"_l{layer}" + ("_reverse" if direction == "reverse" else "")
            for name, tensor in cell.weights().items():
                blocks, part = _part(cell, name)
                yield WeightShape(name + suffix, tuple(tensor.shape), blocks, part)


def _part(cell: Cell, name: str) -> tuple[tuple[str, ...], str]:
    """The blocks that share a parameter's rows, or a word for it where they do not."""
    part = cell.parts.get(name, "")
    if part in cell.blocks:
        return (part,), ""
    alike = len(getattr(cell, name)) == len(cell.weight_ih)
    return (cell.blocks, "") if alike and not part else ((), part or "its own")


def parameters_by_gate(model: Model) -> dict[str, int]:
    """How many recurrent parameters compute each signal; what no block has, such as a projection, counts by itself."""
    counts = dict.fromkeys(CELLS[model.kind].blocks, 0)
    for weight in weight_shapes(model):
        if not weight.blocks:
            counts[weight.part] = counts.get(weight.part, 0) + weight.count
        for block in weight.blocks:
            counts[block] += weight.count // len(weight.blocks)
    return counts


def parameters_of_kinds(model: Model) -> dict[str, dict[str, int]]:
    """`parameters_by_gate` of this model and of PyTorch's cells with its sizes.

    The model's own kind is counted as it is; a projection has no place in the others.
    """
    own = parameters_by_gate(model)
    block = _block_without_projection(model)
    return {
        kind: own if kind == model.kind else dict.fromkeys(CELLS[kind].blocks, block)
        for kind in sorted(CELLS, key=lambda kind: -len(CELLS[kind].blocks))
        if CELLS[kind].modules or kind == model.kind
    }


def _block_without_projection(model: Model) -> int:
    """How many numbers compute one gate of every layer and direction."""
    hidden, ways = model.hidden_size, model.num_directions
    biases = 0 if model.stack[0][0].bias_ih is None else 2
    inputs = [model.input_size, *[hidden * ways] * (model.num_layers - 1)]
    return sum(ways * hidden * (size + hidden + biases) for size in inputs)
