"""``gate-explorer model.pt --csv data.csv`` in a real browser: its first view is that model on that data."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import torch
from playwright.sync_api import Page

import explorer

ROOT = Path(__file__).parents[2]
MAIN = "import sys; from explorer.launch import main; sys.exit(main(sys.argv[1:]))"
PANELS = """() => Object.fromEntries(window.chart('stack').figure.data
  .filter(one => one.type === 'heatmap')
  .map(one => [one.meta.signal, {units: Array.from(one.y), values: Array.from(one.z, row => Array.from(row))}]))"""


def lstm() -> torch.nn.LSTM:
    torch.manual_seed(11)
    return torch.nn.LSTM(2, 5)


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A server that the command started on files which lie nowhere near the app."""
    torch.save(lstm().state_dict(), tmp_path / "net.pt")
    rows = "".join(f"{value / 4},{-value}\n" for value in range(9))
    (tmp_path / "flow.csv").write_text("flow,level\n" + rows)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", MAIN, "net.pt", "--csv", "flow.csv", "--port", str(port), "--no-browser"]
    log = tmp_path / "log.txt"
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=out, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=5):
            break
        time.sleep(0.1)
    yield f"http://127.0.0.1:{port}"
    os.killpg(process.pid, signal.SIGINT)  # the command, and the server that it waits for
    process.wait(30)
    assert "Traceback" not in log.read_text(encoding="utf-8", errors="replace")


def test_the_first_view_is_that_model_on_that_data(
    page: Page, address: str, finished: Callable[..., None], console_errors: list[str]
) -> None:
    page.goto(address)
    finished(page, figures=1)
    x = np.array([(value / 4, -value) for value in range(9)])
    trace = explorer.record(explorer.from_torch(lstm()), x)
    shown = page.evaluate(PANELS)
    assert set(shown) == set(trace.signals)
    for name, panel in shown.items():
        units = [int(unit.removeprefix("unit ")) for unit in panel["units"]]
        np.testing.assert_allclose(panel["values"], trace.select(name)[:, units].T, atol=1e-6)
    assert page.get_by_text("Your model", exact=True).count() >= 1
    assert console_errors == []
