"""A run file dropped in a real browser: the module's own gates, another sequence of its batch, the padding switch."""

import io
from typing import Any

import numpy as np
import torch
from playwright.sync_api import Page, expect
from torch.nn.utils.rnn import pack_sequence

import explorer

LENGTHS = (5, 9, 2)
HIDDEN = """() => {
  const panel = window.chart('stack')?.figure.data.find(one => one.meta.signal === 'hidden');
  return panel ? [...panel.z].map(row => [...row]) : null;
}"""


def test_a_run_file_is_dropped_and_its_batch_looked_through(server: Any, page: Page) -> None:
    torch.manual_seed(3)
    net, file = torch.nn.GRU(2, 4), io.BytesIO()
    with explorer.watch(net) as seen:
        net(pack_sequence([torch.randn(steps, 2) for steps in LENGTHS], enforce_sorted=False))
    seen.save(file)
    page.goto(f"{server.url}/models?about=upload")
    page.locator("input[type=file]").first.set_input_files(
        {"name": "run.gates", "mimeType": "application/octet-stream", "buffer": file.getvalue()}
    )
    page.wait_for_function("location.search.includes('source=run')")
    page.get_by_role("link", name="Gates").first.click()
    assert_shows(page, seen["GRU"][0])
    page.locator(".st-key-batch button").first.click()
    expect(page.get_by_text("This sequence has 5 steps; the longest has 9")).to_be_visible()
    page.get_by_text("As if padded", exact=True).click()
    expect(page.get_by_text("With 4 steps of padding the last states differ by up to")).to_be_visible()
    page.locator(".st-key-batch-next button").first.click()
    assert_shows(page, seen["GRU"][1])
    expect(page.get_by_text("This sequence has 9 steps.")).to_be_visible()


def assert_shows(page: Page, trace: explorer.Trace) -> None:
    """The panel of the hidden state holds this trace, units in any order."""
    page.wait_for_function(f"() => {{ const z = ({HIDDEN})(); return z && z[0].length === {len(trace)}; }}")
    shown, expected = np.array(page.evaluate(HIDDEN)), trace.select("hidden").T
    np.testing.assert_allclose(np.sort(shown, axis=0), np.sort(expected, axis=0), atol=1e-5)
