"""Tensors beside a cell's weights: used, harmless, named, or the reason for a refusal."""

from typing import Any

import numpy as np
import torch
from torch import nn

from tests.forms.form import Form, Opens, refused, warns
from tests.forms.given import File
from tests.forms.independent import linear, module_of, rows_of, states_of
from tests.models.checkpoint_writers import as_npz, saved
from tests.models.test_every_tensor import (
    ATTACHED,
    BIASES,
    HARMLESS,
    REFUSED,
    STARTS,
    UNUSED,
    X,
    beside,
    drawn,
    loop,
    lstm,
    network,
    normalised,
    normed,
    peeped,
    shaken,
    without,
)
from tests.models.test_every_tensor import module_of as seeded

PART = "Every tensor beside a cell"
X4 = np.random.default_rng(2).normal(size=(9, 4)).astype(np.float32)
IDS = np.array([3, 0, 6, 2, 2, 5])
ONE_BIAS = "keeps one bias a gate"
TANH = "tanh is assumed"
STORED = "not stored as PyTorch stores them"


def _unused(title: str) -> File:
    tensors, _ = UNUSED[title]
    cell = {20: nn.LSTMCell, 15: nn.GRUCell, 5: nn.RNNCell}[len(tensors["cell.weight_hh"])]
    return File(saved(tensors), loop(seeded(cell)), X)


def _harmless(title: str) -> File:
    return File(saved(beside(nn.LSTMCell, **HARMLESS[title])), loop(seeded(nn.LSTMCell)), X)


def _bias(cell: Any, title: str, column: bool) -> File:
    module = seeded(cell)
    if "bias_ih" not in BIASES[title]:
        module.bias_ih.data.zero_()
    tensors = {f"rnn.{name}": value for name, value in module.state_dict().items() if name.startswith("weight")}
    for role, name in BIASES[title].items():
        values = getattr(module, role).data
        tensors[f"rnn.{name}"] = values[:, None] if column else values
    return File(saved(tensors), loop(module), X)


def _by_hand_in_numpy() -> File:
    wxh, whh, why, bh, by = drawn(5, 3), drawn(5, 5), drawn(3, 5), drawn(5, 1), drawn(3, 1)
    h, states, answers = np.zeros((5, 1)), [], []
    for x in X:
        h = np.tanh(wxh.numpy() @ x[:, None] + whh.numpy() @ h + bh.numpy())
        states.append(h[:, 0])
        answers.append((why.numpy() @ h + by.numpy())[:, 0])
    data = as_npz({"Wxh": wxh, "Whh": whh, "Why": why, "bh": bh, "by": by})
    return File(data, np.array(states), X, np.array(answers))


def _start(title: str) -> File:
    module = seeded(nn.LSTM, num_layers=2)
    h, c = drawn(2, 5), drawn(2, 5) * 2
    tensors = {f"lstm.{name}": value for name, value in module.state_dict().items()}
    tensors |= dict(zip(STARTS[title], (h, c), strict=True))
    with torch.no_grad():
        return File(saved(tensors), module(torch.from_numpy(X), (h, c))[0].numpy(), X)


def _from_zeros() -> File:
    given = _start("on the network")
    module = seeded(nn.LSTM, num_layers=2)
    zeros = {state: np.zeros((2, 5), np.float32) for state in ("h_0", "c_0")}
    return File(given.data, states_of(module, X), X, states=zeros)


def _attached(title: str, group: str) -> File:
    tensors, expected = ATTACHED[title]
    embedding, head = expected[group]
    x = X4 if embedding is None else IDS
    states = states_of(module_of(tensors, group), X4 if embedding is None else rows_of(tensors, embedding, IDS))
    answer = None if head is None else linear(tensors, head, states)
    return File(saved(tensors), states, x, answer, group=group)


def _a_head_that_is_chosen() -> File:
    tensors = network(rnn=lstm(), attn=nn.Linear(6, 1), head=nn.Linear(6, 2))
    states = states_of(module_of(tensors, "rnn"), X4)
    return File(saved(tensors), states, X4, linear(tensors, "attn.weight", states), choices={"head": "attn.weight"})


def _beside_a_refused_one() -> File:
    encoder = {f"encoder.{name}": value for name, value in lstm().state_dict().items()}
    return File(
        saved(without(normed("decoder."), "ln_ho") | encoder),
        states_of(module_of(encoder, "encoder"), X4),
        X4,
        group="encoder",
    )


