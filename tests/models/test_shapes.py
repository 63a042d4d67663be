"""Shapes held to what PyTorch itself prints."""

import pytest
import torch
from hypothesis import given, settings

from explorer.models import random_model
from explorer.models.model.shapes import parameters_by_gate, parameters_of_kinds, run_shapes, weight_shapes
from tests.models.configurations import Configuration, configurations


@settings(max_examples=60, deadline=None)
@given(configurations(most_steps=9))
def test_shapes_are_those_that_torch_prints(config: Configuration) -> None:
    module, model = config.module(), config.model()
    x = torch.tensor(config.x())
    for batch_first in (False, True):
        module.batch_first = batch_first
        shapes = {one.name: one for one in run_shapes(model, config.steps, batch_first)}
        for batched in (False, True):
            given_x = x.unsqueeze(0 if batch_first else 1) if batched else x
            output, last = module(given_x)
            names = ["h_n", "c_n"] if config.kind == "lstm" else ["h_n"]
            ends = dict(zip(names, last if config.kind == "lstm" else [last], strict=True))
            for name, value in {"input": given_x, "output": output, **ends}.items():
                one = shapes[name]
                assert (one.batched if batched else one.alone) == tuple(value.shape)
                assert len(one.batched_axes if batched else one.axes) == value.ndim
            assert shapes["h_0"].alone == shapes["h_n"].alone
    expected = [(name, tuple(value.shape)) for name, value in module.state_dict().items()]
    assert [(one.name, one.shape) for one in weight_shapes(model)] == expected
    assert sum(parameters_by_gate(model).values()) == model.num_parameters


@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize("both", [False, True])
def test_four_to_three_to_one(layers: int, both: bool) -> None:
    counts = {
        kind: random_model(kind, 5, 8, num_layers=layers, bidirectional=both).num_parameters
        for kind in ("lstm", "gru", "rnn")
    }
    for kind in counts:
        shown = parameters_of_kinds(random_model(kind, 5, 8, num_layers=layers, bidirectional=both))
        assert list(shown) == ["lstm", "gru", "rnn"]
        assert {name: sum(gates.values()) for name, gates in shown.items()} == counts
    assert counts["lstm"] * 3 == counts["gru"] * 4 == counts["rnn"] * 12


def test_a_projection_is_counted_by_itself() -> None:
    counts = parameters_by_gate(random_model("lstm", 5, 8, proj_size=3, num_layers=2))
    assert counts["projection"] == 2 * 3 * 8
    assert counts["forget"] == 8 * (5 + 3 + 2) + 8 * (3 + 3 + 2)


def test_rows_are_named_in_the_order_of_the_gates() -> None:
    rows = {one.name: one.blocks for one in weight_shapes(random_model("lstm", 2, 3, proj_size=1))}
    assert rows["weight_ih_l0"] == rows["bias_hh_l0"] == ("input", "forget", "candidate", "output")
    assert rows["weight_hr_l0"] == ()
