"""A session of the app, as the tests of this room use it."""

import pytest

from tests.ui.screen import Screen


@pytest.fixture
def landing() -> Screen:
    """A session that has just begun, without a link."""
    return Screen()


@pytest.fixture
def random() -> Screen:
    """A session with random weights over a few typed numbers."""
    return Screen(model="random", text="0 1 2 1 0 -1", hidden="6")
