"""Weights in any arrangement that a user names → one matrix a role, rows in PyTorch's order."""

import re
from collections.abc import Mapping

import numpy as np

from explorer.cells import CELLS
from explorer.errors import CheckpointError
from explorer.models.checkpoints.blocks import ordered, orders
from explorer.models.files import Array, named, shown

_KEY = re.compile(
    r"^(?P<role>weight_(?:ih|hh|hr|xh|hx)|bias_(?:ih|hh))(?P<place>(?:_l\d+)?(?:_reverse)?)(?:\.(?P<gate>.))?$"
)
FORGET = "forget"
"""The gate to which TensorFlow's cells add a number at each step."""
_JOINED = ("weight_xh", "weight_hx")
_Cell = dict[str, Array]


def gate_order(order: str) -> tuple[str, str]:
    """The kind of cell that an order of gates belongs to, and the order in PyTorch's letters.

    Args:
        order: a letter a gate, ``"icfo"``; c and j stand for an LSTM's g, u for a GRU's z, h and c for its n.

    Raises:
        CheckpointError: the letters are no cell's gates.

    Example:
        >>> gate_order("icfo"), gate_order("zrh")
        (('lstm', 'igfo'), ('gru', 'zrn'))
    """
    given = order.replace(",", "").replace(" ", "")
    for kind, gates in orders().items():
        letters = "".join(map(CELLS[kind].own_letter, given))
        if sorted(letters) == sorted(gates):
            return kind, letters
    raise CheckpointError(f"The order of gates {named(order)} is no cell's: give each gate once, as in {ordered()}.")


def arranged(
    tensors: Mapping[str, Array], order: str, turned: bool | None, update_keeps: bool, forget_bias: float
) -> dict[str, Array]:
    """One matrix a role, upright and in PyTorch's order.

    Args:
        tensors: by role, as `map_by_hand` takes them.
        order: of the gates.
        turned: whether matrices are stored (columns, rows); None where their shapes shall tell.
        update_keeps: whether a GRU's update gate of 1 keeps the state, as PyTorch has it.
        forget_bias: what the cell adds to an LSTM's forget gate.

    Raises:
        CheckpointError: names or shapes do not go together.
    """
    kind, letters = gate_order(order)
    cells: dict[str, dict[str, dict[str, Array]]] = {}
    for key, values in tensors.items():
        match = _KEY.match(key)
        if match is None:
            raise CheckpointError(f"There is no weight {named(key)}: give names like weight_ih_l0 or weight_ih_l0.f.")
        gate = gate_order_of(kind, match["gate"])
        cells.setdefault(match["place"], {}).setdefault(match["role"], {})[gate] = values
    found: dict[str, Array] = {}
    for place, roles in cells.items():
        for role, given in roles.items():
            _check_role(kind, role, given)
        cell = _whole(kind, letters, roles, turned)
        turns = CELLS[kind].turned
        if turns is not None and not update_keeps:
            cell = {role: _negated(values, _block(kind, turns.name, values)) for role, values in cell.items()}
        if FORGET in CELLS[kind].blocks and forget_bias and "weight_ih" in cell:
            bias = cell.get("bias_ih", np.zeros(len(cell["weight_ih"]), np.float32))
            cell["bias_ih"] = _raised(bias, _block(kind, FORGET, bias), forget_bias)
        found |= {f"{role}{place}": values for role, values in cell.items()}
    return found


def gate_order_of(kind: str, gate: str | None) -> str:
    """PyTorch's letter of one gate of a kind of cell, "" where a tensor holds all gates.

    Raises:
        CheckpointError: the cell has no such gate.
    """
    letter, known = CELLS[kind].own_letter(gate) if gate else "", orders()[kind]
    if letter and letter not in known:
        raise CheckpointError(f"There is no gate {named(gate)} in this cell: its gates are {', '.join(known)}.")
    return letter


def _check_role(kind: str, role: str, given: Mapping[str, Array]) -> None:
    """Refuse a role that is given for some gates only, or in shapes that do not go together."""
    gates = orders()[kind]
    if set(given) != {""} and (role == "weight_hr" or set(given) != set(gates)):
        said = ", ".join(gate or "all at once" for gate in given)
        raise CheckpointError(f"{role} is given for {said}: give it once, or for each of {', '.join(gates)}.")
    axes = (2,) if role.startswith("weight") else (1, 2)
    shapes = {values.shape for values in given.values()}
    for values in given.values():
        if values.ndim not in axes or not values.size or values.dtype.kind != "f" or len(shapes) > 1:
            expected = "a matrix" if axes == (2,) else "a row of numbers"
            raise CheckpointError(
                f"{role} has the shape {shown(values.shape)} and holds {values.dtype}: {expected} of floating-point "
                "numbers is expected, the same size for each gate."
            )


