"""The bars of a waterfall begin where the last one ended and sum to the whole."""

import pytest

from explorer.figures import STYLES, Piece, waterfall

PIECES = [Piece("input", 1.5, "input"), Piece("<b>unit</b> 3", -2.0, "recurrent"), Piece("bias", 0.25, "bias")]


def test_each_bar_begins_where_the_one_above_ended():
    (bars,) = waterfall(PIECES, "sum", "σ(−0.25) = 0.438").data
    ends = [base + length for base, length in zip(bars.base, bars.x, strict=True)]
    assert list(bars.base) == [0, *ends[:-2], 0]
    assert bars.x[-1] == pytest.approx(sum(piece.value for piece in PIECES))
    assert ends[-1] == pytest.approx(ends[-2])


def test_labels_are_text_and_the_result_is_written_out():
    figure = waterfall(PIECES, "sum", "σ(−0.25) = 0.438", "dark")
    assert "&lt;b&gt;unit&lt;/b&gt; 3" in figure.layout.yaxis.ticktext
    assert "0.438" in figure.layout.xaxis.title.text
    assert figure.data[0].marker.color[-1] == STYLES["dark"].ink
