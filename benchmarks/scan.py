"""Does a corpus of ten million steps go through one pass, in bounded memory, and what does a pass cost?

Scans 1,000,000 steps of an LSTM of 128 units for counts, moments of every signal and the AUC of every state's units,
beside PyTorch's own pass over the same steps, which carries its state and keeps nothing; then 10,000,000 steps of an
LSTM of 32 units from ten Parquet files that follow each other, beside the same from two, so that what grows with the
length shows. Each in a process of its own. One thread. Prints one row per promise: what, bound, measured, ok.

    python -m benchmarks.scan
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from benchmarks.chunks import forward, peak
from benchmarks.table import row
from explorer import from_torch, scan
from explorer.scanning import Counts, Histograms, Moments, Ridge, Separation

STEPS, INPUTS, UNITS = 1_000_000, 8, 128
FILE_STEPS, FILES, FEW = 1_000_000, 10, 2
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def is_high(values: np.ndarray) -> np.ndarray:
    """A concept: whether the first input is above 1."""
    return np.asarray(values[:, 0] > 1)


def measure_speed() -> None:
    """Print, as JSON, what one pass took and what PyTorch's took."""
    module = torch.nn.LSTM(INPUTS, UNITS)
    model = from_torch(module)
    x = np.random.default_rng(0).normal(size=(STEPS, INPUTS)).astype(np.float32)
    scan(model, x[:20_000], Counts())
    before, start = peak(), time.thread_time()
    scan(model, x, [Counts(), Moments(), Separation(is_high)])
    ours, grown = time.thread_time() - start, peak() - before
    start = time.thread_time()
    scan(model, x, Moments(by="position"))
    grouped = time.thread_time() - start
    torchs = min(forward(module, torch.from_numpy(x)) for _ in range(2))
    print(json.dumps({"ours": ours / torchs, "grown": grown, "grouped": grouped / torchs, "torch": torchs}))


def measure_memory(pattern: str) -> None:
    """Print, as JSON, by how much memory grew, and how many steps there were."""
    model = from_torch(torch.nn.LSTM(1, 32))
    what = [Counts(), Moments(), Histograms(bins=256), Separation("high"), Ridge("x")]
    scan(model, np.zeros(5_000), what[:3])
    before, start = peak(), time.perf_counter()
    counts = scan(model, Path(pattern), what, columns=["x"], joined=True)[0]
    print(json.dumps({"grown": peak() - before, "steps": counts["steps"], "seconds": time.perf_counter() - start}))


def written(folder: Path) -> None:
    """Ten files of numbers, and a label beside each."""
    for at in range(FILES):
        x = np.random.default_rng(at).normal(size=FILE_STEPS).astype(np.float32)
        pd.DataFrame({"x": x, "high": x > 1}).to_parquet(folder / f"part-{at}.parquet", row_group_size=100_000)


def _apart(*arguments: str) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.scan", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ | _ONE_THREAD)
    told: dict[str, float] = json.loads(done.stdout)
    return told


def main() -> int:
    """Measure everything; 0 when every bound holds."""
    speed = _apart("speed")
    kept = [
        row(f"scan LSTM, T={STEPS:,}, H={UNITS}: over nn.LSTM", "≤ 4 ×", f"{speed['ours']:.2f} ×", speed["ours"] <= 4)
    ]
    with tempfile.TemporaryDirectory() as folder:
        written(Path(folder))
        few, all_of_them = (_apart("memory", f"{folder}/part-[{some}].parquet") for some in (f"0-{FEW - 1}", "0-9"))
    steps, grown = int(all_of_them["steps"]), all_of_them["grown"]
    kept.append(
        row(f"scan of Parquet, T={steps:,}, H=32: memory grows by", "≤ 500 MB", f"{grown:.0f} MB", grown <= 500)
    )
    print(f"  {speed['torch']:.1f} s by nn.LSTM; memory of that scan {speed['grown']:.0f} MB")
    print(f"  moments by position alone: {speed['grouped']:.2f} × nn.LSTM")
    print(
        f"  memory of {int(few['steps']):,} steps: {few['grown']:.0f} MB; the whole took {all_of_them['seconds']:.0f} s"
    )
    return 0 if all(kept) else 1


if __name__ == "__main__":
    if len(sys.argv) > 1:
        torch.set_num_threads(1)
        torch.manual_seed(0)
        measure_speed() if sys.argv[1] == "speed" else measure_memory(sys.argv[2])
    else:
        sys.exit(main())
