"""Pictures of what units know, and of all of them at once, hold the numbers that they are given."""

import numpy as np
import pytest

from explorer.figures import concept_line, counter_lines, likeness_map, probe_ranking, probe_weights, saturation_scatter
from explorer.figures.style import PHONE, Sizes
from explorer.measures import alike, probe

RNG = np.random.default_rng(3)
LABELS = np.repeat(RNG.random(60) < 0.4, 5)
VALUES = RNG.normal(size=(300, 6)) + 3.0 * LABELS[:, None] * (np.arange(6) == 4)
FOUND = probe(VALUES, LABELS, inputs=RNG.normal(size=(300, 2)))


def test_the_ranking_names_units_all_of_them_and_the_inputs() -> None:
    figure = probe_ranking(FOUND, 0, most=3)
    ranked, judged = figure.data
    shown = [*FOUND.ranked[:2].tolist(), 0] if 0 not in FOUND.ranked[:3] else FOUND.ranked[:3].tolist()
    assert list(ranked.customdata) == shown
    assert judged.x[:3] == pytest.approx(np.clip(FOUND.judged[shown], 0.5, None))
    assert judged.x[3:] == pytest.approx(np.clip([FOUND.all_units, FOUND.inputs or 0], 0.5, None))
    assert figure.layout.shapes[0].x1 == pytest.approx(max(0.5, FOUND.band))
    assert [name for name in figure.layout.yaxis.ticktext if "unit 0" in name] == ["<b>unit 0 " + _way(0) + "</b>"]


def _way(unit: int) -> str:
    return "↑" if FOUND.signs[unit] > 0 else "↓"


def test_weights_are_a_bar_a_unit() -> None:
    (bars,) = probe_weights(FOUND, 4).data
    assert bars.y == pytest.approx(FOUND.weights)
    assert len({*bars.marker.color}) == 2


def test_the_ground_is_shaded_where_the_label_stands() -> None:
    figure = concept_line(VALUES[:40, 4], LABELS[:40], ["<"] * 40, 7, "c")
    shaded = np.zeros(48, dtype=bool)
    for one in figure.layout.shapes:
        shaded[int(one.x0 + 0.5) : int(one.x1 + 0.5)] = True
    assert (shaded[8:] == LABELS[:40]).all()
    assert figure.layout.xaxis.ticktext[0] == "&lt;"
    assert len(concept_line(VALUES[:9, 0], np.arange(9.0), list("abcdefghi"), 0, "c").data) == 2


@pytest.mark.parametrize("sizes", [Sizes(), PHONE])
def test_every_dot_of_the_scatter_knows_its_unit_and_its_square(sizes: Sizes) -> None:
    shares = {"Input gate": RNG.random((5, 2)) / 2, "Forget gate": RNG.random((4, 2)) / 2}
    figure = saturation_scatter(shares, 2, sizes=sizes)
    assert [len(one.x) for one in figure.data] == [5, 1, 4, 1]
    assert [list(one) for one in figure.data[2].customdata] == [[unit, 1] for unit in range(4)]
    assert figure.data[2].x == pytest.approx(shares["Forget gate"][:, 1])
    assert figure.data[3].y == pytest.approx(shares["Forget gate"][2:3, 0])


def test_the_map_stands_in_the_order_of_the_tree() -> None:
    found = alike(VALUES)
    figure = likeness_map(found, 4)
    order = list(found.order)
    assert figure.data[0].z == pytest.approx(np.corrcoef(VALUES.T)[np.ix_(order, order)], abs=1e-6)
    assert figure.layout.shapes[-1].y0 == order.index(4) - 0.5


def test_counters_are_a_line_each() -> None:
    lines = counter_lines(VALUES[:20, :2], (7, 9), 5, "c").data
    assert [line.name for line in lines] == ["unit 7", "unit 9"]
    assert list(lines[0].x[:2]) == [6, 7]
