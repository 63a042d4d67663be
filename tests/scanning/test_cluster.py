"""On a cluster of two worker processes, one of them killed in the middle, a scan finds what it finds alone."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import explorer
from explorer.scanning import Counts, Histograms, Moments, Ridge, Separation

distributed = pytest.importorskip("distributed")
ROOT = Path(__file__).parents[2]
X = np.random.default_rng(2).normal(size=(4_000, 3)).astype(np.float32)


class Workers:
    """A scheduler here, and two processes that work for it."""

    def __init__(self) -> None:
        self.cluster = distributed.LocalCluster(n_workers=0, dashboard_address=None, host="127.0.0.1")
        self.client = distributed.Client(self.cluster)
        self.processes = [self.started() for _ in range(2)]
        self.client.wait_for_workers(2, timeout=240)

    def started(self) -> "subprocess.Popen[bytes]":
        """One more worker, without a nurse that would start it again."""
        asked = ["--no-nanny", "--nthreads", "1", "--no-dashboard", "--death-timeout", "240"]
        command = [sys.executable, "-m", "distributed.cli.dask_worker", self.cluster.scheduler_address, *asked]
        surroundings = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
        return subprocess.Popen(command, cwd=ROOT, env=surroundings, stderr=subprocess.DEVNULL)

    def close(self) -> None:
        """End all of it."""
        self.client.close()
        for process in self.processes:
            process.kill()
            process.wait()
        self.cluster.close()


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    """The two, for as long as this file runs; what they are told of themselves is no concern of a test."""
    found = Workers()
    yield found
    found.close()


def numbers(found: Any) -> list[np.ndarray]:
    """Every number in a result."""
    if isinstance(found, dict | tuple | list):
        return [one for part in (found.values() if isinstance(found, dict) else found) for one in numbers(part)]
    if hasattr(found, "__dataclass_fields__"):
        return [one for part in vars(found).values() for one in numbers(part)]
    return [np.asarray(found)] if isinstance(found, np.ndarray | int | float) else []


def same(found: Any, wanted: Any) -> bool:
    """Whether every number is the same to the bit."""
    pairs = list(zip(numbers(found), numbers(wanted), strict=True))
    assert len(pairs) > 20
    return all(np.array_equal(one, other, equal_nan=True) for one, other in pairs)


def test_the_results_are_those_of_one_run_though_a_worker_is_lost(workers: Workers) -> None:
    model = explorer.random_model("lstm", 3, 6, num_layers=2)

    def is_high(values: np.ndarray) -> np.ndarray:
        return values[:, 0] > 0.5

    what = [Counts(), Moments(), Histograms(bins=64), Separation(is_high), Moments(by="position")]
    *alone, probe = explorer.scan(model, X, [*what, Ridge(is_high, penalty=1.0)], block=40)
    told: list[float] = []

    def kill_one(share: float) -> None:
        told.append(share)
        if len(told) == 1:
            workers.processes[0].kill()

    asked = [*what, Ridge(is_high, penalty=1.0)]
    *found, other = explorer.scan(model, X, asked, workers.client, block=40, progress=kill_one)
    assert same(found, alone)
    # Its matrix products may use another number of threads there.
    assert np.allclose(other.weights, probe.weights, rtol=0, atol=1e-12)
    assert told[0] < 0.5
    assert len(workers.client.nthreads()) == 1
    many = [X[start : start + 25] for start in range(0, 750, 25)]
    assert same(explorer.scan(model, many, what, workers.client, block=30), explorer.scan(model, many, what, block=30))


def test_what_fails_there_is_a_sentence_here(workers: Workers) -> None:
    model = explorer.random_model("lstm", 3, 6)
    with pytest.raises(explorer.ExplorerError, match="no labels 'none'"):
        explorer.scan(model, X[:50], Separation("none"), workers.client)
    with pytest.raises(explorer.ExplorerError, match=r"gave up on a part .*ZeroDivisionError"):
        explorer.scan(model, X[:50], Separation(lambda values: 1 // 0), workers.client)
    with pytest.raises(explorer.ExplorerError, match="was stopped"):
        explorer.scan(model, X, Counts(), workers.client, block=30, cancel=lambda: True)
