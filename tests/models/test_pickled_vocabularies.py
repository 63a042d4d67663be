"""Vocabularies that are objects of some library, inside checkpoints or pickled alone: read as data, never rebuilt."""

import pickle
import sys
import types
from collections import Counter, defaultdict
from typing import Any

import numpy as np
import pytest

import explorer
from explorer.models.checkpoints import read_vocabulary
from tests.models.checkpoint_writers import saved
from tests.models.test_vocabularies import FROM_ONE, IDS, WORDS, Reader, as_pickled, keras

TEXT = "the cat sat on the mat"
STATES: dict[str, tuple[str, dict[str, Any]]] = {
    "keras": ("keras.preprocessing.text.Tokenizer", as_pickled(keras())),
    "torchtext": (
        "torchtext.vocab.Vocab",
        {"freqs": Counter(the=3, cat=2, sat=1), "itos": ["<pad>", *WORDS], "stoi": defaultdict(int, FROM_ONE)},
    ),
    "of one's own": ("data.Vocabulary", {"word2idx": FROM_ONE, "idx2word": dict(enumerate(WORDS, 1)), "idx": 6}),
}


@pytest.fixture
def pickled(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes an object of a class that is there only while it is pickled."""

    def make(path: str, state: dict[str, Any]) -> Any:
        name, _, kind = path.rpartition(".")
        packages = name.split(".")
        for count in range(1, len(packages) + 1):
            module = types.ModuleType(".".join(packages[:count]))
            monkeypatch.setitem(sys.modules, module.__name__, module)
        made = type(kind, (), {"__module__": name})
        setattr(sys.modules[name], kind, made)
        vocabulary = made()
        vocabulary.__dict__.update(state)
        return vocabulary

    return make


@pytest.mark.parametrize("kind", STATES)
def test_an_object_inside_the_checkpoint(pickled: Any, kind: str) -> None:
    content = saved({"state_dict": Reader(6).state_dict(), "text": pickled(*STATES[kind])})
    trace = explorer.record(explorer.load_checkpoint(content), TEXT)
    np.testing.assert_allclose(trace.select("hidden"), Reader(6).states(IDS), atol=1e-6)


@pytest.mark.parametrize("kind", STATES)
@pytest.mark.parametrize("protocol", [2, 4])
def test_an_object_in_a_pickle_of_its_own(pickled: Any, kind: str, protocol: int) -> None:
    assert read_vocabulary(pickle.dumps(pickled(*STATES[kind]), protocol)).gives(TEXT) == IDS
