"""How much all sessions' uploads hold together: only numbers are shared, never what was uploaded.

Data count as they lie in memory once each number takes eight bytes; steps and numbers are bounded before that.
"""

import weakref
from threading import Lock

from explorer.errors import CheckpointError

MOST_BYTES = 1_200_000_000
_lock = Lock()
_held = 0


def held() -> int:
    """Bytes of every upload that some session still has."""
    return _held


def count_in(upload: object, size: int) -> None:
    """Count an upload for as long as it lives.

    Args:
        upload: what the session holds on to; a copy of it with other choices is not counted again.
        size: its bytes in memory, not in the file.

    Raises:
        CheckpointError: the server holds as much as it can.
    """
    global _held
    with _lock:
        if _held + size > MOST_BYTES:
            raise CheckpointError(
                f"This server already holds {_held / 1e6:,.0f} MB of uploads: try again in some minutes, "
                "or save the recurrent weights alone."
            )
        _held += size
    weakref.finalize(upload, _release, size)


def _release(size: int) -> None:
    global _held
    with _lock:
        _held -= size
