"""Answers that are worked out once: for the same question, and the same of whatever the answer looked at."""

import weakref
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from threading import Lock
from typing import Any, TypeVar

import numpy as np

from explorer.lessons.lesson import Call
from explorer.lessons.screen import Screen
from explorer.trace import Trace

R = TypeVar("R")
_MOST = 256
_PARTS = ("page", "model", "trace")


class _Choices(Mapping[str, Any]):
    """Choices that note which of them are read."""

    def __init__(self, choices: Mapping[str, Any]) -> None:
        self.choices = choices
        self.read: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self.read.add(name)
        return self.choices[name]

    def __iter__(self) -> Iterator[str]:
        self.read |= set(self.choices)
        return iter(self.choices)

    def __len__(self) -> int:
        return len(self.choices)


@dataclass(frozen=True)
class _Noted(Screen):
    """A screen that notes which of its parts are read."""

    parts: set[str] = field(default_factory=set)

    def __getattribute__(self, name: str) -> Any:
        if name in _PARTS:
            object.__getattribute__(self, "parts").add(name)
        return object.__getattribute__(self, name)


@dataclass(frozen=True)
class _Known:
    """An answer, and what it looked at: it holds as long as all of that is the same."""

    answer: Any
    choices: Mapping[str, Any]
    parts: Mapping[str, Any]

    def holds(self, screen: Screen) -> bool:
        """Whether nothing that the answer looked at is another now."""
        return all(screen.choices.get(name) == value for name, value in self.choices.items()) and all(
            _same(value, getattr(screen, name)) for name, value in self.parts.items()
        )


class Memory:
    """What was worked out in this process, a bounded number of answers; the oldest go first."""

    def __init__(self) -> None:
        self.known: dict[Any, list[_Known]] = {}
        self.lock = Lock()

    def of(self, ask: Callable[[Call, Screen], R], call: Call, screen: Screen) -> R:
        """What ``ask(call, screen)`` gives, worked out anew only where it may be another than before."""
        key = (ask, call, tuple(sorted(screen.given.items())))
        for known in list(self.known.get(key, ())):
            if known.holds(screen):
                return known.answer  # type: ignore[no-any-return]
        choices = _Choices(screen.choices)
        noted = _Noted(screen.page, screen.model, screen.trace, choices, screen.given)
        answer = ask(call, noted)
        read = {name: screen.choices.get(name) for name in choices.read}
        self._keep(key, _Known(answer, read, {name: _mark(getattr(screen, name)) for name in noted.parts}))
        return answer

    def _keep(self, key: Any, known: _Known) -> None:
        with self.lock:
            self.known.setdefault(key, []).append(known)
            while sum(map(len, self.known.values())) > _MOST:
                first = next(iter(self.known))
                self.known[first] = self.known[first][1:]
                if not self.known[first]:
                    del self.known[first]


def _mark(part: Any) -> Any:
    """What tells a part from another: of a run its numbers, of a model itself, which is not kept alive for it."""
    if isinstance(part, Trace):
        return _digest(part)
    return part if part is None or isinstance(part, str) else weakref.ref(part)


def _same(mark: Any, part: Any) -> bool:
    if isinstance(mark, weakref.ref):
        return mark() is part
    return bool(mark == (_digest(part) if isinstance(part, Trace) else part))


def _digest(trace: Trace) -> bytes:
    """Labels, inputs and last states: what runs and differs, differs there, but for what was held."""
    found = blake2b(repr((trace.kind, trace.labels, trace.clamps, trace.method)).encode("utf-8", "surrogatepass"))
    for values in (trace.inputs, trace.h_0, trace.h_n, trace.c_n, trace.output):
        if values is not None:
            found.update(np.ascontiguousarray(values).tobytes())
    return found.digest()
