"""What does a corpus of a million steps cost on Units: its first pass, and every answer after it?

A first pass over 1,000,000 steps of an LSTM of 128 units, which keeps one signal of every unit, beside PyTorch's own
pass over the same steps, which carries its state and keeps nothing; then "where else?" of three units with steps
around that must be off, and what the places share. One thread. Prints one row per promise: what, bound, measured, ok.

    python -m benchmarks.units
"""

import logging
import sys
import time

import numpy as np
import torch

from benchmarks.chunks import forward
from benchmarks.table import row
from explorer import from_torch
from explorer.measures import Wanted, elsewhere, shares
from explorer.ui.units.corpus import Corpus
from explorer.ui.units.first_pass import FirstPass

STEPS, INPUTS, UNITS = 1_000_000, 8, 128
SEARCHED = 20_000


def passed(corpus: Corpus, module: torch.nn.LSTM) -> tuple[FirstPass, float]:
    """A first pass, and its seconds of processor time."""
    found = FirstPass(from_torch(module), corpus, "cell", 0, "forward")
    start = time.thread_time()
    while not found.done:
        found.go_on()
    return found, time.thread_time() - start


def answer(values: np.ndarray, wanted: list[Wanted], labels: np.ndarray) -> tuple[int, float]:
    """How many places there are, and the seconds until they and what they share are known."""
    start = time.perf_counter()
    found = elsewhere(values, wanted, length=6, before=2, after=1)
    shares(found.on, labels)
    return len(found), time.perf_counter() - start


def main() -> bool:
    """Print the table; whether every promise is kept."""
    logging.getLogger("streamlit").setLevel(logging.ERROR)
    torch.set_num_threads(1)
    torch.manual_seed(0)
    module = torch.nn.LSTM(INPUTS, UNITS)
    random = np.random.default_rng(0)
    x = random.normal(size=(STEPS, INPUTS)).astype(np.float32)
    found, ours = passed(Corpus("noise", x), module)
    torchs = min(forward(module, torch.from_numpy(x)) for _ in range(2))
    middles = np.median(found.values[:SEARCHED, :3].astype(np.float32), axis=0)
    wanted = [Wanted(unit, float(middle)) for unit, middle in enumerate(middles)]
    labels = random.integers(0, 98, STEPS)
    places, seconds = min((answer(found.values, wanted, labels) for _ in range(3)), key=lambda one: one[1])
    kept = [
        row(
            f"first pass, {STEPS:,} steps, LSTM {UNITS}, over nn.LSTM",
            "≤ 4",
            f"{ours / torchs:.2f}",
            ours <= 4 * torchs,
        ),
        row(f"where else, {places:,} places, and what they share", "≤ 1 s", f"{seconds:.2f} s", seconds <= 1),
    ]
    return all(kept)


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
