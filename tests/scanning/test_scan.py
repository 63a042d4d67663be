"""A corpus in all its forms gives what one run of each sequence gives, however it is cut."""

import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

import explorer
from explorer.models.run.advance import advance
from explorer.models.run.inputs import prepare, prepare_states
from explorer.scanning import Counts, Moments, Separation
from explorer.trace.recorder import carried

X = np.random.default_rng(1).normal(size=(400, 2)).astype(np.float32)


class Keep:
    """Every value, in the corpus's order: what no reducer should do with a corpus that is large."""

    concepts: tuple[Any, ...] = ()

    def empty(self) -> list[Any]:
        """Nothing."""
        return []

    def add(self, state: list[Any], passage: Any) -> list[Any]:
        """All of it."""
        return [*state, passage]

    def merge(self, first: list[Any], second: list[Any]) -> list[Any]:
        """In order."""
        return first + second

    def result(self, state: list[Any]) -> dict[str, np.ndarray]:
        """Joined along time."""
        values = {name: np.concatenate([one.values[name] for one in state], axis=2) for name in state[0].values}
        return values | {
            what: np.concatenate([getattr(one, what) for one in state]) for what in ("sequence", "position")
        }


def close(found: dict[str, np.ndarray], traces: list[explorer.Trace]) -> bool:
    """Whether every value is that of its sequence's own run."""
    return all(
        np.abs(found[name] - np.concatenate([one[name] for one in traces], axis=2)).max() < 2e-6
        for name in traces[0].signals
    )


@pytest.mark.parametrize("kind", ["lstm", "gru", "mgu"])
@pytest.mark.parametrize("both", [False, True])
def test_one_stream_in_blocks_is_one_run(kind: str, both: bool) -> None:
    model = explorer.random_model(kind, 2, 4, seed=1, num_layers=2, bidirectional=both)
    found = explorer.scan(model, X[:190], Keep(), block=9)  # two parts, and a last block of one step
    assert close(found, [explorer.record(model, X[:190])])
    assert found["position"].tolist() == list(range(190))


@pytest.mark.parametrize("kind", ["lstm", "gru", "rnn", "mgu"])
def test_the_states_alone_are_those_of_the_run_to_the_bit(kind: str) -> None:
    model = explorer.random_model(kind, 2, 6, num_layers=2)
    ran = alone = prepare_states(model, None, None)
    for start in range(0, 100, 25):
        prepared = prepare(model, X[start : start + 25])
        _, ran = carried(model, prepared, ran)
        alone = advance(model, prepared, alone)
    for one, other in zip(ran, alone, strict=True):
        assert all(torch.equal(first, second) for first, second in zip(one, other, strict=True))
    assert np.abs(ran[-1][0].numpy() - explorer.record(model, X[:100]).h_n[-1]).max() < 1e-6


@pytest.mark.parametrize("both", [False, True])
def test_a_state_to_begin_from(both: bool) -> None:
    model = explorer.random_model("lstm", 2, 4, bidirectional=both)
    states = {name: np.full((1 + both, 4), 0.5, np.float32) for name in ("h_0", "c_0")}
    assert close(explorer.scan(model, X[:60], Keep(), block=9, **states), [explorer.record(model, X[:60], **states)])
    many = explorer.scan(model, [X[:6], X[:8]], Keep(), **states)
    assert close(many, [explorer.record(model, X[:steps], **states) for steps in (6, 8)])
    with pytest.raises(explorer.ShapeError, match="h_0"):
        explorer.scan(model, X, Keep(), h_0=np.zeros(3))


def test_many_sequences_begin_anew() -> None:
    model = explorer.random_model("lstm", 2, 4, bidirectional=True)
    lengths = [3, 40, 1, 7, 130, 12]
    many = [X[:length] for length in lengths]
    found = explorer.scan(model, many, Keep(), block=50)  # one of them is longer than a block
    assert close(found, list(explorer.record_batch(model, many)))
    assert found["sequence"].tolist() == np.repeat(range(6), lengths).tolist()
    assert found["position"].tolist() == [step for length in lengths for step in range(length)]
    told = [one[:, 0] > 0 for one in many]
    counts = explorer.scan(model, many, Counts("up"), labels={"up": told}, block=50)
    assert counts["sequences"] == 6
    assert counts["groups"]["True"] == sum(one.sum() for one in told)


