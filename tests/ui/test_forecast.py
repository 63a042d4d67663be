"""What the ribbon draws of a sequence of numbers, and when a forecast shares its scale."""

from dataclasses import replace

import numpy as np
import pytest
import torch

import explorer
from explorer.models.model.head import Head
from explorer.sequences import Encoded
from explorer.ui.session.request import Request
from explorer.ui.view.forecast import forecasts, given_numbers, is_apart
from explorer.ui.view.view import View

VALUES = np.random.default_rng(0).standard_normal((7, 3))


def view(columns: int, labels: tuple[str, ...]) -> View:
    """A network over so many columns whose head gives values of these names."""
    model = explorer.random_model("gru", columns, 4)
    model = replace(model, head=Head(torch.randn(len(labels), 4), labels=labels, gives="value"))
    names = ("temperature", "pressure", "wind")[:columns]
    encoded = Encoded(VALUES[:, :columns], tuple(map(str, range(7))), columns=names)
    return View(Request(), model, encoded, explorer.record(model, encoded))


@pytest.mark.parametrize(
    ("columns", "labels", "drawn", "apart"),
    [
        (1, ("next month",), 0, False),
        (3, ("power",), 0, True),
        (3, ("pressure",), 1, False),
        (3, ("a", "b", "c"), 0, False),
        (2, ("a", "b", "c"), 0, True),
    ],
)
def test_the_forecast_column_is_drawn_or_the_forecast_stands_apart(
    columns: int, labels: tuple[str, ...], drawn: int, apart: bool
) -> None:
    found = view(columns, labels)
    assert given_numbers(found) == tuple(VALUES[:, drawn])
    assert is_apart(found) is apart
    assert found.trace.output is not None
    assert forecasts(found) == tuple(found.trace.output[:, 0].tolist())


def test_text_and_models_without_a_forecast_have_no_second_scale() -> None:
    model = explorer.load_model("brackets-lstm")
    trace = explorer.record(model, "f(x)")
    text = View(Request(), model, model.text.encode("f(x)"), trace)  # type: ignore[union-attr]
    assert given_numbers(text) is None
    assert not is_apart(text)
    assert forecasts(text) is None
