"""Does a million steps fit, and what does it cost?

Runs an LSTM of 128 units over 1,000,000 steps with `explorer.record_chunks` in a process of its own, so that
the memory is that run's alone, beside PyTorch's own pass over the same steps, which carries its state over the
same chunks and keeps nothing. One thread. Prints one row per promise: what, bound, measured, ok.

    python -m benchmarks.chunks
"""

import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import torch

from benchmarks.table import row
from explorer import from_torch, record_chunks
from explorer.errors import Cancelled

STEPS, INPUTS, UNITS, CHUNK = 1_000_000, 8, 128, 10_000
WHAT = f"record_chunks LSTM, T={STEPS:,}, H={UNITS}"


def peak() -> float:
    """The most memory this process ever held, in MB (Linux)."""
    return int(Path("/proc/self/status").read_text("ascii").split("VmHWM:")[1].split()[0]) / 1024


@torch.no_grad()
def forward(module: torch.nn.LSTM, x: torch.Tensor) -> float:
    """Processor seconds of PyTorch's own pass."""
    start, state = time.thread_time(), None
    for first in range(0, len(x), CHUNK):
        _, state = module(x[first : first + CHUNK], state)
    return time.thread_time() - start


def until_stopped(module: torch.nn.LSTM, x: np.ndarray) -> float:
    """Seconds on the clock between asking to stop, at any moment, and standing still."""
    event, asked = threading.Event(), [0.0]

    def ask() -> None:
        asked[0] = time.perf_counter()
        event.set()

    threading.Timer(1.0, ask).start()
    try:
        record_chunks(from_torch(module), x, cancel=event)
    except Cancelled:
        return time.perf_counter() - asked[0]
    raise RuntimeError("it was not stopped")


def measure() -> None:
    """Print, as JSON, what one long run took."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    module = torch.nn.LSTM(INPUTS, UNITS)
    x = np.random.default_rng(0).normal(size=(STEPS, INPUTS)).astype(np.float32)
    record_chunks(from_torch(module), x[: 2 * CHUNK])
    before, start = peak(), time.thread_time()
    run = record_chunks(from_torch(module), x)
    ours, grown = time.thread_time() - start, peak() - before
    torchs = min(forward(module, torch.from_numpy(x)) for _ in range(2))
    start = time.thread_time()
    run.window(500_000, 500_500)
    window = time.thread_time() - start
    told = {"ours": ours, "torch": torchs, "grown": grown, "window": window, "stop": until_stopped(module, x)}
    print(json.dumps(told | {"overview": sum(one.nbytes for one in run.overview.mean.values()) * 3 / 2**20}))


def main() -> int:
    """Measure everything; 0 when every bound holds."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.chunks", "measure"], capture_output=True, text=True, check=True
    )
    took = json.loads(done.stdout)
    ratio = took["ours"] / took["torch"]
    kept = [
        row(f"{WHAT}: over nn.LSTM", "≤ 3 ×", f"{ratio:.2f} ×", ratio <= 3),
        row(f"{WHAT}: memory grows by", "≤ 500 MB", f"{took['grown']:.0f} MB", took["grown"] <= 500),
        row(f"{WHAT}: stops within", "≤ 2 s", f"{took['stop']:.2f} s", took["stop"] <= 2),
    ]
    print(
        f"  {took['ours']:.1f} s in all; {took['overview']:.0f} MB of overview; a window of 500 {took['window']:.2f} s"
    )
    return 0 if all(kept) else 1


if __name__ == "__main__":
    if sys.argv[1:] == ["measure"]:
        measure()
    else:
        sys.exit(main())
