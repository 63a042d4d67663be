"""Pictures of a model itself."""

import numpy as np
import pytest

from explorer.figures import STYLES, bias_histogram, parameter_bars
from explorer.figures.card import BINS, written
from explorer.models import random_model
from explorer.models.model.shapes import parameters_of_kinds


@pytest.mark.parametrize("kind", ["lstm", "gru", "rnn"])
def test_boxes_are_the_parameters_of_each_gate_end_to_end(kind: str) -> None:
    counts = parameters_of_kinds(random_model(kind, 3, 5, num_layers=2))
    figure = parameter_bars(counts, kind, "dark")
    for place, (name, gates) in enumerate(counts.items()):
        boxes = [one for one in figure.data if one.y[0] == place]
        assert [one.x[0] for one in boxes] == list(gates.values())
        assert [one.base[0] for one in boxes] == [sum(list(gates.values())[:at]) for at in range(len(gates))]
        filled = boxes[0].marker.color != STYLES["dark"].paper
        assert filled == (name == kind)
    assert f"<b>{sum(counts[kind].values()):,}</b>" in [note.text for note in figure.layout.annotations]


def test_the_histogram_counts_every_finite_bias() -> None:
    biases = [*np.linspace(-4, 7, 40), float("nan"), float("inf")]
    figure = bias_histogram(biases, "forget")
    assert int(np.sum(figure.data[0].y)) == 40
    assert len(figure.data[0].y) == BINS
    assert "0<br>τ 1.4" in figure.layout.xaxis.ticktext


@pytest.mark.parametrize(("bias", "constant"), [(0, "1.4"), (1, "3.2"), (2, "7.9"), (3, "21"), (5, "149"), (20, "5e8")])
def test_the_time_constant_of_a_bias(bias: int, constant: str) -> None:
    assert written(bias) == constant