def test_text_is_read_by_the_vocabulary_and_concepts_read_the_text() -> None:
    model = explorer.load_model("brackets-lstm")
    text = "f(x[0]) = {a: (b, c)} " * 12
    shown: list[Any] = []

    def is_digit(whole: str) -> list[bool]:
        shown.append(whole)
        return [one.isdigit() for one in whole]

    counts, moments, apart = explorer.scan(
        model, text, [Counts("token"), Moments(("cell",), by="token"), Separation(is_digit)], block=20
    )
    trace = explorer.record(model, text)
    is_open = np.array([one == "(" for one in text])
    at = moments["cell"].groups.index("(")
    assert shown == [text]  # once, as a whole, though it is cut
    assert counts["groups"]["("] == is_open.sum()
    assert np.allclose(moments["cell"].mean[at, 0, 0], trace.select("cell")[is_open].mean(0), atol=1e-6)
    assert (apart["cell"].yes, apart["cell"].no) == (12, len(text) - 12)
    ids = explorer.scan(model, model.text.encode(text).values, Separation(is_digit), block=20)
    assert np.array_equal(ids["cell"].auc, apart["cell"].auc)


def test_words_are_steps_too() -> None:
    model = explorer.load_model("sentiment-lstm")
    lines = ["a good film , not bad", "so dull", "it is good !"]
    counts = explorer.scan(model, lines, Counts(lambda tokens: ["good" in one for one in tokens]))
    assert counts == {"steps": 12, "sequences": 3, "groups": {"False": 10, "True": 2}}


