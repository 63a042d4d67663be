"""The code for a notebook of files of one's own, run by a Python of its own beside these files."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tests.ui.screen import ROOT, Screen
from tests.ui.test_upload import numbers_model, saved, upload

SHOW = """
import numpy, plotly.graph_objects
plotly.graph_objects.Figure.show = lambda figure: None
{code}
numpy.savez("out.npz", labels=numpy.array(trace.labels), said=trace.output if trace.output is not None else 0,
            **{{name: trace.select(name) for name in trace.signals}})
"""
WORDS = b'["up", "down", "left", "right"]'
DATES = ("2024-01-05", "2024-02-05", "2024-03-05", "2024-04-05")


def run(screen: Screen, folder: Path, files: dict[str, bytes]) -> dict[str, Any]:
    """What the code of the page makes in a folder that holds these files alone."""
    for name, content in files.items():
        (folder / name).write_bytes(content)
    screen.app.switch_page("pages/gates.py")
    code = screen.run().open("notebook").app.code[0].value
    command = [sys.executable, "-c", SHOW.format(code=code)]
    done = subprocess.run(
        command, cwd=folder, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{code}\n{done.stderr}"
    return dict(np.load(folder / "out.npz"))


def same(screen: Screen, made: dict[str, Any]) -> bool:
    shown = screen.panels
    return all(np.allclose(made[name][:, screen.units].T, values, atol=1e-6) for name, values in shown.items())


@pytest.fixture
def models() -> Screen:
    return Screen("pages/models.py", about="upload")


class Tagger(torch.nn.Module):
    """Tokens in, and a head that fits either end."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(2)
        self.embedding = torch.nn.Embedding(4, 3)
        self.gru = torch.nn.GRU(3, 5, bidirectional=True)
        self.out = torch.nn.Linear(10, 4)


def test_a_vocabulary_of_its_own_and_what_was_said_of_the_head(models: Screen, tmp_path: Path) -> None:
    models.app.file_uploader(key="dropped-0").set_value(
        [("tokens.json", WORDS, "application/json"), ("net.pt", saved(Tagger()), "application/octet-stream")]
    )
    models.run().type("up left left down")
    for name, value in (("reads", "ends"), ("gives", "value")):
        models.app.selectbox(key=f"checkpoint-choice-{name}").set_value(value)
        models.run()
    assert models.errors == []
    made = run(models, tmp_path, {"tokens.json": WORDS, "net.pt": saved(Tagger())})
    assert list(made["labels"]) == ["up", "left", "left", "down"]
    assert same(models, made)
    net = Tagger()
    with torch.no_grad():
        _, last = net.gru(net.embedding(torch.tensor([0, 2, 2, 1])))
        expected = net.out(torch.cat([last[0], last[1]]))
    np.testing.assert_allclose(made["said"][-1], expected, atol=1e-6)


def test_the_dates_of_a_table_and_its_gaps(models: Screen, tmp_path: Path) -> None:
    table = "day,flow\n" + "".join(f"{day},{value}\n" for day, value in zip(DATES, (1.5, 2.25, -1, 0), strict=True))
    upload(models, saved(numbers_model(1))).app.switch_page("pages/gates.py")
    models.run().upload(table.encode())
    assert models.warnings == []
    made = run(models, tmp_path, {"mine.pt": saved(numbers_model(1))})
    assert tuple(made["labels"]) == DATES
    assert same(models, made)


def test_several_files_that_are_one_model(models: Screen, tmp_path: Path) -> None:
    files = {"encoder.pt": saved(numbers_model(1)), "decoder.pt": saved(numbers_model(3))}
    models.app.file_uploader(key="dropped-0").set_value(
        [(name, content, "application/octet-stream") for name, content in files.items()]
    )
    models.run()
    group = models.app.selectbox(key="checkpoint-choice-group")
    group.set_value(next(one.partition(": LSTM")[0] for one in group.options if one.startswith("decoder")))
    models.run()
    assert models.errors == []
    assert models.app.session_state["own"].model.input_size == 3
    assert same(models, run(models, tmp_path, files))
