import csv
import json
from pathlib import Path

import numpy as np
import pytest
import torch

from explorer import list_models, load_model, record
from explorer.code.pytorch import Recipe, as_pytorch
from explorer.errors import CheckpointError
from explorer.models import load_card
from explorer.models.model.bundle import read_card, read_model
from explorer.training import Batch, read_film
from explorer.training.__main__ import main
from explorer.training.tasks.anbn import CountAndCompare
from explorer.training.zoo import judge_again
from explorer.ui.session.catalogue import tasks


def run(out: Path, *arguments: str) -> int:
    return main(["anbn", "--cell", "gru", "--out", str(out), *arguments])


def sentence(capsys: pytest.CaptureFixture[str]) -> str:
    written = capsys.readouterr().err.strip()
    assert "Traceback" not in written
    return written


def test_a_short_training_writes_a_model_that_loads(tmp_path: Path) -> None:
    assert run(tmp_path, "--steps", "80", "--film") == 0
    card = read_card(tmp_path, "anbn-gru")
    model = read_model(tmp_path, "anbn-gru", card)
    assert model.kind == "gru"
    assert card["provenance"]["command"] == "python -m explorer.training anbn --cell gru --seed 0 --steps 80"
    assert judge_again("anbn-gru", tmp_path).scores == pytest.approx(card["metrics"])
    with (tmp_path / "anbn-gru.losses.csv").open() as lines:
        assert [int(float(row["step"])) for row in csv.DictReader(lines)] == list(range(2, 81, 2))
    film = read_film(tmp_path, "anbn-gru")
    assert next(iter(film)) == 0
    assert list(film)[-1] == 80
    assert film[0].keys() == film[80].keys()


def test_resuming_goes_on_from_the_last_check(tmp_path: Path) -> None:
    assert run(tmp_path / "whole", "--steps", "40") == 0
    assert run(tmp_path / "again", "--steps", "40") == 0
    assert run(tmp_path / "again", "--resume") == 0
    whole, again = (torch.load(tmp_path / name / "anbn-gru.resume.pt") for name in ("whole", "again"))
    assert whole["step"] == again["step"] == 40


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["nothing"], "There is no task 'nothing': choose one of brackets"),
        (["anbn", "--cell", "lstn"], "There is no cell called 'lstn'"),
        (["anbn", "--steps", "0"], "0 steps were asked for"),
    ],
)
def test_unknown_names_end_with_a_sentence(
    arguments: list[str], expected: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*arguments, "--out", str(tmp_path)]) == 2
    assert expected in sentence(capsys)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "file"
    file.write_text("in the way")
    assert run(file / "runs", "--steps", "1") == 2
    assert str(file / "runs") in sentence(capsys)


def test_resuming_without_anything_or_from_damage_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, "--steps", "1", "--resume") == 2
    assert "anbn-gru.resume.pt does not exist" in sentence(capsys)
    (tmp_path / "anbn-gru.resume.pt").write_bytes(b"not a checkpoint")
    assert run(tmp_path, "--steps", "1", "--resume") == 2
    assert "anbn-gru.resume.pt is damaged" in sentence(capsys)


def test_what_was_trained_is_found_where_it_was_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("explorer.models.model.bundle.TRAINED", tmp_path)
    monkeypatch.setattr("explorer.training.__main__.TRAINED", tmp_path)
    monkeypatch.setattr("explorer.code.pytorch.TRAINED", tmp_path)
    assert run(tmp_path, "--steps", "2", "--name", "mine") == 0
    assert "The app offers it as mine" in capsys.readouterr().out
    assert "mine" in list_models()
    code = as_pytorch(load_model("mine"), Recipe(np.array([0, 1])))
    assert 'load_file("runs/mine.safetensors")' in code
    assert load_model("mine") is load_model("mine")
    assert load_card("mine")["title"] == "Counting aⁿbⁿ · GRU, mine"
    assert load_card("mine")["provenance"]["command"].endswith("--steps 2 --name mine")
    before = record(load_model("mine"), "aabb").output
    assert run(tmp_path, "--steps", "9", "--name", "mine") == 0
    assert (record(load_model("mine"), "aabb").output != before).any()
    assert [row.models for row in tasks() if row.name == "anbn"] == [("anbn-lstm", "anbn-gru", "mine", "anbn-rnn")]
    (tmp_path / "mine.safetensors").write_bytes(b"half of it")
    (tmp_path / "mine.json").touch()
    assert "mine" not in list_models()


def test_a_bundled_model_is_not_replaced_by_one_of_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bundled = load_model("anbn-gru")
    monkeypatch.setattr("explorer.models.model.bundle.TRAINED", tmp_path)
    monkeypatch.setattr("explorer.training.__main__.TRAINED", tmp_path)
    assert run(tmp_path, "--steps", "2") == 0
    assert "goes on showing the bundled anbn-gru: give --name" in capsys.readouterr().out
    assert load_model("anbn-gru") is bundled


@pytest.mark.parametrize("name", ["random", "uploaded2", "a/b", "..", "a" * 61])
def test_a_name_that_no_link_can_carry_is_refused(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, "--steps", "1", "--name", name) == 2
    assert "give up to 60 letters" in sentence(capsys)


def test_damaged_and_disagreeing_files_are_named(tmp_path: Path) -> None:
    assert run(tmp_path, "--steps", "1") == 0
    weights, card = tmp_path / "anbn-gru.safetensors", tmp_path / "anbn-gru.json"
    stored, words = weights.read_bytes(), json.loads(card.read_text())
    weights.write_bytes(stored[:100])
    with pytest.raises(CheckpointError, match=r"anbn-gru\.safetensors cannot be read"):
        judge_again("anbn-gru", tmp_path)
    weights.write_bytes(stored)
    card.write_text("{")
    with pytest.raises(CheckpointError, match=r"anbn-gru\.json cannot be read"):
        judge_again("anbn-gru", tmp_path)
    card.write_text("[]")
    with pytest.raises(CheckpointError, match=r"anbn-gru\.json holds no model's card"):
        judge_again("anbn-gru", tmp_path)
    card.write_text(json.dumps(words | {"kind": "lstm"}))
    with pytest.raises(CheckpointError, match=r"anbn-gru\.safetensors"):
        judge_again("anbn-gru", tmp_path)
    card.write_text(json.dumps(words | {"head": words["head"] | {"labels": ["a"]}}))
    with pytest.raises(CheckpointError, match=r"anbn-gru\.safetensors and anbn-gru\.json disagree"):
        judge_again("anbn-gru", tmp_path)
    card.write_text(json.dumps(words | {"task": "recall"}))
    with pytest.raises(CheckpointError, match="does not fit the task 'recall'"):
        judge_again("anbn-gru", tmp_path)
    with pytest.raises(CheckpointError, match=r"absent\.json cannot be read"):
        judge_again("absent", tmp_path)


def test_an_interrupted_training_keeps_what_it_learned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = CountAndCompare.batch

    def interrupted(task: CountAndCompare, seed: int, step: int) -> Batch:
        if step == 60:
            raise KeyboardInterrupt
        return batch(task, seed, step)

    monkeypatch.setattr(CountAndCompare, "batch", interrupted)
    assert run(tmp_path, "--steps", "100000") == 0
    card = read_card(tmp_path, "anbn-gru")
    assert card["provenance"]["steps"] == 60
    assert card["history"][-1]["step"] == 60
    monkeypatch.undo()
    assert judge_again("anbn-gru", tmp_path).scores == pytest.approx(card["metrics"])
