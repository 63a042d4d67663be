"""Files on their way to the server: how much may lie there before a page has read it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from streamlit.runtime import exists, get_instance

from explorer.ui.session.held_bytes import MOST_BYTES, held, most_of_one

_PUT = re.compile(r"/_stcore/upload_file/(?P<session>[^/]+)/[^/]+/?$")
_MOST_FILES = 1_000
_lock = Lock()
_coming: dict[str, int] = {}


def lying() -> dict[str, tuple[int, int]]:
    """Of each session with uploads that no page has read: how many files, and their bytes."""
    manager = get_instance().uploaded_file_mgr if exists() else None
    storage = getattr(manager, "file_storage", {})
    return {
        session: (len(files), sum(len(file.data) for file in list(files.values())))
        for session, files in list(storage.items())
    }


def refusal(path: str, size: int | None) -> tuple[int, str] | None:
    """Why a file may not come in: status and sentence; None where it may, or where the path is another's.

    Args:
        path: of the request.
        size: bytes that it says it has.
    """
    found = _PUT.search(path)
    if found is None:
        return None
    if size is None or size < 0:
        return 411, "A file came without its size: send it with one."
    there = lying()
    count, mine = there.get(found["session"], (0, 0))
    with _lock:
        mine += _coming.get(found["session"], 0)
        every = sum(size for _, size in there.values()) + sum(_coming.values())
    if count >= _MOST_FILES or mine + size > most_of_one():
        return 413, "This session's uploads are too many or too large: open the page anew, or bring less."
    if held() + every + size > MOST_BYTES:
        return 413, "This server holds as many uploads as it can: try again in some minutes."
    return None


@contextmanager
def coming(path: str, size: int) -> Iterator[None]:
    """Count a file that is on its way."""
    found = _PUT.search(path)
    if found is None:
        yield
        return
    session = found["session"]
    with _lock:
        _coming[session] = _coming.get(session, 0) + size
    try:
        yield
    finally:
        with _lock:
            _coming[session] -= size
            if not _coming[session]:
                del _coming[session]
