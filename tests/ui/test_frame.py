"""The frame: every page guards its deep link, and the server is settled once."""

import ast
import gc
from pathlib import Path
from threading import get_ident

import pytest
import torch
from streamlit import config

from explorer.ui import frame
from tests.ui.screen import Screen

PAGES = sorted((frame.ROOT / "pages").glob("*.py"))


def test_every_page_is_in_the_navigation_and_every_entry_is_a_page() -> None:
    assert sorted(frame.ROOT / room.file for room in frame.ROOMS) == PAGES


def test_the_gates_are_the_landing_page() -> None:
    assert frame.ROOMS[0].title == "Gates"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_is_its_question_and_one_line(page: Path) -> None:
    """`show` guards its deep link; what it draws is in its own folder."""
    _, *body = ast.parse(page.read_text(encoding="utf-8")).body
    assert [ast.unparse(line) for line in body] == [
        f"from explorer.ui import {', '.join(sorted((page.stem, 'show')))}",
        f"show(__file__, {page.stem}.draw)",
    ]


def test_streamlit_collects_no_garbage_after_a_run() -> None:
    assert config.get_option("runner.postScriptGC") is False


def test_every_run_gives_torch_one_thread_in_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """OpenMP keeps the number for each thread, and Streamlit makes a new one for each run."""
    asked: list[tuple[int, int]] = []
    runs: list[int] = []
    settle = frame.settle
    monkeypatch.setattr(torch, "set_num_threads", lambda count: asked.append((get_ident(), count)))
    monkeypatch.setattr(frame, "settle", lambda: runs.append(get_ident()) or settle())
    Screen()
    Screen()
    assert len(runs) == 2
    assert asked == [(run, 1) for run in runs]


def test_what_the_imports_left_is_frozen_once_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    frozen: list[bool] = []
    monkeypatch.setattr(gc, "freeze", lambda: frozen.append(True))
    frame.settle.clear()
    Screen().type("f(x)")
    Screen()
    assert frozen == [True]
