"""A batch side by side, and what padding changes: the figures hold the numbers they are given."""

import numpy as np
import pytest
import torch
from torch import nn

import explorer
from explorer.figures import STYLES, batch_picture, padding_picture
from explorer.watching import as_if_padded, gathered

VALUES = np.array([[0.1, 0.2, np.nan], [0.3, 0.5, 0.7]])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_sequence_is_a_row_with_mean_and_spread_below(theme: str) -> None:
    found = gathered(VALUES)
    word = explorer.random_model("lstm", 1, 2).cell().word("forget")
    figure = batch_picture(found, word, 1, 1, theme)  # type: ignore[arg-type]
    heat, low, high, mean = figure.data
    assert np.array_equal(heat.z, VALUES.astype(np.float32), equal_nan=True)
    assert (heat.zmin, heat.zmax) == (0, 1)
    assert heat.x.tolist() == mean.x.tolist() == [1, 2, 3]
    assert heat.y.tolist() == [1, 2]
    assert mean.y == pytest.approx([0.2, 0.35, 0.7])
    assert (high.y - low.y) / 2 == pytest.approx(found.spread)
    assert (figure.layout.shapes[0].y0, figure.layout.shapes[0].y1) == (1.5, 2.5)
    assert figure.layout.shapes[0].line.color == STYLES[theme].accent  # type: ignore[index]


def test_a_state_has_its_own_largest_as_scale() -> None:
    word = explorer.random_model("lstm", 1, 2).cell().word("cell")
    figure = batch_picture(gathered(VALUES * -10), word)
    assert (figure.data[0].zmin, figure.data[0].zmax) == (-7, 7)
    assert not figure.layout.shapes


def test_a_line_for_each_state_layer_and_direction_that_padding_changes() -> None:
    torch.manual_seed(0)
    net = nn.LSTM(2, 3, num_layers=2, bidirectional=True)
    with explorer.watch(net) as seen:
        net(torch.randn(5, 1, 2))
    found = as_if_padded(seen["LSTM"].calls[0], 0, 8)
    figure = padding_picture(found)
    assert [line.name for line in figure.data][:4] == [
        f"h, layer {layer}, {way}" for layer in (1, 2) for way in ("forward", "reverse")
    ]
    assert len({(line.line.color, line.line.dash) for line in figure.data}) == len(figure.data) == 8
    assert np.array_equal(figure.data[1].y, found.changed["hidden"][0, 1])
    assert np.max(figure.data[0].y) < 1e-6 < np.max(figure.data[1].y)
