"""What a model that was just uploaded cannot read gives way to something that it can, and comes back with Undo."""

import contextlib
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import explorer
from tests.models.checkpoint_writers import saved
from tests.ui.screen import Screen
from tests.ui.test_upload import numbers_model, upload

WORDS = {word: number for number, word in enumerate(["storm", "calm", "rain", "wind"], 1)}


def reader(rows: int, vocabulary: Any = None) -> bytes:
    torch.manual_seed(2)
    net = torch.nn.ModuleDict({"embedding": torch.nn.Embedding(rows, 3), "rnn": torch.nn.GRU(3, 4)})
    return saved({"state_dict": net.state_dict(), **({} if vocabulary is None else {"vocab": vocabulary})})


UPLOADS: dict[str, tuple[bytes, str]] = {
    "words": (reader(5, WORDS), "storm calm rain wind"),
    "characters": (reader(4, ["x", "y", "z", "."]), "xyz"),
    "digits": (reader(10, [str(digit) for digit in range(10)]), "0123456789"),
    "word pieces": (reader(5, ["[PAD]", "[UNK]", "rain", "##y", "storm"]), "rain storm"),
    "pieces of an unknown kind": (reader(4, ["<unk>", "\u2581rain", "\u2581st", "orm"]), "\u2581rain \u2581st orm"),
    "tokens that no text gives": (reader(3, {"light rain": 0, "heavy rain": 1, "no rain": 2}), ""),
    "ids only": (reader(7), ", ".join(str(number % 7) for number in range(24))),
    "numbers": (saved(numbers_model(3).state_dict()), ""),
}
LINES = ["f(x) # é", "☃☃☃", "0.5 -1"]


@pytest.fixture
def models() -> Screen:
    return Screen("pages/models.py", about="upload")


@pytest.mark.parametrize("kind", UPLOADS)
@pytest.mark.parametrize("line", LINES)
def test_the_users_line_gives_way_to_an_example_and_comes_back(models: Screen, kind: str, line: str) -> None:
    content, shown = UPLOADS[kind]
    models.paste(line)
    upload(models, content)
    models.app.switch_page("pages/gates.py")
    models.run()
    assert models.line == shown
    assert (models.warnings, models.errors, models.drawn) == ([], [], True)
    assert models.request.model == "uploaded"
    assert "Undo brings yours back" in models.captions
    models.press("undo")
    assert models.request.sequence.text == line
    assert models.request.model == "brackets-lstm"
    assert "Undo brings yours back" not in models.captions


def test_the_example_is_made_of_the_models_own_tokens(models: Screen) -> None:
    upload(models, UPLOADS["words"][0])
    models.app.switch_page("pages/gates.py")
    models.run()
    model = explorer.load_checkpoint(UPLOADS["words"][0])
    trace = explorer.record(model, np.array([1, 2, 3, 4]))
    drawn = models.panels["hidden"][np.argsort(models.units)]
    np.testing.assert_allclose(drawn, trace.select("hidden").T, atol=1e-6)
    assert "Made of this model's own tokens" in models.captions
    assert "Undo brings" not in models.captions


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("words", "wind storm"),
        ("digits", "407"),
        ("ids only", "3 1 6"),
        ("numbers", "1 2 3\n4 5 6"),
        ("characters", "zzx"),
    ],
)
def test_a_line_that_the_model_reads_is_kept(models: Screen, kind: str, line: str) -> None:
    models.paste(line)
    upload(models, UPLOADS[kind][0])
    assert models.request.sequence.text == line
    assert models.request.sequence.source == "typed"
    assert "Undo brings" not in models.captions


def test_an_uploaded_vocabulary_brings_an_example_of_its_own(models: Screen) -> None:
    upload(models, reader(5))
    models.app.selectbox(key="checkpoint-choice-vocabulary").set_value("upload one")
    models.run()
    words = ("words.json", json.dumps(WORDS).encode(), "application/json")
    models.app.file_uploader(key="checkpoint-words").set_value(words)
    models.run()
    assert models.errors == models.warnings == []
    assert models.line == "storm calm rain wind"
    assert "Row 0 of the embedding has no token" in models.captions


def test_every_page_shows_the_example(models: Screen) -> None:
    for kind in UPLOADS:
        screen = Screen("pages/models.py", about="upload")
        upload(screen, UPLOADS[kind][0])
        for page in ("gates", "step", "memory", "compare"):
            screen.app.switch_page(f"pages/{page}.py")
            screen.run()
            assert (kind, page, screen.warnings, screen.errors) == (kind, page, [], [])


def test_the_copied_code_reads_with_the_same_vocabulary(
    models: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = reader(5)
    upload(models, content)
    models.app.selectbox(key="checkpoint-choice-vocabulary").set_value("upload one")
    models.run()
    words = json.dumps(WORDS).encode()
    models.app.file_uploader(key="checkpoint-words").set_value(("words.json", words, "application/json"))
    models.run().choose("about", "code")
    (tmp_path / "mine.pt").write_bytes(content)
    (tmp_path / "words.json").write_bytes(words)
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(models.app.code[0].value, names)
    trace = explorer.record(explorer.load_checkpoint(content), np.array([1, 2, 3, 4]))
    np.testing.assert_allclose(names["h_n"], trace.h_n, atol=1e-6)
