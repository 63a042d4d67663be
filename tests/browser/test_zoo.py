"""Every task's LSTM opens on its own example, drawn, with what it predicts."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

import explorer
from explorer.measures import predictions
from explorer.ui.session.request import Request
from explorer.ui.view.view import encode

MODELS = [name for name in explorer.list_models() if name.endswith("-lstm")]
COLUMNS = "steps => window.chart('stack')?.figure.data[0].z[0].length === steps"


@pytest.mark.parametrize("name", MODELS)
def test_it_opens_on_its_example(name: str, page: Page, server: Any, finished: Callable[..., None]) -> None:
    model = explorer.load_model(name)
    trace = explorer.record(model, encode(Request(model=name), None))
    page.goto(f"{server.url}/?model={name}")
    finished(page, figures=1)
    page.wait_for_function(COLUMNS, arg=len(trace), timeout=90_000)
    expect(page.get_by_text("This network learned").first).to_be_visible()
    said = predictions(model, trace)
    assert said is not None
    if page.locator(".line .predicted").count():
        assert page.locator(".line .predicted").get_attribute("d")
        assert np.isfinite([float(one.label) for one in said]).all()
    else:
        shown = page.locator(".answer")
        wanted = {one.label for one in said}
        expect(shown.filter(has_text=next(iter(wanted - {""}))).first).to_be_visible()
        assert {text.strip() for text in shown.all_text_contents()} <= wanted | {""}
