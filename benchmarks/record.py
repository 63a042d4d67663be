"""What does recording every gate cost beside running the network?

Compares `explorer.record` with `torch.nn`'s own forward pass, and with the loop one writes to see the
gates; beside it the plain replay, PyTorch's kernel and then its operations one after the other, and the least that
any replay does, the kernel and the two products. One thread, all in turns in one process, the fastest of many. Prints
one row per promise: what, bound, measured, ok; then what nothing is promised about.

    python -m benchmarks.record
"""

import sys

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import linear

from benchmarks import fastest
from benchmarks.table import row
from explorer import from_torch, record
from explorer.cells import LSTMCell

INPUTS = 32


def lstm_cell_loop(cell: torch.nn.LSTMCell, x: Tensor) -> list[Tensor]:
    """An `LSTMCell` step by step, its gates computed beside it because it does not show them."""
    h, c = torch.zeros(1, cell.hidden_size), torch.zeros(1, cell.hidden_size)
    kept = []
    for x_t in x[:, None]:
        a = x_t @ cell.weight_ih.T + cell.bias_ih + h @ cell.weight_hh.T + cell.bias_hh
        i, f, g, o = a.chunk(4, 1)
        h, c = cell(x_t, (h, c))
        kept.append(torch.cat([i.sigmoid(), f.sigmoid(), g.tanh(), o.sigmoid(), c, h]))
    return kept


def plain_replay(cell: LSTMCell, x: Tensor) -> list[Tensor]:
    """The kernel's hidden states, every gate from them by PyTorch's operations, and the memory step by step."""
    hidden = cell.fused(x, *cell.zeros()).hidden
    i, f, g, o = (linear(_before(hidden), cell.weight_hh, cell.bias_hh) + cell.project(x)).chunk(4, 1)
    i, f, g, o = i.sigmoid(), f.sigmoid(), g.tanh(), o.sigmoid()
    keep, write = f.numpy(), (i * g).numpy()
    c = np.empty_like(keep)
    before = c[0] * 0
    for step in range(len(c)):
        before = c[step] = keep[step] * before + write[step]
    ours = o * torch.from_numpy(c).tanh()
    return [i, f, g, o, torch.from_numpy(c), ours, (ours - hidden).abs().amax(0)]


def products(cell: LSTMCell, x: Tensor) -> None:
    """What no replay can do without."""
    linear(_before(cell.fused(x, *cell.zeros()).hidden), cell.weight_hh)
    cell.project(x)


def _before(hidden: Tensor) -> Tensor:
    return torch.cat([torch.zeros_like(hidden[:1]), hidden[:-1]])


def times_forward(module: torch.nn.RNNBase, steps: int, rounds: int) -> float:
    """How many of PyTorch's own forward passes one record costs."""
    model, x = from_torch(module), torch.randn(steps, module.input_size)
    values = x.numpy()
    forward, ours = fastest(lambda: module(x), lambda: record(model, values), rounds=rounds)
    return ours / forward


def ways(module: torch.nn.LSTM, steps: int, rounds: int) -> tuple[float, float, float]:
    """How many of PyTorch's own forward passes one record, one plain replay and the products alone cost."""
    model, x = from_torch(module), torch.randn(steps, module.input_size)
    values, cell = x.numpy(), model.cell()
    assert isinstance(cell, LSTMCell)
    forward, ours, plain, least = fastest(
        lambda: module(x),
        lambda: record(model, values),
        lambda: plain_replay(cell, x),
        lambda: products(cell, x),
        rounds=rounds,
    )
    return ours / forward, plain / forward, least / forward


def times_under_loop(units: int, steps: int, rounds: int) -> float:
    """How many records one loop over an `LSTMCell` costs."""
    cell, x = torch.nn.LSTMCell(INPUTS, units), torch.randn(steps, INPUTS)
    model, values = from_torch(cell), x.numpy()
    loop, ours = fastest(lambda: lstm_cell_loop(cell, x), lambda: record(model, values), rounds=rounds)
    return loop / ours


def times_under_step(units: int, steps: int, rounds: int) -> float:
    """How many replays one run step by step costs."""
    model, values = from_torch(torch.nn.LSTM(INPUTS, units)), torch.randn(steps, INPUTS).numpy()
    step, replay = fastest(
        lambda: record(model, values, method="step"),
        lambda: record(model, values, method="replay"),
        rounds=rounds,
    )
    return step / replay


def report_bounds() -> bool:
    """Print a row for each promise; whether all hold."""
    kept = []
    for steps, units, bound, rounds in ((1_000, 128, 1.5, 100), (5_000, 256, 1.35, 20)):
        ratio, plain, least = ways(torch.nn.LSTM(INPUTS, units), steps, rounds)
        what = f"record LSTM, T={steps:,}, H={units}: over nn.LSTM"
        kept.append(row(what, f"≤ {bound} ×", f"{ratio:.2f} ×", ratio <= bound))
        print(f"  the plain replay {plain:.2f} ×, the kernel and the products alone {least:.2f} ×")
    ratio = times_under_loop(128, 1_000, rounds=40)
    kept.append(row("record LSTM, T=1,000, H=128: under an LSTMCell loop", "≥ 10 ×", f"{ratio:.1f} ×", ratio >= 10))
    return all(kept)


def report_facts() -> None:
    """Print what nothing is promised about: the other cells, and from how many steps on replay gains."""
    for module in (torch.nn.GRU(INPUTS, 128), torch.nn.RNN(INPUTS, 128)):
        name = type(module).__name__
        print(f"  record {name}, T=1,000, H=128: {times_forward(module, 1_000, 20):.2f} × nn.{name}")
    for steps in (4, 8, 16):
        print(f"  replay LSTM, T={steps}, H=32: {times_under_step(32, steps, 100):.1f} × faster than step")


@torch.no_grad()
def main() -> int:
    """Measure everything; 0 when every bound holds."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    kept = report_bounds()
    report_facts()
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
