"""A batch side by side, and what padding would have done, each against its own definition."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import pack_sequence, pad_sequence

import explorer
from explorer import ShapeError, UnknownSignalError
from explorer.errors import Cancelled
from explorer.watching import Call, as_if_padded, gathered, unit_means
from tests.watching.alone import gates

LENGTHS = (3, 6, 1)


@pytest.fixture
def net() -> nn.LSTM:
    torch.manual_seed(0)
    return nn.LSTM(2, 4, bidirectional=True)


@pytest.fixture
def rows() -> list[torch.Tensor]:
    torch.manual_seed(1)
    return [torch.randn(steps, 2) for steps in LENGTHS]


@pytest.fixture
def call(net: nn.LSTM, rows: list[torch.Tensor]) -> Call:
    with explorer.watch(net) as seen:
        net(pack_sequence(rows, enforce_sorted=False))
    return seen["LSTM"].calls[0]


def test_means_over_units_end_where_their_sequence_ends(net: nn.LSTM, rows: list[torch.Tensor], call: Call) -> None:
    told: list[float] = []
    means = unit_means(call, "forget", direction="reverse", units=[1, 3], progress=told.append)
    assert means.shape == (3, 6)
    for row, x in enumerate(rows):
        expected = gates(net, x)["forget"][0, 1][:, [1, 3]].mean(axis=1)
        assert np.abs(means[row, : len(x)] - expected).max() < 1e-6
        assert np.isnan(means[row, len(x) :]).all()
    assert told == [1 / 3, 2 / 3, 1.0]
    with pytest.raises(Cancelled):
        unit_means(call, "forget", cancel=lambda: True)
    with pytest.raises(UnknownSignalError):
        unit_means(call, "reset")


VALUES = np.array([[1.0, 2.0, np.nan], [3.0, 5.0, 7.0], [4.0, np.nan, np.nan]])


@pytest.mark.parametrize(
    ("at", "marks", "offsets", "mean", "count"),
    [
        ("start", None, [0, 1, 2], [8 / 3, 3.5, 7], [3, 2, 1]),
        ("end", None, [-2, -1, 0], [3, 3, 13 / 3], [1, 2, 3]),
        ("mark", [1, 0, -1], [-1, 0, 1, 2], [1, 2.5, 5, 7], [1, 2, 1, 1]),
    ],
)
def test_sequences_are_put_over_one_another(
    at: str, marks: list[int] | None, offsets: list[int], mean: list[float], count: list[int]
) -> None:
    found = gathered(VALUES, at, marks)  # type: ignore[arg-type]
    assert found.offsets.tolist() == offsets
    assert found.mean == pytest.approx(mean)
    assert found.count.tolist() == count
    with np.errstate(all="ignore"):
        assert found.spread == pytest.approx(np.nanstd(found.values, axis=0))


@pytest.mark.parametrize("marks", [None, [0], [0, 0, 1]])
def test_marks_that_do_not_fit_are_said(marks: list[int] | None) -> None:
    with pytest.raises(UnknownSignalError, match="Marks are needed"):
        gathered(VALUES, "mark", marks)


def test_padding_does_what_an_unpacked_batch_does(net: nn.LSTM, rows: list[torch.Tensor], call: Call) -> None:
    with torch.no_grad():
        out, (h, _) = net(pad_sequence(rows))
        for place, x in enumerate(rows):
            found = as_if_padded(call, place)
            theirs = out[:, place].numpy()
            assert np.abs(np.concatenate(list(found.padded["hidden"][0]), -1) - theirs).max() < 1e-6
            own, (last, _) = net(x)
            apart = np.abs(theirs[: len(x)] - own.numpy())
            assert np.abs(found.changed["hidden"][0, 0] - apart[:, :4].max(-1)).max() < 1e-6
            assert np.abs(found.changed["hidden"][0, 1] - apart[:, 4:].max(-1)).max() < 1e-6
            moved = (h[:, place] - last).abs().amax(-1).numpy()
            assert np.abs(found.last["hidden"][0] - moved).max() < 1e-6
    assert found.changed["hidden"][0, 0].max() < 1e-6 < found.changed["hidden"][0, 1].min()
    assert "reads from the end" in found.sentence
    assert "nothing would be padded" in as_if_padded(call, 1).sentence
    with pytest.raises(ShapeError, match="at least as many"):
        as_if_padded(call, 1, 2)
