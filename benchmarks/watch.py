"""What does watching cost, and how long does a mean over a large batch take?

A model is called watched and not, in turns: one with a layer, one that calls a cell in a loop. Then 10,000 sequences of
50 steps pass through `explorer.watch` and a gate's mean over units is taken of each, beside the model's own pass, in a
process whose memory is that run's alone. One thread. Prints one row per promise: what, bound, measured, ok.

    python -m benchmarks.watch
"""

import sys
import time

import torch
from torch import Tensor, nn

import explorer
from benchmarks import fastest
from benchmarks.chunks import peak
from benchmarks.table import row
from explorer.watching import unit_means

WORDS, INPUTS, UNITS, BATCH, STEPS = 100, 64, 128, 32, 100
MANY, SHORT = 10_000, 50


class Layer(nn.Module):
    """Embedding, LSTM, a linear head."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding, self.out = nn.Embedding(WORDS, INPUTS), nn.Linear(UNITS, WORDS)
        self.lstm = nn.LSTM(INPUTS, UNITS, batch_first=True)

    def forward(self, ids: Tensor) -> Tensor:
        return self.out(self.lstm(self.embedding(ids))[0])


class Loop(nn.Module):
    """The same with the cell called once a step."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding, self.out = nn.Embedding(WORDS, INPUTS), nn.Linear(UNITS, WORDS)
        self.cell = nn.LSTMCell(INPUTS, UNITS)

    def forward(self, ids: Tensor) -> Tensor:
        state, logits = None, []
        for word in ids.T:
            state = self.cell(self.embedding(word), state)
            logits.append(self.out(state[0]))
        return torch.stack(logits)


@torch.no_grad()
def overhead(net: nn.Module) -> float:
    """The share by which watching lengthens a call, five calls a watch."""
    ids = torch.randint(0, WORDS, (BATCH, STEPS))

    def plain() -> None:
        for _ in range(5):
            net(ids)

    def watched() -> None:
        with explorer.watch(net):
            plain()

    alone, beside = fastest(plain, watched, rounds=12)
    return beside / alone - 1


@torch.no_grad()
def large() -> tuple[float, float]:
    """Seconds of the model's own pass, and of the means over its batches."""
    net, ids = Layer(), torch.randint(0, WORDS, (MANY, SHORT))
    start = time.perf_counter()
    with explorer.watch(net) as seen:
        for part in ids.split(500):
            net(part)
    passed = time.perf_counter()
    means = [unit_means(call, "forget") for call in seen["lstm"].calls]
    assert sum(map(len, means)) == MANY
    return passed - start, time.perf_counter() - passed


def main() -> int:
    """Print every row; 1 where a bound is missed."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    good = True
    for net in (Layer(), Loop()):
        share = overhead(net)
        what = f"watched call, {type(net).__name__.lower()}, batch {BATCH} × {STEPS}"
        good &= row(what, "≤ 20 % longer", f"{share:+.0%}", share <= 0.2)
    run, means = large()
    good &= row(f"{MANY:,} × {SHORT} steps: memory", "≤ 2.5 GB", f"{peak():,.0f} MB", peak() <= 2_500)
    row(f"{MANY:,} × {SHORT} steps: the watched run itself", "", f"{run:.1f} s", True)
    row(f"{MANY:,} × {SHORT} steps: mean of a gate over units", "", f"{means:.1f} s", True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