def _whole(kind: str, order: str, roles: Mapping[str, Mapping[str, Array]], turned: bool | None) -> _Cell:
    """One cell's matrices, whole and split by what they read."""
    gates_of = orders()[kind]
    cell: _Cell = {}
    reads = 0
    if projection := roles.get("weight_hr"):
        cell["weight_hr"] = projection[""].T if turned else projection[""]
        reads = len(cell["weight_hr"])
    for role, given in roles.items():
        if role == "weight_hr":
            continue
        single = "" not in given
        upright = {gate: _upright(role, gate, roles, len(order), turned) for gate in given}
        blocks = [upright[gate] for gate in gates_of] if single else _blocks(gates_of, order, upright[""])
        rows = np.concatenate(blocks)
        cell |= _split(role, rows, reads or len(rows) // len(gates_of))
    return cell


def _upright(role: str, gate: str, roles: Mapping[str, Mapping[str, Array]], gates: int, turned: bool | None) -> Array:
    """A matrix as (rows, columns), a bias as one axis."""
    values = roles[role][gate]
    if role.startswith("bias"):
        return values.reshape(-1)
    if turned is None:
        turned = _lies(role, gate, roles, 1 if gate else gates)
    return values.T if turned else values


def _lies(role: str, gate: str, roles: Mapping[str, Mapping[str, Array]], times: int) -> bool:
    """Whether a matrix's shape says that it is stored as (columns, rows).

    Raises:
        CheckpointError: it fits both ways.
    """
    values = roles[role][gate]
    high, wide = values.shape
    if role not in _JOINED:
        hidden = roles.get("weight_hh", {}).get(gate, values).shape
        return bool(wide == hidden[0] != high if times == 1 else hidden[0] * times == hidden[-1])
    sizes = {bias[gate].size for name, bias in roles.items() if name.startswith("bias") and gate in bias}
    sizes |= {times * int(projection.shape[-1]) for projection in roles.get("weight_hr", {}).values()}
    ways = [lies for lies in (False, True) if (values.shape[lies] in sizes if sizes else _holds(values, lies, times))]
    if len(ways) != 1:
        raise CheckpointError(
            f"{role} has the shape {shown(values.shape)}, from which its rows cannot be told: say whether it is stored "
            "for W x or x W (turned)."
        )
    return ways[0]


def _holds(values: Array, lies: bool, times: int) -> bool:
    """Whether rows are so many gates, and columns leave something for the inputs."""
    rows, columns = values.shape[::-1] if lies else values.shape
    return bool(rows % times == 0 and rows // times < columns)


def _blocks(gates: str, order: str, rows: Array) -> list[Array]:
    """The rows of each gate, in PyTorch's order."""
    if len(rows) % len(order):
        raise CheckpointError(f"{len(rows)} rows are no {len(order)} gates: choose another order of gates.")
    blocks = dict(zip(order, np.split(rows, len(order)), strict=True))
    return [blocks[gate] for gate in gates]


def _split(role: str, rows: Array, reads: int) -> _Cell:
    """A matrix that reads inputs and hidden state side by side, as two."""
    if role == "weight_xh":
        return {"weight_ih": rows[:, :-reads], "weight_hh": rows[:, -reads:]}
    if role == "weight_hx":
        return {"weight_ih": rows[:, reads:], "weight_hh": rows[:, :reads]}
    return {role: rows}


def _block(kind: str, block: str, rows: Array) -> slice:
    """The rows of one gate."""
    blocks = CELLS[kind].blocks
    place, size = blocks.index(block), len(rows) // len(blocks)
    return slice(place * size, (place + 1) * size)


def _negated(rows: Array, update: slice) -> Array:
    """The update gate's rows with their sign turned: σ(−a) = 1 − σ(a)."""
    turned = np.array(rows)
    turned[update] *= -1
    return turned


def _raised(bias: Array, forget: slice, forget_bias: float) -> Array:
    added: Array = np.zeros(len(bias), np.float64 if bias.dtype == np.float64 else np.float32)
    added[forget] = forget_bias
    raised: Array = bias + added
    return raised
