"""Whether weights fit each other, so that they make a network."""

from collections.abc import Mapping, Sequence

from explorer.cells import CELLS
from explorer.errors import CheckpointError
from explorer.models.checkpoints.blocks import counted, kinds
from explorer.models.checkpoints.storage import Cells
from explorer.models.files import Array, named, shown

MAX_WEIGHTS = 50_000_000


def hidden_size(cell: Mapping[str, Array]) -> int:
    """Units of the gates."""
    return int((cell["weight_hr"] if "weight_hr" in cell else cell["weight_hh"]).shape[1])


def check_roles(name: str, cells: Sequence[Sequence[Mapping[str, Array]]]) -> None:
    """Refuse cells that lack one of the two matrices.

    Raises:
        CheckpointError: naming it.
    """
    of = f" of {named(name)}" if name else ""
    lacking = [role for layer in cells for cell in layer for role in ("weight_ih", "weight_hh") if role not in cell]
    if lacking:
        raise CheckpointError(f"The recurrent layer{of} lacks {lacking[0]}: save the whole state_dict.")


def check_cell(name: str, cell: Mapping[str, Array]) -> int:
    """How many times the units the rows are, where one cell's weights fit each other.

    Raises:
        CheckpointError: they do not.
    """
    of = f" of {named(name)}" if name else ""
    for role, values in cell.items():
        if values.dtype.kind != "f":
            raise CheckpointError(
                f"{role}{of} holds {values.dtype} instead of floating-point numbers: convert it first."
            )
        if values.ndim != (2 if role.startswith("weight") else 1) or not values.size:
            raise CheckpointError(f"{role}{of} has the shape {shown(values.shape)}, which no recurrent layer has.")
    rows, hidden = len(cell["weight_hh"]), hidden_size(cell)
    times, rest = divmod(rows, hidden)
    if rest or times not in kinds():
        raise CheckpointError(
            f"weight_hh{of} has the shape {shown(cell['weight_hh'].shape)}: its rows are not {counted()} times "
            "its units."
        )
    expected = {"weight_ih": rows, "bias_ih": rows, "bias_hh": rows, "weight_hr": cell["weight_hh"].shape[1]}
    for role, count in expected.items():
        if role in cell and len(cell[role]) != count:
            raise CheckpointError(
                f"{role}{of} has the shape {shown(cell[role].shape)}, but {count} rows are expected beside weight_hh."
            )
    return times


def check_stack(name: str, kind: str, cells: Cells, times: Sequence[Sequence[int]]) -> None:
    """Refuse cells of a kind that do not stand on each other.

    Raises:
        CheckpointError: they differ, or one does not read what the one below gives.
    """
    of = f" of {named(name)}" if name else ""
    first = cells[0][0]
    if (
        len({one for layer in times for one in layer}) > 1
        or len({frozenset(cell) for row in cells for cell in row}) > 1
    ):
        raise CheckpointError(f"The layers{of} are of different kinds: they make no one network.")
    if "weight_hr" in first and not CELLS[kind].projects():
        raise CheckpointError(f"weight_hr{of} projects a hidden state, which only an LSTM does.")
    if sum(values.size for layer in cells for cell in layer for values in cell.values()) > MAX_WEIGHTS:
        raise CheckpointError(f"The network{of} has more than {MAX_WEIGHTS:,} weights: open a smaller one.")
    inputs = first["weight_ih"].shape[1]
    for place, layer in enumerate(cells):
        for cell in layer:
            if cell["weight_ih"].shape[1] != inputs:
                raise CheckpointError(
                    f"Layer {place}{of} reads {cell['weight_ih'].shape[1]} numbers a step, but {inputs} reach it."
                )
            if cell["weight_hh"].shape != first["weight_hh"].shape:
                raise CheckpointError(f"The layers{of} have different numbers of units: they make no one network.")
        inputs = sum(cell["weight_hh"].shape[1] for cell in layer)
