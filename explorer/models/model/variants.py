"""The same network with its weights rearranged: what follows from a rule is run, not only said."""

from dataclasses import replace

from torch import Tensor

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
    head = None if model.head is None else replace(model.head, weight=_halves_swapped(model.head.weight))
    return replace(model, stack=stack, head=head, name=f"{model.name} with its directions swapped")


def _other_columns(cell: Cell) -> Cell:
    return replace(cell, weight_ih=_halves_swapped(cell.weight_ih))


def _halves_swapped(weight: Tensor) -> Tensor:
    """The columns that read one direction in place of those that read the other."""
    return weight.roll(weight.shape[1] // 2, dims=1)
