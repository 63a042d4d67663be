"""What a session has computed of its own uploads: kept in it alone, and bounded over all sessions together."""

import inspect
import weakref
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import wraps
from threading import RLock
from typing import Any, ParamSpec, TypeVar

import numpy as np
import streamlit as st

MOST_BYTES = 160_000_000
"""Of all sessions; where more comes, the session that holds most lets go of its oldest."""
_lock = RLock()
P = ParamSpec("P")
R = TypeVar("R")


class _Shelf:
    """What one session keeps, oldest first: (function, arguments) → value and bytes."""

    def __init__(self) -> None:
        self.kept: dict[tuple[Any, ...], tuple[Any, int]] = {}

    @property
    def size(self) -> int:
        return sum(size for _, size in self.kept.values())


_shelves: "weakref.WeakSet[_Shelf]" = weakref.WeakSet()


def held() -> int:
    """Bytes that all sessions keep."""
    with _lock:
        return sum(shelf.size for shelf in _shelves)


def kept(entries: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Keep what a function gave to this session, by those of its arguments whose names do not begin with ``_``.

    The value itself is kept, not a copy of it: it must be one that nobody changes.

    Args:
        entries: at most so many of this function in a session.
    """

    def keeping(function: Callable[P, R]) -> Callable[P, R]:
        signature = inspect.signature(function)

        @wraps(function)
        def asked(*args: P.args, **kwargs: P.kwargs) -> R:
            given = signature.bind(*args, **kwargs).arguments
            key = (function, *(value for name, value in given.items() if not name.startswith("_")))
            shelf = _shelf()
            with _lock:
                found = shelf.kept.pop(key, None)
                if found is not None:
                    shelf.kept[key] = found
                    return found[0]  # type: ignore[no-any-return]
            value = function(*args, **kwargs)
            _keep(shelf, key, value, entries)
            return value

        return asked

    return keeping


def _shelf() -> _Shelf:
    if "shelf" not in st.session_state:
        st.session_state["shelf"] = _Shelf()
        with _lock:
            _shelves.add(st.session_state["shelf"])
    shelf: _Shelf = st.session_state["shelf"]
    return shelf


def _keep(shelf: _Shelf, key: tuple[Any, ...], value: Any, entries: int) -> None:
    size = size_of(value)
    with _lock:
        shelf.kept[key] = (value, size)
        same = [one for one in shelf.kept if one[0] is key[0]]
        for one in same[: max(0, len(same) - entries)]:
            del shelf.kept[one]
        while held() > MOST_BYTES:
            largest = max(_shelves, key=lambda one: one.size)
            del largest.kept[next(iter(largest.kept))]


def size_of(value: Any, seen: set[int] | None = None) -> int:
    """About how many bytes a value takes: those of the arrays in it, and of its bytes and text."""
    seen = set() if seen is None else seen
    if id(value) in seen:
        return 0
    seen.add(id(value))
    if isinstance(value, np.ndarray):
        return int(value.nbytes)
    if isinstance(value, bytes | str):
        return len(value)
    if is_dataclass(value) and not isinstance(value, type):
        return sum(size_of(getattr(value, one.name), seen) for one in fields(value))
    if isinstance(value, Mapping):
        return sum(size_of(one, seen) for one in value.values())
    if isinstance(value, list | tuple):
        return sum(size_of(one, seen) for one in value)
    return 0
