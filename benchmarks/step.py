"""What does a run cost that no kernel of PyTorch's can take: a clamped one, or a cell that PyTorch lacks?

Compares `explorer.record` step by step with the plain way, a Python loop that calls the cell at each step and keeps
what it returns. One thread, both in turns in one process, the fastest of several. Prints one row per promise: what,
bound, measured, ok; then what nothing is promised about.

    python -m benchmarks.step
"""

import sys
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from benchmarks import fastest
from benchmarks.table import row
from explorer import Clamp, random_model, record
from explorer.cells import CELLS, Cell, free

INPUTS, UNITS, STEPS = 32, 64, 5_000
TIMES = 5.0


def plain_loop(cell: Cell, x: Tensor, clamps: Sequence[Clamp]) -> dict[str, Tensor]:
    """Step by step in PyTorch, each held signal copied and written to."""

    def hold(signal: str, value: Tensor) -> Tensor:
        for clamp in clamps:
            if clamp.signal == signal:
                value = value.clone()
                value[..., torch.arange(UNITS)] = torch.full((UNITS,), clamp.value)
        return value

    current, kept = cell.state(*cell.zeros()), []
    for projected in cell.project(x):
        gates = cell.gates(projected, current, hold if clamps else free)
        current = cell.update(gates, current, hold if clamps else free)
        kept.append(gates._asdict() | current._asdict())
    return {name: torch.stack([one[name] for one in kept]) for name in cell.signals}


def times_faster(kind: str, clamps: Sequence[Clamp] = (), rounds: int = 5, steps: int = STEPS, **options: Any) -> float:
    """How many recorded runs one plain loop costs."""
    model, x = random_model(kind, INPUTS, UNITS, **options), torch.randn(steps, INPUTS)
    cell, values = model.cell(), x.numpy()
    loop, ours = fastest(
        lambda: plain_loop(cell, x, clamps),
        lambda: record(model, values, clamps=clamps),
        rounds=rounds,
    )
    return loop / ours


def report_bounds() -> bool:
    """Print a row for each promise; whether all hold."""
    lacking = [(f"{kind}", {}) for kind, cell in CELLS.items() if not cell.modules]
    runs: list[tuple[str, Callable[[], float]]] = [
        ("clamped LSTM", lambda: times_faster("lstm", [Clamp("forget", 1.0)])),
        ("GRU that resets before", lambda: times_faster("gru", reset_after=False)),
        *((f"{kind}", lambda kind=kind: times_faster(kind)) for kind, _ in lacking),
    ]
    kept = []
    for name, measure in runs:
        ratio = measure()
        what = f"record {name}, T={STEPS:,}, H={UNITS}: under a plain loop"
        kept.append(row(what, f"≥ {TIMES:.0f} ×", f"{ratio:.1f} ×", ratio >= TIMES))
    return all(kept)


@torch.no_grad()
def main() -> int:
    """Measure everything; 0 when every bound holds."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    kept = report_bounds()
    for steps in (8, 16, 32):
        print(f"  clamped LSTM, T={steps}, H={UNITS}: {times_faster('lstm', [Clamp('forget', 1.0)], 40, steps):.1f} ×")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
