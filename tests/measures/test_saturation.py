"""Saturation against counting by hand."""

import numpy as np
import pytest

from explorer import Clamp, UnknownSignalError, random_model, record
from explorer.measures import saturation

X = np.random.default_rng(0).normal(size=(60, 2)) * 12
GATES = {"lstm": ("input", "forget", "output"), "gru": ("reset", "update")}


@pytest.mark.parametrize(("kind", "gate"), [(kind, gate) for kind, gates in GATES.items() for gate in gates])
@pytest.mark.parametrize("place", [(0, "forward"), (0, "reverse"), (1, "forward"), (1, "reverse")])
def test_it_counts_the_steps_below_a_tenth_and_above_nine_tenths(kind: str, gate: str, place: tuple[int, str]) -> None:
    trace = record(random_model(kind, 2, 6, num_layers=2, bidirectional=True, seed=1), X)
    shares = saturation(trace, gate, *place)
    assert shares.shape == (6, 2)
    for unit in range(6):
        column = [float(value) for value in trace.select(gate, *place)[:, unit]]
        assert shares[unit, 0] == sum(value < 0.1 for value in column) / len(column)
        assert shares[unit, 1] == sum(value > 0.9 for value in column) / len(column)
    assert (shares.sum(axis=1) <= 1).all()
    if place[0] == 0:
        assert shares.any(axis=0).all()


def test_the_ends_count_whole_and_the_thresholds_themselves_do_not() -> None:
    model = random_model("lstm", 2, 6)
    held = [Clamp("forget", [[0.0, 1.0, 0.5, 0.05, 0.95, 0.2]])]
    assert saturation(record(model, X, clamps=held), "forget").tolist() == [
        [1, 0],
        [0, 1],
        [0, 0],
        [1, 0],
        [0, 1],
        [0, 0],
    ]


@pytest.mark.parametrize("signal", ["candidate", "cell", "hidden"])
def test_only_gates_saturate(signal: str) -> None:
    with pytest.raises(UnknownSignalError, match=f"'{signal}' is no gate"):
        saturation(record(random_model("lstm", 2, 3), X), signal)


def test_a_gate_of_another_cell_is_named() -> None:
    with pytest.raises(UnknownSignalError, match=r"'update'.*LSTM"):
        saturation(record(random_model("lstm", 2, 3), X), "update")
