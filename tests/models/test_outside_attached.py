"""Embeddings, heads and vocabularies of strangers' files: attached where one reading is left, else offered."""

import numpy as np
import pytest
import torch
from torch import nn

import explorer
from tests.models.checkpoint_writers import saved

INPUTS, UNITS = 3, 5


def drawn(*shape: int) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(sum(shape)).uniform(-1, 1, shape).astype(np.float32))


def within(prefix: str, module: nn.Module) -> dict[str, torch.Tensor]:
    return {f"{prefix}.{name}": value for name, value in module.state_dict().items()}


LSTM = within("lstm", nn.LSTM(INPUTS, UNITS))
APART: dict[str, dict[str, torch.Tensor]] = {
    "a decoder's layer of an encoder": within("encoder.lstm", nn.LSTM(INPUTS, UNITS))
    | within("decoder.hidden_to_hidden", nn.Linear(UNITS, 20)) | within("decoder.out", nn.Linear(9, 9)),
    "a projection without bias": LSTM | {"embed_proj.weight": drawn(8, INPUTS)},
    "a table of labels": LSTM | {"label_emb.weight": drawn(8, INPUTS)},
    "a table of places": LSTM | {"position_embeddings.weight": drawn(8, INPUTS)},
}  # fmt: skip


@pytest.mark.parametrize("case", APART)
def test_what_is_named_as_something_else_is_neither_head_nor_embedding(case: str) -> None:
    model = explorer.load_checkpoint(saved(APART[case]))
    assert model.head is None
    assert model.embedding is None


@pytest.mark.parametrize(("name", "guessed"), [("stopwords", True), ("train_files", True), ("word2idx", False),
                                               ("words", False), ("all_chars", False)])  # fmt: skip
def test_a_list_that_only_has_the_length_of_a_vocabulary_is_called_guessed(name: str, guessed: bool) -> None:
    tree = {"state_dict": LSTM | {"embedding.weight": drawn(20, INPUTS)}, name: [f"w{i}" for i in range(20)]}
    assert ("vocabulary" in explorer.load_checkpoint(saved(tree)).card["guessed"]) == guessed