def test_masked_steps_are_left_out() -> None:
    model = replace(explorer.from_torch(torch.nn.LSTM(3, 4)), embedding=torch.randn(6, 3), mask=0)
    ids = np.random.default_rng(0).integers(0, 6, size=300)
    found = explorer.scan(model, ids, Keep(), block=7)
    trace = explorer.record(model, ids)
    assert found["position"].tolist() == np.flatnonzero(ids).tolist()
    assert np.abs(found["cell"] - trace["cell"][:, :, ids > 0]).max() < 1e-6
    assert np.isfinite(found["forget"]).all()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same 400 steps in files of several kinds."""
    import zarr

    folder: Path = tmp_path_factory.mktemp("corpus")
    high = X[:, 0] > 0.5
    for at in (0, 1):
        part = slice(200 * at, 200 * at + 200)
        table = pd.DataFrame({"a": X[part, 0], "day": "x", "b": X[part, 1], "high": high[part]})
        table.to_parquet(folder / f"part-{at}.parquet", row_group_size=64)
    np.save(folder / "x.npy", X)
    group = zarr.open_group(str(folder / "x.zarr"), mode="w")
    group.create_array("x", data=X, chunks=(50, 2))
    group.create_array("high", data=high)
    (folder / "one.txt").write_text("f(x[0])\n" * 30, encoding="utf-8")
    (folder / "two.txt").write_text("g{1}", encoding="utf-8")
    pd.DataFrame({"text": ["f(x)", "", "[0]"], "kind": ["call", "none", "index"]}).to_parquet(folder / "lines.parquet")
    pd.DataFrame({"a": X[:20, 0], "b": X[:20, 1], "c": 1.0}).to_parquet(folder / "wide.parquet")
    (folder / "broken.parquet").write_bytes(b"PAR1 no")
    return folder


def test_files_are_what_is_in_them(folder: Path) -> None:
    model = explorer.random_model("lstm", 2, 4)
    what = [Moments(), Separation("high")]
    moments, apart = explorer.scan(model, X, what, labels={"high": X[:, 0] > 0.5}, block=30)
    for corpus, more in (
        (folder / "part-*.parquet", {"joined": True, "columns": ["a", "b"]}),
        (folder / "x.zarr", {}),
    ):
        found, other = explorer.scan(model, corpus, what, block=30, **more)
        assert np.array_equal(found["cell"].mean, moments["cell"].mean)
        assert np.array_equal(other["cell"].auc, apart["cell"].auc)
    found = explorer.scan(model, folder / "x.npy", Moments(), block=30)
    assert np.array_equal(found["cell"].mean, moments["cell"].mean)
    two = explorer.scan(model, [folder / "part-0.parquet", folder / "part-1.parquet"], Keep(), block=30)
    assert close(two, [explorer.record(model, X[:200]), explorer.record(model, X[200:])])


def test_files_of_text(folder: Path) -> None:
    model = explorer.load_model("brackets-lstm")
    found = explorer.scan(model, folder / "*.txt", Counts("token"), block=30)
    assert (found["steps"], found["sequences"], found["groups"]["{"]) == (244, 2, 1)
    rows = explorer.scan(model, folder / "lines.parquet", Counts("kind"))
    assert rows == {"steps": 7, "sequences": 2, "groups": {"call": 4, "index": 3}}


def test_progress_reaches_its_end_and_cancel_stops() -> None:
    model, told = explorer.random_model("gru", 2, 3), []
    explorer.scan(model, [X, X[:30], X[:200]], Counts(), block=5, progress=told.append)
    assert told == sorted(told)
    assert len(told) > 5
    assert abs(told[-1] - 1) < 1e-9
    with pytest.raises(explorer.ExplorerError, match="was stopped"):
        explorer.scan(model, X, Counts(), block=5, cancel=lambda: True)


@pytest.mark.parametrize(
    ("corpus", "said"),
    [
        ("text", "no vocabulary"),
        ([], "is empty"),
        ([X, X[:0]], "Sequence 1 is empty"),
        (X[:, :1], "shape \\(400, 1\\)"),
        ([X, "text"], "no vocabulary"),
        (None, "None came"),
        (X * np.nan, "not finite"),
        (Path("nowhere-*.txt"), "no file 'nowhere"),
        ([Path("a.txt"), X], "came together"),
    ],
    ids=str,
)
def test_a_corpus_that_is_none_is_a_sentence(corpus: Any, said: str) -> None:
    with pytest.raises(explorer.ExplorerError, match=said):
        explorer.scan(explorer.random_model("lstm", 2, 3), corpus, Counts())


@pytest.mark.parametrize(
    ("name", "more", "said"),
    [
        ("wide.parquet", {}, "columns a, b, c and random LSTM, 3 units reads 2"),
        ("wide.parquet", {"columns": ["a", "z"]}, "columns a, b, c"),
        ("lines.parquet", {}, "columns none"),
        ("broken.parquet", {}, "cannot be read"),
        ("one.txt", {}, "is text"),
        ("x.zarr", {"columns": ["high"]}, "name one array"),
    ],
)
def test_a_file_that_does_not_fit_is_a_sentence(folder: Path, name: str, more: dict[str, Any], said: str) -> None:
    with pytest.raises(explorer.ExplorerError, match=said):
        explorer.scan(explorer.random_model("lstm", 2, 3), folder / name, Counts(), **more)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"labels": {"y": np.zeros(3)}}, "gave \\(3,\\)"),
        ({"labels": [1, 2]}, "labels is"),
        ({"block": 0}, "block is 0"),
        ({"client": "tcp://nowhere"}, "give a dask.distributed.Client"),
    ],
)
def test_other_arguments_that_do_not_fit(more: dict[str, Any], said: str) -> None:
    with pytest.raises(explorer.ExplorerError, match=said):
        explorer.scan(explorer.random_model("lstm", 2, 3), X, Moments(by="y"), **more)


def test_what_goes_to_a_worker_can_be_packed() -> None:
    for name in ("brackets-lstm", "sentiment-gru"):
        model = explorer.load_model(name)
        again = pickle.loads(pickle.dumps(model))
        assert np.array_equal(explorer.record(again, "a b")["hidden"], explorer.record(model, "a b")["hidden"])
