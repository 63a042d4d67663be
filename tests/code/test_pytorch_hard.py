"""The copied code of networks that torch.nn lacks, or that a run reads otherwise."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from explorer.cells import GRUCell, LSTMCell
from explorer.code.pytorch import Recipe, as_pytorch, constructor
from explorer.models import Model, random_model
from explorer.trace import record
from tests.code.test_pytorch import assert_same, executed


def hard(model: Model, slope: float = 0.2) -> Model:
    """The same weights, the gates squashed by a hard sigmoid; weights and states large enough to reach its ends."""

    def harder(cell: Any) -> Any:
        weights = {name: 4 * tensor for name, tensor in cell.weights().items()}
        return replace(cell, hard_sigmoid=slope, **weights)

    return replace(model, stack=tuple(tuple(harder(cell) for cell in layer) for layer in model.stack), learned=True)


@pytest.mark.parametrize("slope", [0.2, 1 / 6])
@pytest.mark.parametrize(
    "options",
    [
        {"kind": "lstm"},
        {"kind": "lstm", "num_layers": 2, "bidirectional": True},
        {"kind": "lstm", "proj_size": 2, "bias": False},
        {"kind": "gru"},
        {"kind": "gru", "reset_after": False, "bidirectional": True},
        {"kind": "gru", "bias": False, "num_layers": 2},
    ],
    ids=str,
)
def test_a_hard_sigmoid_is_written_as_a_loop_and_never_as_a_module(options: dict[str, Any], slope: float) -> None:
    model = hard(random_model(input_size=3, hidden_size=4, seed=2, **options), slope)
    x = np.random.default_rng(0).normal(size=(9, 3))
    code = as_pytorch(model, Recipe(x, source="GIVEN", start="random", start_seed=3))
    assert "nn.LSTM(" not in code
    assert "nn.GRU(" not in code
    states = np.random.default_rng(3)
    cells = model.num_layers * model.num_directions
    given = {"h_0": states.standard_normal((cells, model.proj_size or 4))}
    given |= {"c_0": states.standard_normal((cells, 4))} if model.kind == "lstm" else {}
    trace = record(model, x, **given)
    gate = trace["forget" if model.kind == "lstm" else "update"]
    assert {0.0, 1.0} <= set(np.unique(gate[(gate == 0) | (gate == 1)]))
    GIVEN.append(model)
    assert_same(
        code.replace("model = GIVEN", "from tests.code.test_pytorch_hard import GIVEN; model = GIVEN[-1]"), trace
    )
    assert "nn." not in constructor(model)
    assert f"hard_sigmoid={slope:.4g}" in constructor(model)


GIVEN: list[Model] = []


def test_a_trained_start_is_where_the_code_starts() -> None:
    model = random_model("lstm", 2, 3)
    initial = {"h_0": np.full((1, 3), 0.5), "c_0": np.array([[1.0, -2.0, 0.25]])}
    model = replace(model, initial=initial)
    x = np.random.default_rng(1).normal(size=(6, 2))
    for source in ("", "GIVEN"):
        recipe = Recipe(x, seed=None if source else 0, source=source, start="trained")
        GIVEN.append(model)
        code = as_pytorch(model, recipe).replace(
            "model = GIVEN", "from tests.code.test_pytorch_hard import GIVEN; model = GIVEN[-1]"
        )
        assert_same(code, record(model, x, **initial))


def test_masked_steps_are_left_out_of_the_code() -> None:
    model = replace(random_model("gru", 4, 3), embedding=random_model("gru", 4, 3).cell().weight_ih[:5], mask=0)
    ids = np.array([3, 0, 1, 2, 0])
    GIVEN.append(model)
    code = as_pytorch(model, Recipe(ids, source="GIVEN"))
    names = executed(code.replace("model = GIVEN", "from tests.code.test_pytorch_hard import GIVEN; model = GIVEN[-1]"))
    taken = record(replace(model, mask=None), ids[ids != 0])
    np.testing.assert_allclose(names["h_n"].numpy(), taken.h_n, atol=1e-6)
    assert names["output"].shape == (3, 3)


def test_code_says_which_tensors_were_not_used() -> None:
    model = replace(random_model("lstm", 2, 3), unused=("ln_ih.weight",))
    assert "ln_ih.weight" in as_pytorch(model, Recipe(np.zeros((2, 2)), seed=0)).splitlines()[0]


def test_hard_cells_say_why_they_have_no_kernel() -> None:
    for kind in (LSTMCell, GRUCell):
        cell = hard(random_model(kind.kind, 2, 3)).cell()
        assert not cell.has_kernel
        assert "hard sigmoid" in cell.lacks
    assert "resets before" in random_model("gru", 2, 3, reset_after=False).cell().lacks