def _normalised(inside: bool) -> File:
    tensors = shaken(normed("decoder.cell."))
    choices = {} if inside else {"normed_bias": False}
    return File(saved(tensors), normalised(tensors, inside), X, choices=choices)


def _peepholes() -> File:
    seen = {gate: drawn(5) * (1 + place) for place, gate in enumerate("ifo")}
    weights = {f"weight_c{gate}": value for gate, value in seen.items()}
    return File(saved(beside(nn.LSTMCell, **weights)), peeped(seeded(nn.LSTMCell), seen), X)


def _unreadable() -> File:
    tensors = {f"lstm.{name}": value for name, value in lstm().state_dict().items()}
    data = saved(tensors | {"lstm.norm": torch.eye(3).to_sparse()})
    return File(data, states_of(module_of(tensors, "lstm"), X4), X4)


GUESSED = {"a scorer beside the head": ("head head.weight",), "a title outranks": ("head out.weight",)}


def _guessed(title: str, group: str) -> tuple[str, ...]:
    if title.startswith("the decoder's"):
        return (f"embedding {group.removesuffix('.rnn')}.embedding.weight",)
    return GUESSED.get(title, ())


FORMS = (
    Form(
        PART,
        "an LSTM with layer norms",
        lambda: _normalised(True),
        Opens(("'decoder.cell.ln_ih", "LN(W x + b) is assumed"), proved=False, doubted=True),
    ),
    Form(
        PART,
        "an LSTM with layer norms, biases after them chosen",
        lambda: _normalised(False),
        Opens(("'decoder.cell.ln_ih",), proved=False, doubted=True),
    ),
    Form(PART, "an LSTM with three peepholes", _peepholes, Opens(("'cell.weight_ci",), proved=False, doubted=True)),
    *(
        Form(PART, title, lambda tensors=tensors: File(saved(tensors)), refused(name))
        for title, (tensors, name) in REFUSED.items()
    ),
    *(
        Form(
            PART,
            f"{title}, which may be harmless",
            lambda title=title: _unused(title),
            warns(*names, head=None, says=(names[0], *([TANH] if title == "a start of a batch" else []))),
        )
        for title, (_, names) in UNUSED.items()
    ),
    Form(PART, "a sparse tensor beside the weights", _unreadable, warns("lstm.norm", says=("lstm.norm",))),
    *(
        Form(PART, f"{title}, from which nothing is computed", lambda title=title: _harmless(title), Opens())
        for title in HARMLESS
    ),
    *(
        Form(
            PART,
            f"an LSTMCell's bias called {title}",
            lambda title=title: _bias(nn.LSTMCell, title, False),
            Opens((STORED, ONE_BIAS) if len(BIASES[title]) == 1 else (STORED,), doubted=True),
        )
        for title in BIASES
    ),
    *(
        Form(
            PART,
            f"an RNNCell's bias called {title}, as a column",
            lambda title=title: _bias(nn.RNNCell, title, True),
            Opens((TANH, ONE_BIAS) if len(BIASES[title]) == 1 else (TANH,)),
        )
        for title in BIASES
    ),
    Form(
        PART,
        "Wxh, Whh, Why, bh, by of a character model in NumPy",
        _by_hand_in_numpy,
        Opens((ONE_BIAS, TANH), head="Why"),
    ),
    *(
        Form(PART, f"trained initial states {title}: {h}, {c}", lambda title=title: _start(title), Opens((h,)))
        for title, (h, c) in STARTS.items()
    ),
    Form(PART, "trained initial states, started from zeros instead", _from_zeros, Opens(("h0",))),
    *(
        Form(
            PART,
            f"{title}: {group}",
            lambda title=title, group=group: _attached(title, group),
            Opens(embedding=embedding, head=head, guessed=_guessed(title, group)),
        )
        for title, (_, found) in ATTACHED.items()
        for group, (embedding, head) in found.items()
    ),
    Form(PART, "a head that is chosen instead of the guessed one", _a_head_that_is_chosen, Opens()),
    Form(PART, "a network beside one that is refused", _beside_a_refused_one, Opens(("ln_ih",))),
)
"""Rows of this part."""
