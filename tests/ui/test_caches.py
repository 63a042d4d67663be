"""What the server keeps between runs is bounded, and an upload is kept for its session alone."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest

import explorer.ui
from explorer.errors import ExplorerError
from explorer.ui.session.request import Request
from explorer.ui.view import view
from tests.ui.screen import Screen


def caches() -> Iterator[Any]:
    """Every cached function of the room that takes an argument; the others keep one value."""
    for found in pkgutil.walk_packages(explorer.ui.__path__, "explorer.ui."):
        module = importlib.import_module(found.name)
        for name, value in vars(module).items():
            info = getattr(value, "_info", None)
            if info is not None and info.func.__code__.co_argcount:
                yield pytest.param(info, id=f"{found.name.removeprefix('explorer.ui.')}.{name}")


@pytest.mark.parametrize("info", list(caches()))
def test_every_cache_has_a_limit(info: Any) -> None:
    assert info.max_entries is not None


def test_caches_of_traces_are_limited_in_bytes_too() -> None:
    assert view._record._info.max_size_bytes is not None


def test_an_upload_is_kept_for_its_session_alone() -> None:
    assert view._record_for_session.__wrapped__ is view._run  # by `kept`, see test_kept.py
    assert view._record._info.scope == "global"


def test_random_weights_that_are_kept_have_a_bounded_size() -> None:
    largest = Request.of(model="random", hidden=512, layers=6, both=True, text="f(x)", source="typed")
    with pytest.raises(ExplorerError, match="weights"):
        view.open_model(largest, view.encode(largest, None))
    screen = Screen(model="random", hidden="512", layers="6", both="1", text="f(x)")
    assert not screen.drawn
    assert "weights" in screen.warnings[0]
