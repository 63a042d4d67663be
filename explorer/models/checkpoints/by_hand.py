"""A group from tensors that the user names, where no name says what they are."""

from collections.abc import Mapping
from dataclasses import replace

from explorer.cells import CELLS
from explorer.errors import CheckpointError
from explorer.models.checkpoints.arranging import FORGET, arranged, gate_order
from explorer.models.checkpoints.checkpoint import Checkpoint
from explorer.models.checkpoints.group import Group, make_group
from explorer.models.checkpoints.inspecting import refused_beside
from explorer.models.checkpoints.readouts import with_offers
from explorer.models.checkpoints.torch_groups import torch_groups
from explorer.models.files import Array, Contents, Known, named


def map_by_hand(
    checkpoint: Checkpoint,
    tensors: Mapping[str, str],
    name: str = "by hand",
    *,
    order: str | None = None,
    turned: bool | None = None,
    update_keeps: bool = True,
    forget_bias: float = 0.0,
) -> Group:
    """A group from tensors that the user names.

    Args:
        checkpoint: the file.
        tensors: the file's tensor for each of PyTorch's names, ``{"weight_ih_l0": "cell/Wx", …}``. A matrix that reads
            inputs and hidden state side by side is ``weight_xh_l0`` (the inputs first) or ``weight_hx_l0``; one of a
            single gate has the gate's letter behind it, ``weight_ih_l0.f``, ``weight_hx_l0.f``, ``bias_ih_l0.f``.
        name: what to call the group.
        order: of the gates in rows, and which cell it is: ``"ifgo"`` (PyTorch; Keras's i, f, c, o), ``"icfo"``
            (TensorFlow), ``"iofc"`` (ONNX), ``"rzn"`` (PyTorch), ``"zrn"`` (Keras, ONNX), ``"h"``, or any other; by
            default PyTorch's. Needed where matrices read both side by side or are of single gates.
        turned: whether matrices are stored as (columns, rows), for x W; by default their shapes tell.
        update_keeps: False where a GRU's update gate of 1 takes the new value, h' = (1−z)∘h + z∘n.
        forget_bias: what the cell adds to an LSTM's forget gate at each step, 1 by default in TensorFlow.

    Raises:
        CheckpointError: a tensor does not exist, or the shapes make no recurrent network.
    """
    known = {**checkpoint.stored, **checkpoint.contents.tensors}
    missing = [one for one in tensors.values() if one not in known]
    if missing:
        raise CheckpointError(f"There is no tensor {named(missing[0])} in this file: choose one of its own.")
    chosen = {role: known[one] for role, one in tensors.items()}
    if order is None and (turned is not None or not update_keeps or forget_bias or any(map(_needs_order, tensors))):
        raise CheckpointError("Say which gates and in which order: order='ifgo' for PyTorch's LSTM, 'rzn' for its GRU.")
    notes: tuple[str, ...] = ()
    kind = ""
    if order is not None:
        kind, _ = gate_order(order)
        chosen = arranged(chosen, order, turned, update_keeps, forget_bias)
        notes = _choices(order, update_keeps, forget_bias)
    found = _only_group(checkpoint, chosen, kind)
    sources = tuple(dict.fromkeys(tensors.values()))
    asks = ("reset_after",) if CELLS[found.kind].has_option("reset_after") else ()
    group = make_group(
        name, found.cells, checkpoint.contents, sources, found.kind, notes=(*notes, *found.notes), asks=asks
    )
    group = replace(group, refused=refused_beside(checkpoint, sources))
    return with_offers(group, checkpoint.contents, frozenset(sources))


def _only_group(checkpoint: Checkpoint, chosen: Mapping[str, Array], kind: str) -> Group:
    found, problems = torch_groups(Contents(checkpoint.format, chosen, known={"": Known(kind=kind)}))
    if problems or len(found) != 1:
        raise CheckpointError(
            problems[0] if problems else "Choose at least weight_ih_l0 and weight_hh_l0, under PyTorch's names."
        )
    return found[0]


def _needs_order(role: str) -> bool:
    return "." in role or role.startswith(("weight_xh", "weight_hx"))


def _choices(order: str, update_keeps: bool, forget_bias: float) -> tuple[str, ...]:
    """What the user said that no file does, as sentences."""
    kind, letters = gate_order(order)
    notes = [f"Gates in the order {', '.join(letters)}: your choice."] if len(letters) > 1 else []
    if (turns := CELLS[kind].turned) is not None and not update_keeps:
        notes.append(
            f"An update gate of 1 takes the new value, your choice: here {turns.symbol} is 1 minus it, so that 1 keeps."
        )
    if FORGET in CELLS[kind].blocks and forget_bias:
        notes.append(f"{forget_bias:g} is added to the forget gate's bias, your choice.")
    return tuple(notes)
