"""Cells that ``torch.nn`` lacks, as PyTorch code that runs by itself."""

from explorer.models.model import Model

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

_LSTM = '''
def layer(x, state, weight_ih, weight_hh, bias_ih=0, bias_hh=0, weight_hr=None):
    """An LSTM whose gates have a hard sigmoid, which torch.nn lacks."""
    h, c = state
    states = []
    for projected in x @ weight_ih.T + bias_ih:
        i, f, g, o = (projected + weight_hh @ h + bias_hh).chunk(4)
        c = squash(f) * c + squash(i) * torch.tanh(g)
        h = squash(o) * torch.tanh(c)
        h = h if weight_hr is None else weight_hr @ h
        states.append(h)
    return torch.stack(states), (h, c)
'''

_GRU = '''
def layer(x, state, weight_ih, weight_hh, bias_ih=None, bias_hh=None):
    """A GRU whose gates have a hard sigmoid, which torch.nn lacks."""
    (h,) = state
    w_r, w_z, w_n = weight_hh.chunk(3)
    b_r, b_z, b_n = (0, 0, 0) if bias_hh is None else bias_hh.chunk(3)
    states = []
    for projected in x @ weight_ih.T + (0 if bias_ih is None else bias_ih):
        x_r, x_z, x_n = projected.chunk(3)
        r = squash(x_r + w_r @ h + b_r)
        z = squash(x_z + w_z @ h + b_z)
        n = torch.tanh(x_n + {past})
        h = (1 - z) * n + z * h
        states.append(h)
    return torch.stack(states), (h,)
'''

_RUN = """
def squash(a):
    return torch.clamp({slope!r} * a + 0.5, 0, 1)


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


def hard_gates(model: Model) -> str:
    """Code of an LSTM or a GRU whose gates have a hard sigmoid: ``run(weights, x, h_0)``, an LSTM's with ``c_0``.

    Args:
        model: with such gates.
    """
    first = model.stack[0][0]
    slope = float(getattr(first, "hard_sigmoid", 0.0))
    after = bool(getattr(first, "reset_after", True))
    past = "r * (w_n @ h + b_n)" if after else "w_n @ (r * h) + b_n"
    cell = _LSTM if model.kind == "lstm" else _GRU.format(past=past)
    return f"{cell.strip()}\n\n\n{_RUN.format(slope=slope, ways=model.num_directions).strip()}"
