"""Modules in memory: their own weights as they compute them, or a refusal where forward is not PyTorch's."""

import copy
from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from tests.forms.form import Form, Opens, refused
from tests.forms.given import Live
from tests.models.computed_weights import (
    CELLS,
    DERIVED,
    INPUTS,
    KINDS,
    LSTM,
    ONLY_LIVE,
    QUANTISED,
    UNITS,
    WRAPPERS,
    X,
    cell_of,
    hidden,
    module_of,
    more_than_weights,
    moved,
    quantised,
)  # fmt: skip
from tests.models.computed_weights import loop as cell_loop
from tests.models.test_every_tensor import Inherited, NormedCell

PART = "Live modules"


def _plain(kind: str, **options: Any) -> Live:
    module = module_of(kind, **options)
    return Live(module, hidden(module), X)


def _cell(kind: str) -> Live:
    cell = cell_of(kind)
    return Live(cell, cell_loop(cell), X)


def _computed(form: str) -> Live:
    module = moved((DERIVED | ONLY_LIVE)[form](module_of("lstm")))
    right = hidden(module)
    return Live(module, right, X)


def _wrapped(wrapper: str) -> Live:
    module = module_of("gru", num_layers=2, bidirectional=True)
    return Live(WRAPPERS[wrapper](module), hidden(copy.deepcopy(module)), X)


def _quantised(bits: str) -> Live:
    net, exact = quantised(module_of("lstm"), QUANTISED[bits])
    return Live(net["rnn"], hidden(exact), X)


def _inherited() -> Live:
    torch.manual_seed(3)
    module = Inherited(INPUTS, UNITS)
    return Live(module, hidden(module), X)


def _replaced() -> Live:
    module = module_of("lstm")
    module.forward = lambda x: x
    return Live(module)


def _extended() -> Live:
    torch.manual_seed(3)
    module = Inherited(INPUTS, UNITS)
    module.weight_ci = nn.Parameter(torch.ones(UNITS))
    return Live(module)


def _precise(dtype: Any) -> Live:
    module = module_of("gru").to(dtype)
    exact = module_of("gru").to(torch.float64 if dtype == torch.float64 else torch.float32)
    kept = exact.weight_ih_l0.dtype
    exact.load_state_dict({name: value.to(kept) for name, value in module.state_dict().items()})
    return Live(module, hidden(exact), X)


SHAPES: dict[str, Callable[[], Live]] = {
    "an LSTM": lambda: _plain("lstm"),
    "a GRU, both directions": lambda: _plain("gru", bidirectional=True),
    "an RNN with relu, two layers": lambda: _plain("rnn", nonlinearity="relu", num_layers=2),
    "an LSTM with proj_size": lambda: _plain("lstm", proj_size=2),
}
ROUNDED = {"8 bits": "quantised", "half": "quantised"}
FORMS = (
    *(Form(PART, title, build, Opens()) for title, build in SHAPES.items()),
    *(Form(PART, f"{KINDS[kind].__name__}Cell", lambda kind=kind: _cell(kind), Opens()) for kind in CELLS),
    *(Form(PART, f"an LSTM with {form}", lambda form=form: _computed(form), Opens()) for form in DERIVED | ONLY_LIVE),
    *(
        Form(PART, f"{wrapper}, around a GRU", lambda wrapper=wrapper: _wrapped(wrapper), Opens())
        for wrapper in WRAPPERS
    ),
    *(
        Form(PART, f"a dynamically quantised LSTM, {bits}", lambda bits=bits: _quantised(bits), Opens((said,)))
        for bits, said in ROUNDED.items()
    ),
    Form(PART, "a subclass that computes as its parent", _inherited, Opens()),
    Form(
        PART,
        "a subclass with layer norms and a forward of its own",
        lambda: Live(NormedCell(INPUTS, UNITS)),
        refused("NormedCell", "forward"),
    ),
    Form(PART, "a module whose forward was replaced", _replaced, refused("LSTM", "forward")),
    Form(PART, "a subclass with a weight more", _extended, refused("weight_ci")),
    Form(PART, "a normed module with a weight more", lambda: Live(more_than_weights()), refused("gain")),
    Form(
        PART,
        "a script of another class of that name",
        lambda: Live(torch.jit.trace(LSTM(), torch.from_numpy(X))),
        refused("no recurrent module"),
    ),
    Form(PART, "a network of several modules", lambda: Live(nn.Sequential(module_of("lstm"))), refused("Sequential")),
    Form(
        PART,
        "a module without numbers (meta)",
        lambda: Live(nn.LSTM(INPUTS, UNITS, device="meta")),
        refused("weight_ih_l0", "meta"),
    ),
    *(
        Form(PART, f"a GRU in {title}", lambda dtype=dtype: _precise(dtype), Opens(says))
        for title, dtype, says in (
            ("double precision", torch.float64, ()),
            ("half precision", torch.float16, ("half precision",)),
            ("bfloat16", torch.bfloat16, ("bfloat16",)),
        )
    ),
)
"""Rows of this part."""
