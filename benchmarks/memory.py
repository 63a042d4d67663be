"""What does it cost to say who wrote a memory, and whether the past gets a say?

The ledger of 1,000 steps and 192 units, and the gradient curves of RNN, LSTM and GRU over 500 steps, on one
thread, the fastest of several. Prints one row a promise: what, bound, measured, ok; then what nothing is
promised about.

    python -m benchmarks.memory
"""

import sys

import numpy as np

from benchmarks import fastest
from benchmarks.table import row
from explorer import gradients, random_model, record
from explorer.figures import ledger_bars, ledger_map
from explorer.measures import MYTH, fading, gradient_left, ledger
from explorer.models import single_threaded
from explorer.trace import saliency

STEPS, UNITS = 1_000, 192
KINDS = ("rnn", "lstm", "gru")


def ledger_seconds(kind: str, rounds: int) -> float:
    """Seconds of one ledger over all steps and units."""
    trace = record(random_model(kind, 8, UNITS), np.random.default_rng(0).normal(size=(STEPS, 8)))
    return fastest(lambda: ledger(trace), rounds=rounds)[0]


def curves_seconds(rounds: int) -> float:
    """Seconds of the three gradient curves that one picture shows."""
    x = np.random.default_rng(0).normal(size=(500, 8))
    models = [random_model(kind, 8, 64) for kind in KINDS]
    return fastest(lambda: [fading(gradients(model, x)) for model in models], rounds=rounds)[0]


def report_bounds() -> bool:
    """Print a row for each promise; whether all hold."""
    kept = [
        row(f"ledger of {kind.upper()}, T={STEPS:,}, H={UNITS}", "≤ 300 ms", f"{1000 * seconds:.0f} ms", seconds <= 0.3)
        for kind in ("lstm", "gru")
        for seconds in [ledger_seconds(kind, rounds=10)]
    ]
    seconds = curves_seconds(rounds=3)
    kept.append(row("gradient curves of three kinds, T=500, H=64", "≤ 2 s", f"{seconds:.2f} s", seconds <= 2))
    return all(kept)


def report_facts() -> None:
    """Print what nothing is promised about: the figures, the triangle, one seed of the myth-buster."""
    trace = record(random_model("lstm", 8, UNITS), np.random.default_rng(0).normal(size=(STEPS, 8)))
    book = ledger(trace)
    figures = fastest(lambda: (ledger_bars(trace, book, 0, 999), ledger_map(trace, book, range(24))), rounds=5)[0]
    print(f"  both figures of that ledger: {1000 * figures:.0f} ms")
    x, model = np.random.default_rng(0).normal(size=(100, 8)), random_model("lstm", 8, 64)
    print(f"  saliency of 100 × 100 tokens, H=64: {fastest(lambda: saliency(model, x), rounds=3)[0]:.2f} s")
    print(
        f"  one seed of the myth-buster: {fastest(lambda: [gradient_left(one, 0) for one in MYTH], rounds=2)[0]:.2f} s"
    )


def main() -> int:
    """Measure everything; 0 when every bound holds."""
    single_threaded()
    kept = report_bounds()
    report_facts()
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
