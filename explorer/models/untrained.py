"""Untrained models that begin with a memory of a chosen length."""

from dataclasses import replace

import torch

from explorer.errors import ShapeError
from explorer.models.build import random_model
from explorer.models.model import Model

_WRITE_GATE = {"lstm": "input"}


def untrained(
    kind: str, hidden_size: int, seed: int = 0, *, bias: float = 0.0, longest: float | None = None, input_size: int = 1
) -> Model:
    """A random model in double precision whose keep gate begins with a bias of its own.

    Args:
        kind: ``"rnn"`` (which has no such gate), ``"lstm"`` or ``"gru"``.
        hidden_size, input_size: units, and features a step.
        seed: of the weights, and of chrono initialisation.
        bias: added to the keep gate's bias as PyTorch draws it: the "forget bias".
        longest: chrono initialisation instead, for dependencies of up to so many steps, > 2::

                b_keep = ln u,  u ~ U(1, longest − 1);   an LSTM's b_input = −b_keep

            so that τ = 1/ln(1 + 1/u) ≈ u + ½.

    Raises:
        ShapeError: a size that no cell has, or a ``longest`` that leaves nothing to draw from.

    Source: Gers et al. 2000 and Jozefowicz et al. 2015 (bias); Tallec & Ollivier 2018, arXiv 1804.11188 (chrono).
    """
    if longest is not None and not longest > 2:
        raise ShapeError(f"longest is {longest}: give more than 2 steps.")
    model = random_model(kind, input_size, hidden_size, seed=seed, dtype=torch.float64)
    cell = model.stack[0][0]
    if cell.keep_gate is None or cell.bias_ih is None or cell.bias_hh is None:
        return model
    ours, theirs = cell.bias_ih.clone(), cell.bias_hh.clone()
    rows = {
        name: slice(place * hidden_size, (place + 1) * hidden_size) for place, name in enumerate(cell.blocks)
    }  # fmt: skip
    if longest is None:
        ours[rows[cell.keep_gate]] += bias
    else:
        generator = torch.Generator().manual_seed(seed)
        drawn = torch.empty(hidden_size, dtype=torch.float64).uniform_(1, longest - 1, generator=generator).log()
        for name, value in ((cell.keep_gate, drawn), (_WRITE_GATE.get(kind), -drawn)):
            if name is not None:
                ours[rows[name]], theirs[rows[name]] = value, 0.0
    return replace(model, stack=((replace(cell, bias_ih=ours, bias_hh=theirs),),))
