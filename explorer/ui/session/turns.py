"""Heavy work of pages takes turns: one core stays free for the others, and who has used least goes first."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from explorer.ui.session.who import session_of

_LOOK, _HALF_LIFE, _PIECE = 0.25, 60.0, 1.0
_thread = threading.local()


class Turns:
    """So many works at once; the others wait, those of the session that has used least of late first.

    Args:
        places: works at once; by default one a core, one core left for the pages.
    """

    def __init__(self, places: int | None = None) -> None:
        self.places = places or max(1, (os.cpu_count() or 1) - 1)
        self._changed = threading.Condition()
        self._working: list[str] = []
        self._waiting: list[str] = []
        self._used: dict[str, tuple[float, float]] = {}

    @property
    def counts(self) -> tuple[int, int]:
        """How many work and how many wait."""
        return len(self._working), len(self._waiting)

    def enter(self, owner: str, meanwhile: Callable[[int], None]) -> None:
        """Wait for a place.

        Args:
            owner: the session.
            meanwhile: called with the number of those before it while it waits; what it raises ends the waiting.
        """
        with self._changed:
            self._waiting.append(owner)
        try:
            while not self._admitted(owner):
                meanwhile(self._before(owner))
        finally:
            with self._changed:
                if owner in self._waiting:
                    self._waiting.remove(owner)

    def leave(self, owner: str, seconds: float) -> None:
        """Give the place back.

        Args:
            owner: the session.
            seconds: how long it had it.
        """
        with self._changed:
            self._working.remove(owner)
            self._used[owner] = (self._of_late(owner) + seconds, time.monotonic())
            self._used = {one: used for one, used in self._used.items() if self._of_late(one) > 0.01}
            self._changed.notify_all()

    def is_wanted(self, owner: str, seconds: float) -> bool:
        """Whether another waits who has used less than this session with what it uses now."""
        with self._changed:
            mine = self._of_late(owner) + seconds
            return any(self._of_late(one) < mine for one in self._waiting if one != owner)

    def _admitted(self, owner: str) -> bool:
        with self._changed:
            if len(self._working) >= self.places or self._before(owner):
                self._changed.wait(_LOOK)
            if len(self._working) >= self.places or self._before(owner):
                return False
            self._waiting.remove(owner)
            self._working.append(owner)
            return True

    def _before(self, owner: str) -> int:
        order = sorted(self._waiting, key=self._of_late)  # of equals who came first
        return order.index(owner)

    def _of_late(self, owner: str) -> float:
        used, at = self._used.get(owner, (0.0, 0.0))
        return float(used * 0.5 ** ((time.monotonic() - at) / _HALF_LIFE))


TURNS = Turns()
"""The server's."""


@contextmanager
def turn(in_callback: bool = False) -> Iterator[Callable[[], None]]:
    """Heavy work of this session, once it is its turn; while it waits the page says so, and any press ends that.

    Args:
        in_callback: nothing is said and nothing ends the waiting, so that what was brought is not lost.

    Yields:
        What to call between two pieces of the work: after a while it lets another session go first.
    """
    if getattr(_thread, "has_turn", False):
        yield lambda: None
        return
    owner = session_of()
    place = None if in_callback else st.empty()
    began = 0.0

    def enter() -> None:
        nonlocal began
        TURNS.enter(owner, lambda before: _say(place, before))
        began, _thread.has_turn = time.monotonic(), True
        if place is not None:
            place.empty()

    def leave() -> None:
        _thread.has_turn = False
        TURNS.leave(owner, time.monotonic() - began)

    def give_way() -> None:
        spent = time.monotonic() - began
        if spent > _PIECE and TURNS.is_wanted(owner, spent):
            leave()
            enter()

    enter()
    try:
        yield give_way
    finally:
        if _thread.has_turn:
            leave()


def _say(place: "st.delta_generator.DeltaGenerator | None", before: int) -> None:
    if place is not None:
        others = f"{before} before you" if before else "you are next"
        place.caption(f"Others compute something long: {others}.")
