"""`python -m explorer scan`: a table on the terminal, the whole of it in a file, one sentence where it cannot be."""

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import explorer
from explorer.__main__ import main
from explorer.scanning import Separation

CODE = "f(x[0]) = {a: (b, c)}\n" * 20


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Code, a table of numbers with a label, and a model of two inputs."""
    import torch

    folder: Path = tmp_path_factory.mktemp("scan")
    (folder / "code.txt").write_text(CODE, encoding="utf-8")
    (folder / "words.txt").write_text("a good film , not bad " * 5, encoding="utf-8")
    x = np.random.default_rng(0).normal(size=(500, 2))
    pd.DataFrame({"a": x[:, 0], "b": x[:, 1], "up": x[:, 0] > 0.5, "none": 0}).to_parquet(folder / "data.parquet")
    torch.save(torch.nn.LSTM(2, 3).state_dict(), folder / "model.pt")
    return folder


def test_units_are_ranked_by_what_they_tell(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = ["scan", "brackets-lstm", str(folder / "*.txt").replace("*", "code"), "--find", r"\[[^\]]*", "--top", "3"]
    assert main([*told, "--out", str(folder / "units.json")]) == 0
    printed = capsys.readouterr()
    found = json.loads((folder / "units.json").read_text("utf-8"))
    marked = np.array([False] * len(CODE))
    for start in (at for at, one in enumerate(CODE) if one == "["):
        marked[start : CODE.index("]", start)] = True
    wanted = explorer.scan(explorer.load_model("brackets-lstm"), CODE, Separation("in"), labels={"in": marked})
    best = found["units"][0]
    assert found["marked"] == marked.sum()
    assert best["auc"] == wanted[best["signal"]].auc[best["layer"], 0, best["unit"]]
    far = [abs(one["auc"] - 0.5) for one in found["units"]]
    assert len(far) == 40
    assert far == sorted(far, reverse=True)
    assert "100%" in printed.err
    assert f"{best['unit']:>6}  forward" in printed.out.splitlines()[3]
    assert "moved on in time" in printed.out
    assert len(printed.out.splitlines()) == 7


def test_a_label_of_a_table_and_a_word_of_a_text(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = folder / "units.csv"
    told = ["scan", str(folder / "model.pt"), str(folder / "data.parquet"), "--label", "up", "--columns", "a,b"]
    assert main([*told, "--signals", "forget,hidden", "--out", str(out)]) == 0
    table = pd.read_csv(out)
    assert list(table.columns) == ["signal", "layer", "direction", "unit", "auc", "slack", "shuffled"]
    assert set(table["signal"]) == {"forget", "hidden"}
    capsys.readouterr()
    assert main(["scan", "sentiment-lstm", str(folder / "words.txt"), "--find", "good film"]) == 0
    assert "10 steps marked" in capsys.readouterr().out


def _nobody(address: str, timeout: int) -> None:
    raise OSError(f"Timed out during handshake while connecting to {address}")


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (["brackets-lstm", "none*.txt", "--find", "a"], "no file 'none*.txt'"),
        (["brackets-lstm", "code.txt", "--find", "("], "no regular expression"),
        (["brackets-lstm", "code.txt", "--find", "zzz"], "No step of 440 is marked"),
        (["brackets-lstm", "code.txt", "--find", "(?s)."], "Every step of 440"),
        (["brackets-lstm", "code.txt", "--label", "up"], "no labels 'up'"),
        (["brackets-lstm", "code.txt", "--find", "a", "--signals", "forgot"], "no signal 'forgot'"),
        (["brackets-lstm", "code.txt", "--find", "a", "--out", "t.xls"], "Give --out FILE"),
        (["brackets-lstm", "code.txt", "--find", "a", "--dask", "tcp://127.0.0.1:8659"], "No cluster answers"),
        (["model.pt", "data.parquet", "--columns", "a,b", "--find", "x"], "--label COLUMN"),
        (["model.pt", "data.parquet", "--columns", "a,b", "--label", "none"], "No step of 500"),
        (["model.pt", "data.parquet", "--label", "up"], "columns a, b, none"),
        (["missing.pt", "data.parquet", "--label", "up"], "'missing.pt' cannot be read"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    told: list[str], said: str, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setattr("distributed.Client", _nobody)  # which waits ten seconds
    assert main(["scan", *told]) == 2
    sentence = capsys.readouterr().err.strip().splitlines()[-1]
    assert said in sentence
    assert len(sentence) < 300


def test_without_dask_it_says_what_to_install(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    told = ["scan", "brackets-lstm", str(folder / "code.txt"), "--find", "a", "--dask", "tcp://127.0.0.1:8659"]
    assert main(told) == 2
    assert "pip install 'gate-explorer[dask]'" in capsys.readouterr().err
