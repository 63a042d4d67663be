"""A sequence too long to keep: run on request, looked at through a window."""

import numpy as np
import torch

from tests.ui.screen import Screen
from tests.ui.test_files import npy
from tests.ui.test_upload import numbers_model, saved, upload

STEPS, START = 120_000, 100_000


def test_a_long_sequence_is_run_in_chunks_and_seen_through_a_window() -> None:
    values = np.random.default_rng(0).normal(size=(STEPS, 2)).astype(np.float32)
    screen = upload(Screen("pages/models.py", about="upload"), saved(numbers_model(2)))
    screen.app.switch_page("pages/gates.py")
    screen.run().upload(npy(values), "input.npy")
    assert not screen.drawn
    assert f"This sequence has {STEPS:,} steps" in screen.app.info[0].value
    screen.press("run-long")
    assert screen.warnings == screen.errors == []
    screen.choose("layer", 1).app.slider(key="choice-window").set_value(START)
    screen.run()
    with torch.no_grad():
        output = numbers_model(2)(torch.tensor(values))[0][START : START + 1_000].numpy()
    np.testing.assert_allclose(screen.panels["hidden"][np.argsort(screen.units)], output.T, atol=1e-5)
    assert screen.link["window"] == str(START)
    screen.app.switch_page("pages/step.py")
    assert screen.run().warnings == []
    assert "long" not in Screen(**screen.link).app.session_state
