"""What stands beside weights in a pickle, whole modules, and programs: read as data, nothing of it called."""

import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import nn

from tests.forms.form import Form, Opens, refused
from tests.forms.given import File
from tests.forms.independent import module_of, states_of
from tests.models.checkpoint_writers import CELLS, saved, weights_of
from tests.models.test_checkpoint_forms import WRAPPINGS, renamed
from tests.models.test_checkpoint_objects import (
    FOREIGN,
    INPUTS,
    OPTIONS,
    UNITS,
    Mine,
    Net,
    Odd,
    Program,
    X,
    core_of,
    scripted,
)

PART = "Objects beside the weights"
OWN_WORDS = ("words.itos'", "one-hot")
Build = Callable[[], File]


def _beside(foreign: str) -> File:
    net, thing = Net(), FOREIGN[foreign]()
    tree = {"epoch": 1, "state_dict": net.state_dict(), "hyper_parameters": {"anything": thing, "model": nn.GRU(2, 2)},
            "callbacks": {"a": thing}, "extra": thing}  # fmt: skip
    return File(saved(tree), states_of(core_of(net), X), X)


def _nested(title: str) -> File:
    torch.manual_seed(11)
    module = nn.LSTM(INPUTS, UNITS, 2)
    return File(saved(WRAPPINGS[title](renamed(module.state_dict(), "lstm"))), states_of(module, X), X)


def _whole(kind: str, options: dict[str, Any], around: Callable[[Any], Any], old: bool = False) -> File:
    net = Net(kind, **options).eval()
    return File(saved(around(net), _use_new_zipfile_serialization=not old), states_of(core_of(net), X), X)


def _cells(kind: str) -> File:
    net = nn.Module()
    torch.manual_seed(1)
    net.cells = [CELLS[kind](INPUTS, UNITS), CELLS[kind](UNITS, UNITS)]  # type: ignore[assignment]
    first = {f"{name}_l0": value for name, value in net.cells[0].state_dict().items()}
    return File(saved(net), states_of(module_of(first), X), X, group="cells.0")


def _of_another_class() -> File:
    torch.manual_seed(1)
    module = Mine(INPUTS, UNITS)
    return File(saved({"net": nn.Sequential(module)}), states_of(module, X), X)


def _itself() -> File:
    torch.manual_seed(1)
    module = nn.LSTM(INPUTS, UNITS)
    tree: dict[str, Any] = {"state_dict": module.state_dict()}
    tree["state_dict"]["self"] = tree
    return File(saved(tree), states_of(module, X), X)


def _unreadable_elsewhere() -> File:
    torch.manual_seed(1)
    net = nn.ModuleDict({"lstm": nn.LSTM(INPUTS, UNITS)})
    state = net.state_dict() | {"mask": torch.ones(4, 1).expand(4, 6), "graph": torch.eye(3).to_sparse(), "odd": Odd()}
    return File(saved(state), states_of(net["lstm"], X), X)


def _needed(thing: Any) -> File:
    return File(saved({"lstm.weight_hh_l0": thing, "lstm.weight_ih_l0": torch.ones(20, 3)}))


def _pickled(protocol: int) -> File:
    torch.manual_seed(2)
    module = nn.GRU(INPUTS, UNITS)
    arrays = {f"rnn.{role}_l0": value for role, value in weights_of(module).items()}
    return File(pickle.dumps({"params": arrays, "lr": np.float32(1)}, protocol), states_of(module, X), X)


def _program(kind: str, options: dict[str, Any], traced: bool) -> File:
    torch.manual_seed(4)
    net = Program(kind, **options).eval()
    return File(scripted(net, traced), states_of(net.core, X), X, group="core")


def _quantised_rows() -> File:
    torch.manual_seed(1)
    module = nn.LSTM(INPUTS, UNITS)
    state = dict(module.state_dict())
    scales, zeros = torch.linspace(0.003, 0.006, 4 * UNITS), torch.arange(4 * UNITS) % 3
    rows = torch.quantize_per_channel(state["weight_hh_l0"], scales, zeros, 0, torch.qint8)
    module.load_state_dict(state | {"weight_hh_l0": rows.dequantize()})
    return File(saved(state | {"weight_hh_l0": rows}), states_of(module, X), X)


WHOLE: dict[str, Build] = {
    "an LSTM of two layers and both directions": lambda: _whole(*OPTIONS[0], lambda net: net),
    "a GRU, batch_first, without biases": lambda: _whole(*OPTIONS[1], lambda net: net),
    "an RNN with relu": lambda: _whole(*OPTIONS[2], lambda net: net),
    "before zip": lambda: _whole(*OPTIONS[0], lambda net: net, True),
    "in a dictionary": lambda: _whole(*OPTIONS[0], lambda net: {"model": net, "epoch": 3}),
    "in DataParallel": lambda: _whole(*OPTIONS[0], nn.DataParallel),
}
FORMS = (
    *(
        Form(
            PART,
            f"{foreign} in hyper_parameters",
            lambda foreign=foreign: _beside(foreign),
            Opens(networks=("encoder.core",)),
        )
        for foreign in FOREIGN
    ),
    *(
        Form(PART, f"as a training saves it: {title}", lambda title=title: _nested(title), Opens())
        for title in WRAPPINGS
    ),
    *(
        Form(PART, f"a whole module: {title}", build, Opens(OWN_WORDS, networks=("encoder.core",)))
        for title, build in WHOLE.items()
    ),
    *(
        Form(
            PART,
            f"a whole module with {kind.upper()}Cells in a list",
            lambda kind=kind: _cells(kind),
            Opens(networks=("cells.0", "cells.1")),
        )
        for kind in CELLS
    ),
    Form(PART, "a whole module of a subclass", _of_another_class, refused("Mine")),
    Form(PART, "a file that holds itself", _itself, Opens()),
    Form(PART, "tensors elsewhere that cannot be read", _unreadable_elsewhere, Opens(("'mask'", "'graph'"))),
    *(
        Form(
            PART, f"a needed tensor that is {title}", lambda thing=thing: _needed(thing), refused("'lstm.weight_hh_l0'")
        )
        for title, thing in (
            ("an unknown object", Odd()),
            ("sparse", torch.ones(20, 5).to_sparse()),
            ("expanded", torch.ones(1).expand(20, 5)),
        )
    ),
    *(
        Form(
            PART,
            f"a pickle of NumPy arrays, protocol {protocol}",
            lambda protocol=protocol: _pickled(protocol),
            Opens(),
        )
        for protocol in (0, 2, 5)
    ),
    *(
        Form(
            PART,
            f"a program, {'traced' if traced else 'scripted'}: {kind.upper()}",
            lambda kind=kind, options=options, traced=traced: _program(kind, options, traced),
            Opens(("its code was not",), networks=("core", "other")),
        )
        for traced, (kind, options) in ((False, OPTIONS[0]), (True, OPTIONS[1]), (False, OPTIONS[2]))
    ),
    Form(PART, "weights quantised row by row", _quantised_rows, Opens(("quantised",))),
)
"""Rows of this part."""
