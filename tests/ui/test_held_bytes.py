"""What all sessions' uploads hold together is bounded, and let go of with them."""

import gc

import pytest

from explorer.errors import CheckpointError
from explorer.ui.held_bytes import MOST_BYTES, count_in, held


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
