"""How much all sessions' uploads hold together: only numbers are shared, never what was uploaded.

Data count as they lie in memory once each number takes eight bytes; steps and numbers are bounded before that.
"""

import os
import weakref
from collections import Counter
from contextlib import suppress
from pathlib import Path
from threading import Lock

from explorer.errors import CheckpointError
from explorer.ui.session.who import session_of


def memory_limit() -> int:
    """Bytes that this process may use: its control group's, else the machine's."""
    limits = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")] if hasattr(os, "sysconf") else [16 * 2**30]
    for file in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        with suppress(OSError, ValueError):  # "max" where there is none
            limits.append(int(Path(file).read_text(encoding="ascii")))
    return min(limits)


MOST_BYTES = min(1_200_000_000, int(0.4 * memory_limit()))
"""Of all sessions' uploads together."""
_lock = Lock()
_held = 0
_of: Counter[str] = Counter()


def held() -> int:
    """Bytes of every upload that some session still has."""
    return _held


def most_of_one() -> int:
    """Bytes that one session's uploads may have."""
    return MOST_BYTES // 2


def count_in(upload: object, size: int) -> None:
    """Count an upload of this session for as long as it lives.

    Args:
        upload: what the session holds on to; a copy of it with other choices is not counted again.
        size: its bytes in memory, not in the file.

    Raises:
        CheckpointError: the server or the session holds as much as it can.
    """
    global _held
    owner = session_of()
    with _lock:
        if _held + size > MOST_BYTES:
            raise CheckpointError(
                f"This server already holds {_held / 1e6:,.0f} MB of uploads: try again in some minutes, "
                "or save the recurrent weights alone."
            )
        if _of[owner] + size > most_of_one():
            raise CheckpointError(
                f"Your uploads would hold {(_of[owner] + size) / 1e6:,.0f} MB and the most is "
                f"{most_of_one() / 1e6:,.0f}: let go of one, or save the recurrent weights alone."
            )
        _held += size
        _of[owner] += size
    weakref.finalize(upload, _release, owner, size)


def _release(owner: str, size: int) -> None:
    global _held
    with _lock:
        _held -= size
        _of[owner] -= size
        if not _of[owner]:
            del _of[owner]
