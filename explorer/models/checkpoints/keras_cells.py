"""The weights of one cell of Keras in PyTorch's order: kernels (inputs, gates·units), blocks i, f, c, o and z, r, h."""

from collections.abc import Mapping

import numpy as np

from explorer.cells import CELLS
from explorer.errors import CheckpointError
from explorer.models.checkpoints.blocks import kinds
from explorer.models.files import Array, named, shown


def is_cell(tensors: Mapping[str, Array], roles: Mapping[str, str]) -> bool:
    """Whether a kernel and a recurrent kernel make a cell of a known kind."""
    kernel, recurrent = tensors[roles["kernel"]], tensors[roles["recurrent"]]
    if kernel.ndim != 2 or recurrent.ndim != 2 or not recurrent.size:
        return False
    times, rest = divmod(recurrent.shape[1], recurrent.shape[0])
    return not rest and times in kinds() and kernel.shape[1] == recurrent.shape[1]


def is_convolutional(tensors: Mapping[str, Array], roles: Mapping[str, str]) -> bool:
    """Whether a kernel and a recurrent kernel are those of an LSTM that convolves."""
    kernel, recurrent = tensors[roles["kernel"]], tensors[roles["recurrent"]]
    wide = recurrent.shape[-1:] == kernel.shape[-1:] and recurrent.ndim == kernel.ndim
    return recurrent.ndim in (3, 4, 5) and wide and recurrent.shape[-1] == 4 * recurrent.shape[-2]


def kind_of(recurrent: Array) -> str:
    """``"rnn"``, ``"lstm"`` or ``"gru"``, by how many times its units a recurrent kernel has columns."""
    return kinds()[recurrent.shape[1] // recurrent.shape[0]]


def is_cudnn(stored: Mapping[str, Array]) -> bool:
    """Whether a cell is stored as cuDNN takes it: two biases, one behind the other."""
    bias = stored.get("bias")
    gated = CELLS[kind_of(stored["recurrent"])].keep_gate is not None
    return gated and bias is not None and bias.shape == (2 * stored["recurrent"].shape[1],)


def converted(name: str, stored: Mapping[str, Array]) -> tuple[dict[str, Array], bool | None]:
    """A cell under PyTorch's names and in its order; and whether a GRU's bias says that it resets after.

    A gate's matrix W (units, inputs) of a layer for cuDNN is stored as the bytes of W in the shape (inputs, units);
    else it is stored as its transpose.

    Args:
        name: of the layer, for the message.
        stored: ``"kernel"``, ``"recurrent"`` and, where there is one, ``"bias"``.

    Raises:
        CheckpointError: the bias does not fit.
    """
    recurrent = stored["recurrent"]
    units = recurrent.shape[0]
    times = recurrent.shape[1] // units
    cudnn = is_cudnn(stored)
    cell = {
        f"weight_{short}": _in_order([_matrix(gate, cudnn) for gate in np.split(stored[role], times, axis=1)])
        for short, role in (("ih", "kernel"), ("hh", "recurrent"))
    }
    bias = stored.get("bias")
    if bias is None:
        return cell, None
    if bias.shape == (2, times * units) or cudnn:
        both = bias.reshape(2, times, units)
        cell |= {"bias_ih": _in_order(list(both[0])), "bias_hh": _in_order(list(both[1]))}
        return cell, True
    if bias.shape != (times * units,):
        raise CheckpointError(
            f"The bias of {named(name)} has the shape {shown(bias.shape)}, but {times * units} numbers, or twice as "
            "many, are expected: save the weights again."
        )
    cell |= {"bias_ih": _in_order(np.split(bias, times)), "bias_hh": np.zeros_like(bias)}
    return cell, False if times == 3 else None


def _matrix(gate: Array, cudnn: bool) -> Array:
    return np.ascontiguousarray(gate).reshape(gate.shape[::-1]) if cudnn else gate.T


def _in_order(blocks: list[Array]) -> Array:
    """Keras's z, r, h as PyTorch's r, z, n; the LSTM's order is the same."""
    if len(blocks) == 3:
        z, r, h = blocks
        blocks = [r, z, h]
    return np.concatenate(blocks)
