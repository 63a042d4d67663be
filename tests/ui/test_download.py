"""A file that was made waits for its browser, though a crowd goes on; its name cannot be guessed."""

import time

import pytest
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.media_file_storage import MediaFileStorageError
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage

import explorer.ui.parts.download as part


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> tuple[MediaFileManager, MemoryMediaFileStorage]:
    """Streamlit's manager of files, as a server has it, after a first button was drawn."""
    storage = MemoryMediaFileStorage("/media")
    manager = MediaFileManager(storage)
    runtime = type("Runtime", (), {"media_file_mgr": manager})()
    monkeypatch.setattr(part, "exists", lambda: True)
    monkeypatch.setattr(part, "get_instance", lambda: runtime)
    part._wait_for_browsers()
    return manager, storage


def made(manager: MediaFileManager, content: bytes, kind: str = "text/csv") -> str:
    """A file that was asked for, as its browser is told its name."""
    file = manager.add_deferred(lambda: content, kind, "1", "a.csv")
    return manager.execute_deferred(file).rpartition("/")[2].partition(".")[0]


def test_a_file_is_there_after_other_sessions_have_run(
    server: tuple[MediaFileManager, MemoryMediaFileStorage], monkeypatch: pytest.MonkeyPatch
) -> None:
    manager, storage = server
    name = made(manager, b"a")
    for _ in range(5):  # the end of a run of any session
        manager.clear_session_refs()
        manager.remove_orphaned_files()
    assert storage.get_file(name).content == b"a"
    later = time.monotonic() + 61
    monkeypatch.setattr(time, "monotonic", lambda: later)
    part._wait_for_browsers()
    with pytest.raises(MediaFileStorageError):
        storage.get_file(name)


def test_of_too_much_the_oldest_goes_first(
    server: tuple[MediaFileManager, MemoryMediaFileStorage], monkeypatch: pytest.MonkeyPatch
) -> None:
    manager, storage = server
    monkeypatch.setattr(part, "_MOST_BYTES", 5)
    names = []
    for content in (b"aaaa", b"bbbb"):
        names.append(made(manager, content))
        for _ in range(2):
            manager.remove_orphaned_files()
    part._wait_for_browsers()
    with pytest.raises(MediaFileStorageError):
        storage.get_file(names[0])
    assert storage.get_file(names[1]).content == b"bbbb"


def test_two_files_that_streamlit_takes_for_one_are_two(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a large file only the ends and the middle are in its fingerprint: two runs can share those."""
    one, other = bytearray(4_000_000), bytearray(4_000_000)
    other[1_000_000] = 1
    storage = MemoryMediaFileStorage("/media")
    manager = MediaFileManager(storage)
    assert made(manager, bytes(one)) == made(manager, bytes(other))
    kinds: list[str] = []
    monkeypatch.setattr(part.st, "download_button", lambda label, make, file, kind, **more: kinds.append(kind))
    for _ in range(2):
        part.download("CSV", bytes, "a.csv", "text/csv")
    first, second = (made(manager, bytes(content), kind) for content, kind in zip((one, other), kinds, strict=True))
    assert first != second
    assert storage.get_file(second).content == bytes(other)
