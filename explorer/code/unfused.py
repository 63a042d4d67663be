"""Cells that ``torch.nn`` lacks, as PyTorch code that runs by itself."""

from explorer.models.model.model import Model

RESETS_BEFORE = '''
def layer(x, h, w_ih, w_hh, b_ih, b_hh):
    """A GRU that resets before the matrix product, which torch.nn lacks."""
    w_r, w_z, w_n = w_hh.chunk(3)
    b_r, b_z, b_n = b_hh.chunk(3)
    states = []
    for projected in x @ w_ih.T + b_ih:
        x_r, x_z, x_n = projected.chunk(3)
        r = torch.sigmoid(x_r + w_r @ h + b_r)
        z = torch.sigmoid(x_z + w_z @ h + b_z)
        n = torch.tanh(x_n + w_n @ (r * h) + b_n)
        h = (1 - z) * n + z * h
        states.append(h)
    return torch.stack(states)


def run(rnn, x, h_0):
    ways, none = 2 if rnn.bidirectional else 1, torch.zeros(3 * rnn.hidden_size)
    last = []
    for index in range(rnn.num_layers):
        sides = []
        for way in range(ways):
            weights = [*rnn.all_weights[len(last)], none, none][:4]
            states = layer(x.flip(0) if way else x, h_0[len(last)], *weights)
            last.append(states[-1])
            sides.append(states.flip(0) if way else states)
        x = torch.cat(sides, dim=-1)
    return x, torch.stack(last)
'''
"""A GRU that resets before the matrix product: its weights lie in an ``nn.GRU``."""

_RUN = """
def run(weights, x, *start):
    ways, last = {ways}, []
    for first in range(0, len(weights), ways):
        sides = []
        for way, named in enumerate(weights[first : first + ways]):
            state = [one[len(last)] for one in start]
            states, end = layer(x.flip(0) if way else x, state, **named)
            last.append(end)
            sides.append(states.flip(0) if way else states)
        x = torch.cat(sides, dim=-1)
    ends = tuple(torch.stack(one) for one in zip(*last))
    return x, ends if len(ends) > 1 else ends[0]
"""


_SQUASH = """
def squash(a):
    return torch.clamp({slope!r} * a + 0.5, 0, 1)
"""


def by_hand(model: Model) -> str:
    """Code of a model that PyTorch has no kernel for: ``run(weights, x, *start)``, a dictionary of weights a cell."""
    cell = model.stack[0][0]
    slope = float(getattr(cell, "hard_sigmoid", 0.0))
    parts = [_SQUASH.format(slope=slope)] if slope else []
    parts += [cell.code, _RUN.format(ways=model.num_directions)]
    return "\n\n\n".join(part.strip() for part in parts)
