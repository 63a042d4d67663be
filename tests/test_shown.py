"""What the library's objects print, and what their modules list."""

from typing import Any

import numpy as np
import pytest

import explorer


def shown() -> dict[str, Any]:
    model = explorer.random_model("lstm", 8, 64, num_layers=2, bidirectional=True)
    x = np.zeros((200, 8), np.float32)
    return {
        "model": model,
        "bundled": explorer.load_model("brackets-lstm"),
        "trace": explorer.record(model, x),
        "chunks": explorer.record_chunks(model, x, chunk=100),
        "traces": explorer.record_batch(model, [x, x[:20]]),
        "gradients": explorer.gradients(explorer.random_model("gru", 8, 4), x),
    }


@pytest.mark.parametrize("name", ["model", "bundled", "trace", "chunks", "traces", "gradients"])
def test_an_object_prints_what_it_is_and_no_arrays(name: str) -> None:
    text = repr(shown()[name])
    assert 1 <= len(text.splitlines()) <= 5
    assert len(text) < 400
    assert "tensor(" not in text
    assert "array(" not in text
    assert any(word in text for word in ("LSTM", "GRU", "Gradients"))


@pytest.mark.parametrize("module", [explorer.figures, explorer.measures])
def test_a_module_lists_its_public_names_only(module: Any) -> None:
    names = dir(module)
    assert names == sorted(module.__all__)
    assert all(hasattr(module, name) for name in names)
