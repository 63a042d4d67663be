"""What a dropped file holds beside its weights, or is refused for, in a real browser: on every page, not only one."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import torch
from playwright.sync_api import Page, expect

from tests.models.checkpoint_writers import keras_archive, keras_arrays, keras_layer

Waiting = Callable[..., Any]
PAGES = ("Gates", "Step", "Memory")


def beside(**more: torch.Tensor) -> dict[str, torch.Tensor]:
    """The weights of an LSTM, and other tensors in its namespace."""
    torch.manual_seed(5)
    weights = torch.nn.LSTM(2, 6).state_dict()
    return {f"lstm.{name}": values for name, values in (weights | more).items()}


def drop(server: Any, page: Page, finished: Waiting, file: Path) -> None:
    page.set_default_timeout(60_000)
    page.goto(f"{server.url}/models?about=upload")
    finished(page)
    page.locator("input[type=file]").first.set_input_files(file)


def go(page: Page, name: str) -> None:
    """Another page of the same session, by the navigation on top."""
    if name == "Memory":
        page.get_by_text("Understand").first.click()
        page.get_by_text(name, exact=True).first.click()
    else:
        page.get_by_role("link", name=name).first.click()
    page.wait_for_function(f"location.pathname.endsWith('{'' if name == 'Gates' else '/' + name.lower()}')")


def test_an_lstm_with_layer_norms_is_warned_of_on_every_page(
    server: Any, page: Page, finished: Waiting, tmp_path: Path
) -> None:
    norms = {"ln_ih.weight": torch.ones(24), "ln_hh.weight": torch.ones(24), "ln_ho.weight": torch.ones(6)}
    torch.save(beside(**norms), tmp_path / "normed.pt")
    drop(server, page, finished, tmp_path / "normed.pt")
    page.wait_for_function("location.search.includes('model=uploaded')")
    for name in ("Models", *PAGES):
        if name != "Models":
            go(page, name)
        expect(page.get_by_test_id("stAlert")).to_contain_text("lstm.ln_ih.weight")
        expect(page.get_by_test_id("stAlert")).to_contain_text("these are not its gates")
        expect(page.get_by_test_id("stAlert")).to_have_count(1)


def test_an_lstm_with_norms_that_no_cell_has_is_refused_on_every_page(
    server: Any, page: Page, finished: Waiting, tmp_path: Path
) -> None:
    norms = {"ln_ih.weight": torch.ones(24), "ln_hh.weight": torch.ones(24)}
    torch.save(beside(**norms), tmp_path / "normed.pt")
    drop(server, page, finished, tmp_path / "normed.pt")
    expect(page.get_by_test_id("stAlert")).to_contain_text("lstm.ln_ih.weight")
    assert "model=uploaded" not in page.url
    for name in PAGES:
        go(page, name)
        alert = page.get_by_test_id("stAlert")
        expect(alert).to_contain_text("normed.pt was not opened")
        expect(alert).to_contain_text("lstm.ln_ih.weight")
        expect(alert).to_have_count(1)
    page.locator(".st-key-refused-close button").click()
    expect(page.get_by_test_id("stAlert")).to_have_count(0)


def test_tensors_that_were_not_used_are_named_on_every_page_and_on_a_stage(
    server: Any, page: Page, finished: Waiting, tmp_path: Path
) -> None:
    torch.save(beside(temperature=torch.ones(1)), tmp_path / "more.pt")
    drop(server, page, finished, tmp_path / "more.pt")
    page.wait_for_function("location.search.includes('model=uploaded')")
    expect(page.get_by_test_id("stAlert")).to_contain_text("1 tensor beside this LSTM's weights was not used")
    for name in PAGES:
        go(page, name)
        expect(page.get_by_test_id("stAlert")).to_contain_text("lstm.temperature")
        expect(page.get_by_test_id("stAlert")).to_have_count(1)
    go(page, "Gates")
    expect(page.get_by_text("equals PyTorch's LSTM on the tensors used; 1 tensor was not used")).to_be_visible()
    page.locator(".st-key-present button").first.click()
    page.wait_for_function("location.search.includes('presenter=1')")
    expect(page.get_by_test_id("stAlert")).to_contain_text("lstm.temperature")


def two_with_a_dense_between() -> bytes:
    """A Keras file of LSTM, Dense, LSTM."""
    torch.manual_seed(2)
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        for name, inputs, units in (("lstm", 3, 5), ("lstm_1", 4, 6)):
            weights = {key[:-3]: one.numpy() for key, one in torch.nn.LSTM(inputs, units).state_dict().items()}
            keras_layer(file, "lstm", keras_arrays("lstm", weights), name, "new")
        file["layers/mix/vars/0"] = np.ones((5, 4), np.float32)
        file["layers/mix/vars/1"] = np.zeros(4, np.float32)
    layers = [
        ("InputLayer", {"batch_shape": [None, None, 3], "name": "input"}),
        ("LSTM", recurrent("lstm", 5)),
        ("Dense", {"name": "mix", "units": 4, "activation": "linear", "use_bias": True}),
        ("LSTM", recurrent("lstm_1", 6)),
    ]
    entries = [{"class_name": kind, "config": settings} for kind, settings in layers]
    config = {"class_name": "Sequential", "config": {"name": "sequential", "layers": entries}}
    return keras_archive(buffer.getvalue(), json.dumps(config))


def recurrent(name: str, units: int) -> dict[str, Any]:
    return {
        "name": name, "units": units, "activation": "tanh", "recurrent_activation": "sigmoid", "use_bias": True,
        "return_sequences": True, "go_backwards": False,
    }  # fmt: skip


@pytest.mark.parametrize("width", [1440, 390])
def test_a_dense_between_two_lstms_of_keras_makes_two_networks_and_is_named(
    server: Any, new_tab: Callable[..., Page], finished: Waiting, tmp_path: Path, width: int
) -> None:
    # A phone says what it is; a narrow window that does not is laid out once more while the file is dropped.
    page = new_tab(width, 900, **({"user_agent": "Mobile"} if width < 600 else {}))
    (tmp_path / "two.keras").write_bytes(two_with_a_dense_between())
    drop(server, page, finished, tmp_path / "two.keras")
    page.wait_for_function("location.search.includes('model=uploaded')")
    expect(page.get_by_text("LSTM 'lstm' → Dense 'mix'", exact=False).first).to_be_visible()
    page.locator(".st-key-checkpoint-choice-group").get_by_role("combobox").click()
    options = page.get_by_role("option")
    expect(options).to_have_count(2)
    options.nth(1).click()
    expect(page.get_by_text("Dense 'mix' → LSTM 'lstm_1'", exact=False).first).to_be_visible()
    expect(page.get_by_text("The input here is what Dense 'mix' gives", exact=False).first).to_be_visible()
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth <= innerWidth + 1")
