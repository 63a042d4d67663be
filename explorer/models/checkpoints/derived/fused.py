"""TensorFlow 1's cells, whose kernels read inputs and hidden state side by side: [x, h] @ kernel."""

import re
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from explorer.models.checkpoints.derived.joining import Joining, candidates, narrow, wide
from explorer.models.files import Array, Contents, Known, named, shown

_CELL = re.compile(
    r"^(?P<before>(?:.*/)?)(?P<cell>(?:cudnn_compatible_|basic_|layer_norm_basic_)?(?:lstm|rnn|gru)_(?:block_|fused_)?"
    r"cell(?:_v\d)?|lstm_fused_cell|gru_block_cell|Basic(?:LSTM|RNN)Cell|LSTMBlockCell|LSTMCell|GRUCell|GRUBlockCell)"
    r"(?P<number>_\d+)?/(?P<leaf>.+?)(?::0)?$"
)
_PLAIN = re.compile("rnn", re.IGNORECASE)
"""What TensorFlow calls a cell without gates."""
_LAYER = re.compile(r"^(?P<stack>.*multi_rnn_cell(?:_\d+)?)/cell_(?P<layer>\d{1,4})$")
_SIDE = re.compile(r"^(?P<both>.*)/(?P<side>fw|bw)$")
_LEAVES = {"weights": "kernel", "biases": "bias", "Linear/Matrix": "kernel", "Linear/Bias": "bias"}
_FORGET = (
    "TensorFlow adds forget_bias, 1 unless its code said otherwise, to the forget gate at each step: it is added to "
    "the bias here."
)
_ORDER = "Stored as TensorFlow's {}, one kernel for inputs and hidden state: taken apart{}."


class _Folder(NamedTuple):
    """A cell's tensors: where they lie, the cell's name, and the tensors' names by their own last part."""

    before: str
    cell: str
    number: str
    leaves: dict[str, str]


def with_fused(contents: Contents) -> Contents:
    """Contents in which the kernels of TensorFlow's ``BasicLSTMCell`` and its like are PyTorch's matrices::

    LSTM   i, j, f, o = [x, h] W + b;  c' = σ(f + forget_bias)∘c + σ(i)∘tanh(j);  h' = σ(o)∘tanh(c')
    GRU    r, u = σ([x, h] W + b);  c = tanh([x, r∘h] V + d);  h' = u∘h + (1−u)∘c
    RNN    h' = tanh([x, h] W + b)
    """
    joining = Joining(contents)
    for folder in _folders(contents):
        kernel = contents.tensors.get(folder.leaves.get("kernel", ""))
        if "gates/kernel" in folder.leaves and "candidate/kernel" in folder.leaves:
            _join_gru(joining, folder)
        elif kernel is not None and kernel.ndim == 2 and "recurrent_kernel" not in folder.leaves:
            _join_one(joining, folder)
    return joining.done()


def _folders(contents: Contents) -> list[_Folder]:
    found: dict[str, _Folder] = {}
    for name in candidates(contents):
        if (match := _CELL.match(name)) and contents.tensors[name].dtype.kind == "f":
            cell, number = match["cell"], match["number"] or ""
            folder = found.setdefault(f"{match['before']}{cell}{number}", _Folder(match["before"], cell, number, {}))
            folder.leaves[_LEAVES.get(match["leaf"], match["leaf"])] = name
    return list(found.values())


def _join_one(joining: Joining, folder: _Folder) -> None:
    """A cell of one kernel: an LSTM or, with as many columns as units, an RNN."""
    prefix, ending = _place(folder)
    times = 1 if _PLAIN.search(folder.cell) else 4
    names = {leaf: name for leaf, name in folder.leaves.items() if leaf in ("kernel", "bias", "projection/kernel")}
    parts = {leaf: joining.contents.tensors[name] for leaf, name in names.items()}
    extra = sorted(folder.leaves.keys() - names.keys())
    kernel, projection = parts["kernel"], parts.get("projection/kernel")
    units = kernel.shape[1] // times
    reads = units if projection is None or projection.ndim != 2 else projection.shape[1]
    fits = units * times == kernel.shape[1] and 0 < reads < len(kernel)
    fits = fits and ("bias" not in parts or parts["bias"].shape == (kernel.shape[1],))
    if extra or not fits or (projection is not None and projection.shape != (units, reads)):
        joining.know(prefix, Known(problem=_problem(folder, kernel, extra)))
        return
    order = (0, 2, 1, 3) if times == 4 else (0,)
    rows = _in_order(kernel.T, order)
    cell = {"weight_ih": rows[:, : len(kernel) - reads], "weight_hh": rows[:, len(kernel) - reads :]}
    added = 0.0 if times == 1 or folder.cell.startswith("cudnn") else 1.0
    if "bias" in parts or added:
        cell["bias_ih"] = _bias(parts.get("bias", np.zeros(units * times, kernel.dtype)), order, added)
    if projection is not None:
        cell["weight_hr"] = projection.T
    for role, values in cell.items():
        parts_of = {"bias_ih": names.get("bias", names["kernel"]), "weight_hr": names.get("projection/kernel", "")}
        joining.put(f"{prefix}{_mark(prefix)}{role}{ending}", values, (parts_of.get(role, names["kernel"]),))
    said = _ORDER.format(folder.cell, " (gates i, j, f, o)" if times == 4 else "")
    notes = (said, _FORGET) if added else (said,)
    joining.know(prefix, Known({"nonlinearity": "tanh"} if times == 1 else {}, notes=notes))


