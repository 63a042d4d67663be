"""How long answers take: the last few thousand runs of the script, by page and without a word of what was in them."""

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

BEGAN = time.monotonic()
"""When the pages were loaded, with the server that shows them."""
_runs: deque[tuple[float, str, float]] = deque(maxlen=5_000)


@contextmanager
def timed(page: str) -> Iterator[None]:
    """Note how long a run of a page takes, also one that is left off."""
    began = time.monotonic()
    try:
        yield
    finally:
        now = time.monotonic()
        _runs.append((now, page, 1000 * (now - began)))


def answers(seconds: float) -> dict[str, list[float]]:
    """The milliseconds of each page's runs that ended in the last so many seconds, oldest first."""
    since = time.monotonic() - seconds
    found: dict[str, list[float]] = {}
    for at, page, milliseconds in list(_runs):
        if at >= since:
            found.setdefault(page, []).append(milliseconds)
    return found
