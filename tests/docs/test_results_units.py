"""What units know: the file says what is measured, whichever unit it is, and what is published is reached."""

import numpy as np
import pytest

from docs import results_units
from tests.docs.test_results import rows

KNOWS = {(row[0], row[1]): row for row in rows("A unit that knows quotes")}


def test_a_unit_knows_quotes_and_one_its_place_in_the_line() -> None:
    quotes = KNOWS["python-chars-lstm", "inside quotes"]
    assert float(quotes[4]) > 0.9 > float(quotes[5])
    assert float(quotes[4]) > float(quotes[7]) + 0.1
    place = KNOWS["shakespeare-chars-lstm", "position in the line"]
    assert float(place[4]) > 0.4 > float(place[5]) + 0.3
    assert float(place[6]) > 0.7


def test_what_is_written_is_found_again_on_less_text() -> None:
    found = results_units.known("python-chars-lstm", "quotes", 20_000)
    written = KNOWS["python-chars-lstm", "inside quotes"]
    assert found.held_out == pytest.approx(float(written[4]), abs=0.06)
    assert found.held_out > found.band


def test_units_that_can_be_understood_are_few() -> None:
    for row in rows("How many units"):
        assert float(row[4].rstrip("%")) <= 20


def test_what_is_hidden_stands_in_the_cell_states() -> None:
    for row in rows("A hidden quantity"):
        assert float(row[1]) > 0.8
        assert float(row[5]) < 0.5
    found = results_units.brackets_depth()
    assert found.all_units == pytest.approx(float(rows("A hidden quantity")[1][1]), abs=0.01)


def test_a_bucket_loses_no_water() -> None:
    inputs, flow, storage = results_units.bucket(400, seed=3)
    gained = np.diff(storage, prepend=np.float32(3.0))
    lost = inputs[:, 0] - inputs[:, 1] - flow - gained
    assert lost[storage > 0.01] == pytest.approx(0, abs=1e-4)
