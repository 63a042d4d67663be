"""Models on disk come back as they were; files that do not fit are refused."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from explorer import CheckpointError, Model, list_models, load_model, record
from explorer.models import load_card, write_model
from explorer.models.model.bundle import BUNDLED, read_model

CARD: dict[str, Any] = {
    "kind": "gru",
    "cell": {"reset_after": False},
    "vocabulary": {"unit": "character", "unknown": None, "tokens": ["a", "b", "é"]},
    "head": {"labels": ["x", "none"], "gives": "class"},
}


def _tensors() -> dict[str, torch.Tensor]:
    torch.manual_seed(1)
    rnn = torch.nn.GRU(4, 5, num_layers=2, bidirectional=True)
    return {f"rnn.{name}": value for name, value in rnn.state_dict().items()} | {
        "embedding.weight": torch.randn(3, 4),
        "head.weight": torch.randn(2, 10),
        "head.bias": torch.randn(2),
    }


def test_a_model_comes_back_with_all_its_parts(tmp_path: Path) -> None:
    tensors = _tensors()
    write_model(tmp_path / "new", "m", CARD, tensors)
    model = read_model(tmp_path / "new", "m", CARD)
    assert (model.kind, model.num_layers, model.num_directions) == ("gru", 2, 2)
    assert not model.cell().has_kernel
    assert model.vocabulary == ("a", "b", "é")
    assert np.array_equal(model.weights(1, "reverse")["weight_hh"], tensors["rnn.weight_hh_l1_reverse"].numpy())
    trace = record(model, "éab")
    assert np.array_equal(trace.inputs, tensors["embedding.weight"].numpy()[[2, 0, 1]])
    assert trace.output is not None
    top = np.concatenate([trace.select("hidden", 1, way) for way in trace.directions], axis=1)
    expected = top @ tensors["head.weight"].numpy().T + tensors["head.bias"].numpy()
    assert np.abs(trace.output - expected).max() <= 1e-6


def test_half_precision_on_disk_is_single_in_memory(tmp_path: Path) -> None:
    halves = {name: value.half() for name, value in _tensors().items()}
    write_model(tmp_path, "m", CARD, halves)
    weights = read_model(tmp_path, "m", CARD).weights()["weight_ih"]
    assert weights.dtype == np.float32
    assert np.array_equal(weights, halves["rnn.weight_ih_l0"].float().numpy())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kind": "mamba"}, r"mamba"),
        ({"vocabulary": {"unit": "character", "tokens": ["a", "b"]}}, r"2 tokens, 3 embedded"),
        ({"head": {"labels": ["x"], "gives": "class"}}, r"head of \(2, 10\)"),
        ({"head": {"labels": ["x", "y"]}}, r"gives"),
    ],
)
def test_a_card_that_does_not_fit_is_refused(change: dict[str, Any], said: str, tmp_path: Path) -> None:
    write_model(tmp_path, "m", CARD, _tensors())
    with pytest.raises(CheckpointError, match=rf"m\.safetensors and m\.json disagree.*{said}"):
        read_model(tmp_path, "m", CARD | change)


def test_damaged_and_missing_weights_are_refused(tmp_path: Path) -> None:
    write_model(tmp_path, "m", CARD, _tensors())
    whole = (tmp_path / "m.safetensors").read_bytes()
    for content in (b"", whole[:100], whole[:-10], b"{" * 200):
        (tmp_path / "m.safetensors").write_bytes(content)
        with pytest.raises(CheckpointError, match=r"m\.safetensors cannot be read"):
            read_model(tmp_path, "m", CARD)
    with pytest.raises(CheckpointError, match=r"other\.safetensors cannot be read"):
        read_model(tmp_path, "other", CARD)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CheckpointError, match=r"cannot be written"):
        write_model(tmp_path / "file", "m", CARD, _tensors())


def test_bundled_models_stay_small() -> None:
    assert len(list_models()) >= 6
    assert sum(path.stat().st_size for path in BUNDLED.iterdir()) <= 10_000_000


@pytest.mark.parametrize("name", list_models())
def test_cards_agree_with_their_models(name: str) -> None:
    model: Model = load_model(name)
    card = load_card(name)
    assert card["kind"] == model.kind
    assert (card.get("vocabulary") is None) == (model.vocabulary is None)
    assert (card.get("head") is None) == (model.head is None)


def test_a_model_outside_the_bundle_cannot_be_named_by_a_path() -> None:
    for name in ("../models/brackets-lstm", "brackets-lstm.json", ""):
        with pytest.raises(CheckpointError, match=r"no bundled model"):
            load_model(name)
