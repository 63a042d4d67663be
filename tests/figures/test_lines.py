"""One unit's lines are its recorded values."""

import numpy as np
import pytest

from explorer import UnknownSignalError, random_model, record
from explorer.figures import unit_lines

X = np.random.default_rng(0).normal(size=(12, 2))
GATES = ("Input", "Forget", "Output", "Reset", "Update")


@pytest.mark.parametrize("kind", ["lstm", "gru", "rnn"])
def test_every_signal_is_a_line_with_exactly_its_values(kind: str) -> None:
    trace = record(random_model(kind, 2, 5, num_layers=2, bidirectional=True), X)
    figure = unit_lines(trace, 3, 1, "reverse")
    assert len(figure.data) == len(trace.signals)
    for line, signal in zip(figure.data, trace.signals, strict=True):
        assert np.array_equal(np.asarray(line.y), trace.select(signal, 1, "reverse")[:, 3])
        assert np.asarray(line.x).tolist() == list(range(12))
        assert line.yaxis == ("y" if line.name.startswith(GATES) else "y2")
    looks = [(line.line.color, line.line.dash) for line in figure.data]
    assert len(set(looks)) == len(looks)


def test_a_unit_that_a_projection_lacks_is_left_out_of_the_hidden_lines() -> None:
    trace = record(random_model("lstm", 2, 5, proj_size=2), X)
    assert len(unit_lines(trace, 1).data) == 6
    assert len(unit_lines(trace, 4).data) == 5


def test_the_chosen_step_is_marked() -> None:
    trace = record(random_model("gru", 2, 5), X)
    assert not unit_lines(trace, 0).layout.shapes
    (mark,) = unit_lines(trace, 0, step=7).layout.shapes
    assert mark.x0 == mark.x1 == 7


def test_tokens_are_shown_as_typed() -> None:
    trace = record(random_model("gru", 2, 5), X[:3], labels=["<b>", "&", "c"])
    assert list(unit_lines(trace, 0).layout.xaxis.ticktext) == ["&lt;b&gt;", "&amp;", "c"]


def test_a_place_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UnknownSignalError, match="layer 1"):
        unit_lines(record(random_model("gru", 2, 5), X), 0, layer=1)


def test_a_unit_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UnknownSignalError, match=r"unit 5.*5"):
        unit_lines(record(random_model("gru", 2, 5), X), 5)
