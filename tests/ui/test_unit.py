"""What the lines of one unit are given: the recorded numbers, and the stack's margins."""

import numpy as np
import pytest
import torch

import explorer
from explorer.figures import DESK
from explorer.ui.gates.unit import lines_data

X = np.random.default_rng(0).standard_normal((9, 2))


@pytest.mark.parametrize("wide", [False, True])
def test_lines_are_the_recorded_values(wide: bool) -> None:
    model = explorer.random_model("lstm", 2, 5, bidirectional=True, dtype=torch.float64 if wide else torch.float32)
    trace = explorer.record(model, X)
    data = lines_data(trace, 3, 4, 0, "reverse", "light", DESK)
    assert [line["symbol"] for line in data["lines"]] == ["f", "i", "g", "o", "c", "h"]  # as the panels above
    order = ("forget", "input", "candidate", "output", "cell", "hidden")
    for line, name in zip(data["lines"], order, strict=True):
        assert (line["values"] == trace.select(name, 0, "reverse")[:, 3]).all()
        assert line["values"].dtype == (np.float64 if wide else np.float32)
        assert line["gate"] is (name in ("input", "forget", "output"))


def test_a_projected_state_without_that_unit_is_left_out() -> None:
    trace = explorer.record(explorer.random_model("lstm", 2, 5, proj_size=3), X)
    assert [line["symbol"] for line in lines_data(trace, 4, 0, 0, "forward", "dark", DESK)["lines"]] == list("figoc")


def test_lines_stand_under_the_stack() -> None:
    trace = explorer.record(explorer.random_model("gru", 2, 5), X)
    assert lines_data(trace, 0, 0, 0, "forward", "light", DESK)["margin"] == [DESK.left, DESK.right]
