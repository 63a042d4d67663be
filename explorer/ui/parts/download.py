"""Buttons for files to take along: each is made when it is asked for, waits for its browser, and nobody else finds it.

Streamlit calls a file by a fingerprint of what is in it, of a large one by that of its ends and its middle, and throws
it away once any two sessions have run after it was made. So here each gets a word by chance beside its content, and a
minute in which a slow line may still ask for it.
"""

import secrets
import time
from collections.abc import Callable
from threading import Lock
from typing import Any

import streamlit as st
from streamlit.runtime import exists, get_instance

_WAITS, _MOST_BYTES = 60.0, 200_000_000


def download(label: str, make: Callable[[], bytes], file: str, kind: str, **more: Any) -> None:
    """A button that makes a file and hands it over.

    Args:
        label: what stands on it.
        make: makes the content, in a thread of the server.
        file: the file's name.
        kind: its media type.
        more: as `st.download_button` takes it.
    """
    _wait_for_browsers()
    key = more.pop("key", f"download-{label}")
    st.download_button(
        label, make, file, f"{kind}; for={secrets.token_hex(16)}", key=key, on_click="ignore",
        icon=more.pop("icon", ":material/download:"), **more,
    )  # fmt: skip


class Waiting:
    """Takes the place of a storage's ``delete_file``: what no session refers to any more goes a while later.

    Args:
        delete: what it stands for.
        size: the bytes of a file by its name, 0 where there is none.
        wanted: whether a file is referred to again.
    """

    def __init__(
        self, delete: Callable[[str], None], size: Callable[[str], int], wanted: Callable[[str], bool]
    ) -> None:
        self._delete, self._size, self._wanted = delete, size, wanted
        self._files: dict[str, float] = {}
        self._lock = Lock()

    def __call__(self, name: str) -> None:
        """Let a file go in a while: it is still known while this is called, so that nothing is swept here."""
        with self._lock:
            self._files.setdefault(name, time.monotonic() + _WAITS)

    def sweep(self) -> None:
        """Let go of all that has waited long enough, and of the oldest where too much waits."""
        with self._lock:
            self._files = {name: until for name, until in self._files.items() if not self._wanted(name)}
            held = sum(map(self._size, self._files))
            for name, until in sorted(self._files.items(), key=lambda one: one[1]):
                if until > time.monotonic() and (held <= _MOST_BYTES or len(self._files) == 1):
                    return
                held -= self._size(name)
                del self._files[name]
                self._delete(name)


def _wait_for_browsers() -> None:
    """Let this server's storage wait, and sweep it; another storage than Streamlit's own is left as it is."""
    manager = get_instance().media_file_mgr if exists() else None
    storage = getattr(manager, "_storage", None)
    files, known = getattr(storage, "_files_by_id", None), getattr(manager, "_file_metadata", None)
    if storage is None or files is None or known is None:
        return
    if not isinstance(storage.delete_file, Waiting):

        def size(name: str) -> int:
            return files[name].content_size if name in files else 0

        storage.delete_file = Waiting(storage.delete_file, size, lambda name: name in known)
    else:
        storage.delete_file.sweep()
