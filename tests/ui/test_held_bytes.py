"""What all sessions' uploads hold together is bounded, and let go of with them."""

import gc

import numpy as np
import pytest
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from explorer.errors import CheckpointError
from explorer.ui.session import held_bytes
from explorer.ui.session.held_bytes import MOST_BYTES, count_in, held, most_of_one
from tests.ui.screen import Screen
from tests.ui.test_files import npy


class Upload:
    """Something that a session holds."""


def test_what_a_session_lets_go_of_is_no_longer_counted() -> None:
    gc.collect()
    before = held()
    mine = Upload()
    count_in(mine, 1_000)
    assert held() == before + 1_000
    del mine
    gc.collect()
    assert held() == before


def test_more_than_the_server_can_hold_is_refused() -> None:
    gc.collect()
    before = held()
    with pytest.raises(CheckpointError, match="already holds"):
        count_in(Upload(), MOST_BYTES + 1)
    assert held() == before


def test_one_session_cannot_hold_it_all(monkeypatch: pytest.MonkeyPatch) -> None:
    gc.collect()
    monkeypatch.setattr(held_bytes, "session_of", lambda: "hog")
    mine = Upload()
    count_in(mine, most_of_one() - 1)
    with pytest.raises(CheckpointError, match="the most is"):
        count_in(Upload(), 2)
    monkeypatch.setattr(held_bytes, "session_of", lambda: "other")
    other = Upload()
    count_in(other, 2)
    before = held()
    del mine, other
    gc.collect()
    assert held() == before - most_of_one() - 1
    assert not {"hog", "other"} & set(held_bytes._of)


@pytest.mark.parametrize(
    ("content", "name", "least"),
    [
        (npy(np.zeros((500, 4), dtype=np.int8)), "zeros.npy", 500 * 4 * 8),
        (b"p,q\n" + b"1,2\n" * 500, "zeros.csv", 500 * 2 * 8),
    ],
)
def test_data_count_as_they_lie_in_memory_and_go_with_the_session(content: bytes, name: str, least: int) -> None:
    gc.collect()
    before = held()
    screen = Screen("pages/gates.py").upload(content, name)
    assert least <= held() - before <= least + 2 * len(content) + 10_000
    screen.upload(content, name).run().run()
    gc.collect()
    assert held() - before <= least + 2 * len(content) + 10_000
    screen.app.session_state["data-file"] = None
    screen.run().run()
    gc.collect()
    assert held() == before


def test_data_that_the_server_cannot_hold_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    gc.collect()
    before = held()
    monkeypatch.setattr("explorer.ui.session.held_bytes.MOST_BYTES", before + 1_000)
    screen = Screen("pages/gates.py").upload(npy(np.zeros((500, 4))), "zeros.npy")
    assert "already holds" in screen.errors[0]
    assert held() == before


def test_the_server_lets_go_of_the_bytes_that_were_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Streamlit would keep them until the session ends, also of a file that another has taken the place of."""
    kept: dict[str, int] = {}
    add = MemoryUploadedFileManager.add_file

    def counted(self: MemoryUploadedFileManager, session_id: str, file: UploadedFileRec) -> None:
        kept[file.file_id] = len(file.data)
        add(self, session_id, file)

    monkeypatch.setattr(MemoryUploadedFileManager, "add_file", counted)
    screen = Screen("pages/gates.py").upload(npy(np.zeros((50, 4))), "zeros.npy")
    assert screen.request.sequence.source == "upload"
    assert list(kept.values()) == [0]
