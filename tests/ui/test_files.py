"""Files of data: arrays, batches, groups, the training's statistics, and how many columns a model reads."""

import io
from typing import Any

import numpy as np
import pytest
import torch

import explorer
from tests.ui.screen import Screen
from tests.ui.test_upload import numbers_model, saved, upload

BATCH = np.random.default_rng(3).normal(size=(3, 9, 4))


def npy(array: Any) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


@pytest.fixture
def own() -> Screen:
    """A session with an uploaded model of two inputs, and Source open at files."""
    return upload(Screen("pages/models.py", about="upload"), saved(numbers_model(2)))


def shown(screen: Screen) -> Any:
    """What the run on screen read."""
    screen.app.switch_page("pages/gates.py")
    screen.run()
    return screen.panels["hidden"][np.argsort(screen.units)]


def expected(values: Any) -> Any:
    return explorer.record(explorer.from_torch(numbers_model(2)), values).select("hidden").T


def test_an_array_of_a_batch_and_its_columns(own: Screen) -> None:
    own.upload(npy(BATCH), "input.npy")
    assert own.warnings == []
    own.app.number_input(key="file-index").set_value(3)
    own.run()
    own.app.button_group(key="csv-columns").set_value(["column 4", "column 2"])
    np.testing.assert_allclose(shown(own.run()), expected(BATCH[2][:, [1, 3]]), atol=1e-6)


def test_more_columns_than_inputs_and_fewer_are_one_sentence_each(own: Screen) -> None:
    own.upload(npy(BATCH[0]), "input.npy").app.button_group(key="csv-columns").set_value(
        ["column 1", "column 2", "column 3"]
    )
    assert (
        own.run().warnings[0].replace("\\", "").startswith("Your data have 3 columns and this model reads 2: choose 2")
    )
    own.app.button_group(key="csv-columns").set_value(["column 1"])
    assert "bring 1 more" in own.run().warnings[0]


def test_a_csv_with_a_group_and_the_trainings_statistics(own: Screen) -> None:
    rows = [f"{name},{x:.3f},{y:.3f}" for name in "ab" for x, y in BATCH[0][:, :2] * (1 + (name == "b"))]
    own.upload("\n".join(["who,p,q", *rows]).encode())
    own.app.selectbox(key="file-group").set_value("who")
    own.run().app.selectbox(key="file-member").set_value("b")
    own.run().choose("scaling", "typed")
    own.app.file_uploader(key="statistics").set_value(
        ("s.json", b'{"mean": [1, 2], "std": [4, 8]}', "application/json")
    )
    values = np.array([[float(one) for one in row.split(",")[1:]] for row in rows[9:]])
    np.testing.assert_allclose(shown(own.run()), expected((values - [1, 2]) / [4, 8]), atol=1e-6)


def test_the_output_of_the_users_own_run_is_compared(own: Screen) -> None:
    own.upload(npy(BATCH[0][:, :2]), "input.npy")
    with torch.no_grad():
        theirs = numbers_model(2)(torch.tensor(BATCH[0][:, :2]).float())[0].numpy()
    for output, said in (
        (theirs, "equals ours to"),
        (theirs + 0.5, "differs from ours by up to 0.5"),
        (theirs[:5], "shape"),
    ):
        own.app.file_uploader(key="output-file").set_value(("output.npy", npy(output), "application/octet-stream"))
        assert said in own.run().texts


@pytest.mark.parametrize("content", [b"", npy(np.zeros((2, 2, 2, 2))), npy(np.array(["a"]))])
def test_an_array_that_is_no_sequence_is_one_sentence(own: Screen, content: bytes) -> None:
    own.upload(content, "input.npy")
    assert len(own.errors) == 1
    assert own.warnings == []
