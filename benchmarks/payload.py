"""How large is a figure of every gate, and how long does it take to make?

Builds the stack of an LSTM's six signals, all units shown, and serialises it as Streamlit does.
Prints one row per promise: what, bound, measured, ok.

    python -m benchmarks.payload
"""

import sys

import torch
from plotly.io import to_json

from benchmarks import fastest
from benchmarks.table import row
from explorer import from_torch, record
from explorer.figures import gate_stack

MOST_MEGABYTES, MOST_MILLISECONDS = 1.2, 60


def main() -> int:
    """Measure everything; 0 when every bound holds."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    trace = record(from_torch(torch.nn.LSTM(32, 128)), torch.randn(1_000, 32))
    megabytes = len(to_json(gate_stack(trace), validate=False).encode()) / 1e6
    (seconds,) = fastest(lambda: to_json(gate_stack(trace), validate=False), rounds=20)
    milliseconds = seconds * 1e3
    what = "figure of 6 signals, T=1,000, H=128"
    kept = [
        row(f"{what}: size", f"≤ {MOST_MEGABYTES} MB", f"{megabytes:.2f} MB", megabytes <= MOST_MEGABYTES),
        row(
            f"{what}: built, serialised",
            f"≤ {MOST_MILLISECONDS} ms",
            f"{milliseconds:.0f} ms",
            milliseconds <= MOST_MILLISECONDS,
        ),
    ]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
