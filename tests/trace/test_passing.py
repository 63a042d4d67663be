"""One pass over a corpus gives what whole runs give: a stream in chunks, both ways, and many sequences."""

import numpy as np
import pytest
import torch

import explorer
from explorer.trace.passing import passing


@pytest.mark.parametrize("both", [False, True])
def test_a_stream_in_chunks_is_the_whole_run(both: bool) -> None:
    model = explorer.random_model("lstm", 2, 5, num_layers=2, bidirectional=both, dtype=torch.float64)
    x = np.random.default_rng(0).normal(size=(53, 2))
    whole = explorer.record(model, x)
    found = np.zeros_like(whole["cell"])
    shares = []
    for passed in passing(model, x, chunk=9):
        shares.append(passed.share)
        if passed.trace is not None:
            found[:, :, passed.start : passed.start + len(passed.trace)] = passed.trace["cell"]
    assert np.abs(found - whole["cell"]).max() < 1e-12
    assert shares == sorted(shares)
    assert shares[-1] <= 1


def test_many_sequences_begin_anew() -> None:
    model = explorer.random_model("gru", 1, 4, dtype=torch.float64)
    x = np.random.default_rng(1).normal(size=(30, 1))
    starts = [0, 7, 8, 21]
    found = {passed.start: passed.trace for passed in passing(model, x, starts)}
    assert list(found) == starts
    for start, stop in zip(starts, [*starts[1:], 30], strict=True):
        trace = found[start]
        assert trace is not None
        assert np.abs(trace["hidden"] - explorer.record(model, x[start:stop])["hidden"]).max() < 1e-12