def _join_gru(joining: Joining, folder: _Folder) -> None:
    prefix, ending = _place(folder)
    names = dict(folder.leaves)
    parts = {leaf: joining.contents.tensors[name] for leaf, name in names.items()}
    gates, candidate = parts["gates/kernel"], parts["candidate/kernel"]
    reads, units = (candidate.shape[0], candidate.shape[1]) if candidate.ndim == 2 else (0, 0)
    expected: dict[str, tuple[int, ...]] = {"gates/kernel": (reads, 2 * units), "candidate/kernel": (reads, units)}
    expected |= {"gates/bias": (2 * units,), "candidate/bias": (units,)}
    extra = sorted(names.keys() - expected.keys())
    wrong = [leaf for leaf, values in parts.items() if leaf in expected and values.shape != expected[leaf]]
    one_bias = ("gates/bias" in parts) != ("candidate/bias" in parts)
    if extra or wrong or one_bias or reads <= units:
        joining.know(prefix, Known(problem=_problem(folder, gates, extra or wrong)))
        return
    rows = np.concatenate([gates.T, candidate.T])
    inputs = reads - units
    both = (names["gates/kernel"], names["candidate/kernel"])
    cell = {"weight_ih": (rows[:, :inputs], both), "weight_hh": (rows[:, inputs:], both)}
    if "gates/bias" in parts:
        biases = (names["gates/bias"], names["candidate/bias"])
        cell["bias_ih"] = (np.concatenate([parts["gates/bias"], parts["candidate/bias"]]), biases)
    for role, (values, used) in cell.items():
        joining.put(f"{prefix}{_mark(prefix)}{role}{ending}", values, used)
    said = _ORDER.format(folder.cell, " (gates r, u, which keeps; its reset stands before the product)")
    joining.know(prefix, Known({"reset_after": False}, notes=(said,)))


def _bias(stored: Array, order: tuple[int, ...], added: float) -> Array:
    """A bias in PyTorch's order, with what is added to the forget gate, its second block."""
    bias = wide(_in_order(stored, order))
    if added:
        bias[len(bias) // 4 : len(bias) // 2] += added
    return narrow(bias, stored)


def _in_order(rows: Array, order: tuple[int, ...]) -> Array:
    blocks = np.split(rows, len(order))
    return np.concatenate([blocks[place] for place in order])


def _place(folder: _Folder) -> tuple[str, str]:
    """The prefix of a cell's weights and what their names end with: layers of one stack, and directions, share one."""
    path = folder.before.rstrip("/")
    layer = reverse = ""
    if match := _LAYER.match(path):
        path, layer = match["stack"], match["layer"]
    if match := _SIDE.match(path):
        path, reverse = match["both"], "_reverse" * (match["side"] == "bw")
    stands = path if layer or reverse or _SIDE.match(folder.before.rstrip("/")) else f"{folder.before}{folder.cell}"
    stands += "" if stands == path else folder.number
    return stands, f"_l{layer or 0}{reverse}"


def _mark(prefix: str) -> str:
    return "/" if prefix else ""


def _problem(folder: _Folder, kernel: Array, extra: list[str]) -> str:
    what = f"has {named(', '.join(extra))}, which the cell here lacks" if extra else f"is {shown(kernel.shape)}"
    expected: Mapping[bool, str] = {True: "", False: ", and inputs + units by gates × units was expected"}
    return f"TensorFlow's {folder.cell} in {named(folder.before + folder.cell)} {what}{expected[bool(extra)]}."
