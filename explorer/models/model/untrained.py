"""Untrained models that begin with a memory of a chosen length."""

from dataclasses import replace

import torch

from explorer.errors import ShapeError
from explorer.models.model.build import random_model
from explorer.models.model.model import Model


def untrained(
    kind: str, hidden_size: int, seed: int = 0, *, bias: float = 0.0, longest: float | None = None, input_size: int = 1
) -> Model:
    """A random model in double precision whose keep gate begins with a bias of its own.

    Args:
        kind: a name in `explorer.cells.CELLS`; an RNN has no such gate and stays as it is.
        hidden_size, input_size: units, and features a step.
        seed: of the weights, and of chrono initialisation.
        bias: added to the keep gate's bias as it is drawn, where 1 keeps; taken off where 1 renews: the "forget bias".
        longest: chrono initialisation instead, for dependencies of up to so many steps, > 2::

                b_keep = ln u,  u ~ U(1, longest − 1);   an LSTM's b_input = −b_keep  (by the cell's ``chrono``)

            so that τ = 1/ln(1 + 1/u) ≈ u + ½.

    Raises:
        ShapeError: a size that no cell has, or a ``longest`` that leaves nothing to draw from.

    Source: Gers et al. 2000 and Jozefowicz et al. 2015 (bias); Tallec & Ollivier 2018, arXiv 1804.11188 (chrono).
    """
    if longest is not None and not longest > 2:
        raise ShapeError(f"longest is {longest}: give more than 2 steps.")
    model = random_model(kind, input_size, hidden_size, seed=seed, dtype=torch.float64)
    cell = model.stack[0][0]
    fields = [getattr(cell, name) for name in cell.bias_fields]
    if cell.keep_gate is None or any(one is None for one in fields):
        return model
    ours, theirs = (one.clone() for one in fields)
    rows = {name: slice(place * hidden_size, (place + 1) * hidden_size) for place, name in enumerate(cell.blocks)}
    if longest is None:
        ours[rows[cell.keep_gate]] += cell.keep_sign() * bias
    else:
        generator = torch.Generator().manual_seed(seed)
        drawn = torch.empty(hidden_size, dtype=torch.float64).uniform_(1, longest - 1, generator=generator).log()
        for name, sign in cell.chrono.items():
            ours[rows[name]], theirs[rows[name]] = sign * drawn, 0.0
    return replace(model, stack=((replace(cell, **dict(zip(cell.bias_fields, (ours, theirs), strict=True))),),))
