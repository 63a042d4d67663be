"""A watched module in one line."""

from collections.abc import Sequence

from explorer.cells import CELLS
from explorer.errors import ExplorerError
from explorer.models import Model
from explorer.sequences import legible
from explorer.watching.call import ROUNDED, SAMPLE, Call

_MEANT = {"float32": "", "float64": " in double precision"}


def row(name: str, calls: Sequence[Call]) -> str:
    """Name, sizes, sequences, and how far the gates' own states are from what the module gave."""
    return "  ".join(cells_of(name, calls))


def cells_of(name: str, calls: Sequence[Call]) -> tuple[str, str, str, str]:
    """The same in its four columns."""
    return legible(name, 80), sizes(calls[-1].whole), sequences(calls), proof(calls[-1])


def sizes(model: Model) -> str:
    """``LSTM 64→128 ×2 both ways``."""
    layers = f" ×{model.num_layers}" if model.num_layers > 1 else ""
    projected = f"→{model.proj_size}" if model.proj_size else ""
    ways = " both ways" if model.num_directions == 2 else ""
    return f"{CELLS[model.kind].title} {model.input_size}→{model.hidden_size}{projected}{layers}{ways}"


def sequences(calls: Sequence[Call]) -> str:
    """``4 sequences, 7–31 steps``, of the last call where there were several."""
    lengths = calls[-1].lengths
    many = f"{len(lengths):,} sequence{'s' * (len(lengths) != 1)}"
    least, most = min(lengths, default=0), max(lengths, default=0)
    steps = f"{most:,} step{'s' * (most != 1)}" if least == most else f"{least:,}–{most:,} steps"
    return f"{len(calls):,} calls, the last of {many}, {steps}" if len(calls) > 1 else f"{many}, {steps}"


def proof(call: Call) -> str:
    """``✓ 3e-7``: the largest difference from what the module gave; over some sequences where there are many."""
    if not len(call):
        return "no sequence"
    try:
        error, precision = call.sampled_error, call.batch.precision
    except ExplorerError as reason:  # what it read, perhaps, is not finite
        return f"no gates: {reason}"
    some = f" ({SAMPLE} of {len(call):,} compared)" if len(call) > SAMPLE else ""
    if error != error:
        return f"not finite, in the module neither{some}"
    said = f"{error:.0e}".replace("e-0", "e-") if error else "exactly"
    if error > ROUNDED[precision]:
        return f"✗ differs from the module's own output by {said}{some}"
    meant = _MEANT.get(precision, f" of the module's own {precision}")
    layers = f", layer 1 of {call.whole.num_layers} alone" if call.exact_layers else ""
    return f"✓ {said}{meant}{layers}{some}"
