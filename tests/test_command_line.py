"""`python -m explorer`: a checkpoint and data in, a trace out, one sentence where it cannot be."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

import explorer
from explorer.__main__ import main

ROOT = Path(__file__).parents[1]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a checkpoint of two networks, one of a single LSTM, and a table."""
    torch.manual_seed(0)
    lstm, gru = torch.nn.LSTM(2, 3), torch.nn.GRU(1, 4)
    torch.save(lstm.state_dict(), tmp_path / "model.pt")
    both = {f"enc.{name}": value for name, value in lstm.state_dict().items()}
    torch.save(both | {f"dec.{name}": value for name, value in gru.state_dict().items()}, tmp_path / "both.pt")
    (tmp_path / "data.csv").write_text("day,a,b,c\n2020-01-01,1,2,3\n2020-01-02,4,,6\n2020-01-03,7,8,9\n")
    np.save(tmp_path / "data.npy", np.arange(10.0).reshape(5, 2))
    return tmp_path


def test_it_runs_as_a_module(folder: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "explorer", str(folder / "model.pt"), "--npy", str(folder / "data.npy"),
         "--out", str(folder / "trace.npz")],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (run.returncode, run.stderr) == (0, "")
    assert "model: LSTM, 2 inputs, 3 units\n5 steps, equals PyTorch to" in run.stdout
    trace = explorer.Trace.load(folder / "trace.npz")
    again = explorer.record(explorer.load_checkpoint(folder / "model.pt"), np.arange(10.0).reshape(5, 2))
    assert np.array_equal(trace["forget"], again["forget"])


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_tables_are_the_tidy_frame(folder: Path, ending: str) -> None:
    out = folder / f"trace.{ending}"
    told = [str(folder / "model.pt"), "--csv", str(folder / "data.csv"), "--columns", "c,a", "--out", str(out)]
    assert main(told) == 0
    frame = pd.read_csv(out) if ending == "csv" else pd.read_parquet(out)
    model = explorer.load_checkpoint(folder / "model.pt")
    labels = ["2020-01-01", "2020-01-02", "2020-01-03"]
    expected = explorer.record(model, np.array([[3.0, 1], [6, 4], [9, 7]]), labels).to_frame()
    assert list(frame.columns) == list(expected.columns)
    for column in frame.columns:
        if column == "value":
            assert np.allclose(frame[column], expected[column], atol=1e-7)
        else:
            assert list(frame[column]) == list(expected[column])


def test_text_for_a_bundled_model(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["brackets-lstm", "--text", "f(x[0])", "--out", str(folder / "t.npz")]) == 0
    assert "7 steps" in capsys.readouterr().out
    assert explorer.Trace.load(folder / "t.npz").labels[0] == "f"


def test_a_long_array_goes_out_in_chunks(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    x = np.random.default_rng(0).normal(size=(100_500, 2)).astype(np.float32)
    np.save(folder / "long.npy", x)
    told = [str(folder / "model.pt"), "--npy", str(folder / "long.npy"), "--out"]
    assert main([*told, str(folder / "long.parquet")]) == 0
    assert "100%" in capsys.readouterr().err
    hidden = pd.read_parquet(folder / "long.parquet", filters=[("signal", "=", "hidden"), ("time", "=", 100_499)])
    run = explorer.record_chunks(explorer.load_checkpoint(folder / "model.pt"), x)
    assert np.allclose(hidden["value"], run.h_n[0], atol=1e-6)
    assert list(hidden["label"]) == ["100500"] * 3
    assert main([*told, str(folder / "long.npz")]) == 2
    assert ".npz does not hold" in capsys.readouterr().err


def test_without_data_it_says_what_is_there(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(folder / "both.pt")]) == 0
    out = capsys.readouterr().out
    assert "--group 'enc': LSTM, 2 inputs, 3 units" in out
    assert "--group 'dec': GRU, 1 input, 4 units" in out
    assert main(["brackets-gru"]) == 0
    assert "brackets-gru: GRU" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (["missing.pt"], "'missing.pt' cannot be read"),
        (["model.pt", "--npy", "data.npy"], "Give --out FILE"),
        (["model.pt", "--npy", "data.npy", "--out", "t.txt"], "Give --out FILE"),
        (["model.pt", "--out", "t.npz"], "nothing to record"),
        (["model.pt", "--text", "abc", "--out", "t.npz"], "no vocabulary"),
        (["model.pt", "--csv", "data.csv", "--out", "t.npz"], "3 columns came (a, b, c) and model reads 2"),
        (["model.pt", "--csv", "data.csv", "--columns", "a,b", "--out", "t.npz"], "missing"),
        (["model.pt", "--csv", "missing.csv", "--out", "t.npz"], "'missing.csv' cannot be read"),
        (["model.pt", "--npy", "data.csv", "--out", "t.npz"], "no readable header"),
        (["both.pt", "--npy", "data.npy", "--out", "t.npz"], "group='enc', 'dec'"),
        (["both.pt", "--group", "x", "--npy", "data.npy", "--out", "t.npz"], "no group 'x'"),
        (["data.csv"], "no format that can be opened"),
        (["model.pt", "--npy", "data.npy", "--out", "no/folder/t.csv"], "'t.csv' cannot be written"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    told: list[str], said: str, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    assert main(told) == 2
    printed = capsys.readouterr()
    assert said in printed.err
    assert printed.err.count("\n") == 1
    assert "Traceback" not in printed.err


def test_an_unknown_option_is_argparse_s_own(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["model.pt", "--text", "a", "--csv", "b"])
    assert stopped.value.code == 2
    assert "not allowed with" in capsys.readouterr().err
