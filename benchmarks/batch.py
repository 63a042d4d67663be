"""What do many short sequences cost side by side?

Records 10,000 sequences of 50 steps with `explorer.record_batch` and reads every trace, beside one `explorer.record`
for each, and beside the two products that a record cannot do without: PyTorch's kernel and our own of the same
weights. One thread, in turns in one process, the fastest of several. Prints one row per promise: what, bound,
measured, ok; then what nothing is promised about.

    python -m benchmarks.batch
"""

import sys

import numpy as np
import torch

from benchmarks import fastest
from benchmarks.table import row
from explorer import Model, random_model, record, record_batch

COUNT, STEPS, INPUTS, UNITS = 10_000, 50, 8, 64
ALONE = 500
BOUND = 20.0


def floor(x: torch.Tensor, model: Model) -> None:
    """One pass of PyTorch's kernel over all, some dozens at once, and the products of our own."""
    cell = model.cell()
    for start in range(0, len(x), 100):
        some = x[start : start + 100].transpose(0, 1).contiguous()
        hidden = cell.fused(some, *(zeros.expand(some.shape[1], -1) for zeros in cell.zeros())).hidden
        cell.project(some)
        torch.nn.functional.linear(hidden, cell.weight_hh)


@torch.no_grad()
def main() -> int:
    """Measure everything; 0 when every bound holds."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    model, x = random_model("lstm", INPUTS, UNITS), torch.randn(COUNT, STEPS, INPUTS)
    sequences: list[np.ndarray] = list(x.numpy())
    alone, together, least, called = fastest(
        lambda: [record(model, one) for one in sequences[:ALONE]],
        lambda: [trace.max_error for trace in record_batch(model, sequences)],
        lambda: floor(x, model),
        lambda: record_batch(model, sequences),
        rounds=5,
    )
    alone *= COUNT / ALONE
    what = f"record_batch, {COUNT:,} × {STEPS} steps, H={UNITS}, all read: under record"
    kept = row(what, f"≥ {BOUND:.0f} ×", f"{alone / together:.1f} ×", alone / together >= BOUND)
    print(f"  one by one {alone:.1f} s, side by side {together:.2f} s, of which until the call is back {called:.2f} s")
    print(f"  PyTorch's kernel and the products alone: {least:.2f} s, {alone / least:.1f} × under record")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
