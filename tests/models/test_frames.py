"""Another point of a model's training."""

import numpy as np
import pytest
import torch

from explorer import CheckpointError, load_model, record
from explorer.models.model.bundle import BUNDLED, read_weights
from explorer.models.model.frames import with_weights
from explorer.training import read_film


def test_the_last_frame_of_a_film_is_nearly_the_model() -> None:
    model = load_model("brackets-lstm")
    film = read_film(BUNDLED, "brackets-lstm")
    steps = list(film)
    first, last = (with_weights(model, film[step], f"after {step}") for step in (steps[0], steps[-1]))
    free = record(model, "f(x)").output
    outputs = [record(one, "f(x)").output for one in (first, last)]
    assert free is not None
    assert np.abs(outputs[0] - free).max() > 1.0  # type: ignore[operator]
    assert (outputs[1].argmax(1) == free.argmax(1)).all()  # type: ignore[union-attr]
    assert last.name == f"after {steps[-1]}"


def test_the_models_own_weights_change_nothing() -> None:
    model = load_model("sst-gru")
    same = with_weights(model, read_weights(BUNDLED, "sst-gru"), "again")
    x = [20.0, 21.0, 22.0]
    assert np.array_equal(record(same, x).output, record(model, x).output)  # type: ignore[arg-type]


def test_weights_of_another_model_are_refused() -> None:
    with pytest.raises(CheckpointError, match="another model"):
        with_weights(load_model("sst-gru"), {"rnn.weight_ih_l0": torch.zeros(3, 1)}, "nothing")
