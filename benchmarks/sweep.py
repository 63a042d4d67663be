"""How long does it take to knock out every unit in turn?

Holds the hidden state of each of 192 units of the bundled character model at 0, over 500 characters, batched
as the Compare page does it. One thread. Prints one row per promise: what, bound, measured, ok; then what
nothing is promised about.

    python -m benchmarks.sweep
"""

import sys
from time import perf_counter

import numpy as np
import torch

from benchmarks.table import row
from explorer import load_model, record
from explorer.measures import effects, gate_knock_outs, ranked, unit_knock_outs
from explorer.models.run.sweep import held_outputs

BOUND = 10.0
STEPS = 500
TEXT = ("def area(radius):\n    return 3.14 * radius ** 2\n\n" * 20)[:STEPS]


def main() -> int:
    """Measure; 0 when the bound holds."""
    torch.set_num_threads(1)
    model = load_model("python-chars-lstm")
    started = perf_counter()
    free = record(model, TEXT)
    assert free.output is not None
    clamps = unit_knock_outs(free)
    swept = np.concatenate(list(held_outputs(model, TEXT, clamps)))
    order = ranked(effects(model, free.output, swept, "answer"))
    seconds = perf_counter() - started
    what = f"sweep over {len(order)} units, {STEPS} characters"
    kept = row(what, f"≤ {BOUND:.0f} s", f"{seconds:.1f} s", seconds <= BOUND)
    started = perf_counter()
    for clamp in clamps[:8]:
        record(model, TEXT, clamps=[clamp])
    alone = (perf_counter() - started) * len(clamps) / 8
    print(f"  the same one by one: {alone:.1f} s")
    started = perf_counter()
    list(held_outputs(model, TEXT, gate_knock_outs(free)))
    print(f"  every gate in turn: {perf_counter() - started:.2f} s")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
