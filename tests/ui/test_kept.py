"""What a session keeps is its own, and all sessions' together is bounded: who holds most lets go first."""

import gc
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from explorer.ui.session import kept


@dataclass(frozen=True)
class Made:
    """Something with arrays in it."""

    arrays: dict[str, Any]


class Sessions:
    """The state of the session whose turn it is, in place of Streamlit's."""

    def __init__(self) -> None:
        self.session_state: dict[str, Any] = {}


@pytest.fixture
def sessions(monkeypatch: pytest.MonkeyPatch) -> Sessions:
    gc.collect()  # what tests before this one made and no longer hold
    mine = Sessions()
    monkeypatch.setattr(kept, "st", mine)
    monkeypatch.setattr(kept, "MOST_BYTES", kept.held() + 1_000)
    return mine


def make(asked: list[str], name: str, size: int) -> Made:
    asked.append(name)
    return Made({"a": np.zeros(size, np.uint8)})


def test_it_is_made_once_a_session_and_by_its_key_alone(sessions: Sessions) -> None:
    asked: list[str] = []

    @kept.kept(2)
    def made(key: str, _other: int) -> Made:
        return make(asked, key, 10)

    assert made("a", 1) is made("a", 2)
    first = sessions.session_state
    sessions.session_state = {}
    made("a", 1)
    assert asked == ["a", "a"]
    sessions.session_state = first
    for key in ("b", "a", "c"):  # the third pushes out what was asked for longest ago
        made(key, 1)
    made("a", 1)
    assert asked == ["a", "a", "b", "c"]
    made("b", 1)
    assert asked == ["a", "a", "b", "c", "b"]


def test_over_the_bound_the_session_that_holds_most_lets_go(sessions: Sessions) -> None:
    asked: list[str] = []

    @kept.kept(9)
    def made(key: str) -> Made:
        return make(asked, key, 300)

    made("small")
    small = sessions.session_state
    sessions.session_state = {}
    before = kept.held()
    for key in ("a", "b", "c"):
        made(key)
    assert kept.held() == before + 2 * 300
    made("c")
    sessions.session_state = small
    made("small")
    assert asked == ["small", "a", "b", "c"]


def test_a_session_that_is_gone_holds_nothing(sessions: Sessions) -> None:
    before = kept.held()

    @kept.kept(1)
    def made(key: str) -> Made:
        return make([], key, 300)

    made("a")
    assert kept.held() == before + 300
    sessions.session_state = {}
    assert kept.held() == before
