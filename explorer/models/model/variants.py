"""The same network with its weights rearranged: what follows from a rule is run, not only said."""

from dataclasses import replace

from explorer.cells import Cell
from explorer.models.model.model import Model


def as_read(model: Model) -> Model:
    """The same model for inputs as they reach layer 0, such as `Trace.inputs`: nothing is scaled again."""
    return replace(model, scaling=None)


def with_one_bias(model: Model) -> Model:
    """b_hh added to b_ih, and zeros in its place; a cell without both stays as it is."""
    stack = tuple(tuple(_moved(cell) for cell in level) for level in model.stack)
    return replace(model, stack=stack, name=f"{model.name} with one bias")


def _moved(cell: Cell) -> Cell:
    if cell.bias_ih is None or cell.bias_hh is None:
        return cell
    return replace(cell, bias_ih=cell.bias_ih + cell.bias_hh, bias_hh=cell.bias_hh * 0)


def with_swapped_directions(model: Model) -> Model:
    """Each layer's two directions in each other's place, and the columns that read them: it reads a mirror's image."""
    stack = tuple(
        tuple(cell if layer == 0 else _other_columns(cell) for cell in reversed(level))
        for layer, level in enumerate(model.stack)
    )
    return replace(model, stack=stack, name=f"{model.name} with its directions swapped")


def _other_columns(cell: Cell) -> Cell:
    return replace(cell, weight_ih=cell.weight_ih.roll(cell.input_size // 2, dims=1))
